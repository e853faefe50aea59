// store/journal_stream.cpp: which record goes to which segment, and back. Disk calls that take long (making, removing, syncing) are
// made without the lock that append() takes.
#include "store/journal_stream.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/log.h"

namespace opusclaw::store {

namespace {

constexpr std::size_t kChunk = std::size_t{1} << 20;    // bytes that one reading takes
static_assert(kChunk > kMostPayloadBytes + kRecordHeadBytes);

}    // namespace

bool JournalRoom::take() {
    if (used_->fetch_add(1) < most_) return true;
    --*used_;
    return false;
}

JournalStream::JournalStream(Options options, const JournalRoom& room, std::function<void()> wanted)
    : options_(std::move(options)), head_(options_.head), room_(room), wanted_(std::move(wanted)) {}

JournalStream::JournalStream(std::vector<std::pair<SegmentHead, std::shared_ptr<SegmentFile>>> segments,
                             const JournalRoom& room)
    : head_(segments.front().first), room_(room) {
    std::size_t torn = 0;    // segments at the end so far that are damaged, or empty behind one that is
    for (auto& [head, file] : segments) {
        Segment segment{.number = head.number, .file = std::move(file)};
        if (damaged_) {
            segment.damaged = true;
            segments_.push_back(std::move(segment));
            continue;
        }
        const std::string bytes = segment.file->read(kSegmentHeadBytes, segment.file->size());
        const SegmentScan scan = scan_records(bytes, sequence_);
        const bool first_is_next = scan.first == sequence_ + 1;
        if (scan.first != 0) {
            // Damage that a later segment goes on behind, as if nothing were missing, is a write that failed and was done again.
            if (torn > 0 && !first_is_next) damaged_ = segment.damaged = true;
            if (torn > 0 && first_is_next) mend(torn);
            if (torn == 0 && !segments_.empty() && !first_is_next)
                log::warning("journal: {} lacks the records between {} and {}", id(), sequence_, scan.first);
            torn = 0;
        }
        if (!damaged_) {
            segment.first = scan.first;
            segment.last = scan.last;
            segment.end += scan.size;
            segment.damaged = scan.damaged;
            sequence_ = std::max(sequence_, scan.last);
        }
        if (segment.damaged || torn > 0) ++torn;
        segments_.push_back(std::move(segment));
    }
    // Nothing went on behind it.
    damaged_ = std::ranges::any_of(segments_, &Segment::damaged);
    written_ = sequence_;
    for (std::size_t i = 0; i < segments_.size(); ++i) room_.count_adopted();
}

void JournalStream::mend(std::size_t last) {
    for (std::size_t i = segments_.size() - last; i < segments_.size(); ++i) segments_[i].damaged = false;
}

/// Files that stay on the disk are no longer counted here: whoever adopts them counts them.
JournalStream::~JournalStream() {
    for (std::size_t i = segments_.size() + (next_ ? 1 : 0); i > 0; --i) room_.give_back();
}

/// Under the lock. The open segment is left when it is full or broken.
bool JournalStream::write(std::string_view record, std::uint64_t sequence) {
    constexpr int kTries = 2;    // a segment that takes nothing, and the one that was made ready
    for (int i = 0; i < kTries; ++i) {
        const bool fits = open_ && segments_.back().end + record.size() <= segments_.back().file->size();
        if (!fits && !next_segment()) return false;
        Segment& segment = segments_.back();
        if (segment.file->write(segment.end, record)) {
            if (segment.first == 0) segment.first = sequence;
            segment.last = sequence;
            segment.end += record.size();
            segment.dirty = true;
            return true;
        }
        open_ = false;
    }
    return false;
}

bool JournalStream::next_segment() {
    open_ = false;
    if (!next_) return false;
    segments_.push_back(std::move(*next_));
    next_.reset();
    open_ = true;
    wanted_();
    return true;
}

bool JournalStream::write_kept() {
    while (!kept_.empty() && write(kept_.front().record, kept_.front().sequence)) kept_.pop_front();
    return kept_.empty();
}

void JournalStream::append(std::string record) {
    std::unique_lock lock(mutex_);
    const auto full = [&] {
        return !open_ || segments_.back().end + record.size() > segments_.back().file->size();
    };
    if (kept_.empty() && full() && !next_) {    // faster than the thread that makes segments ready
        lock.unlock();
        std::string why;
        prepare(why);
        lock.lock();
    }
    const std::uint64_t sequence = ++sequence_;
    seal_record(record, sequence);
    if (!write_kept() || !write(record, sequence))
        kept_.push_back({.sequence = sequence, .record = std::move(record)});
    written_.store(sequence, std::memory_order_release);
}

JournalBatch JournalStream::read(const JournalPosition& from, std::size_t most) const {
    std::optional<Segment> segment;
    {
        const std::lock_guard lock(mutex_);
        const auto found = std::ranges::find_if(
            segments_, [&](const Segment& each) { return each.last > from.sequence; });
        if (found != segments_.end()) segment = *found;
        if (!segment) return read_kept(from, most);
    }
    return read_segment(*segment, from, most);
}

JournalBatch JournalStream::read_segment(const Segment& segment, const JournalPosition& from,
                                         std::size_t most) {
    JournalBatch batch;
    std::size_t offset = from.segment == segment.number ? from.offset : kSegmentHeadBytes;
    std::uint64_t last = from.sequence;
    while (batch.records.empty()) {
        batch.bytes = segment.file->read(offset, std::min(segment.end - offset, kChunk));
        std::size_t used = 0;
        while (batch.records.size() < most && used < batch.bytes.size()) {
            const RecordRead read = read_record(std::string_view(batch.bytes).substr(used));
            if (read.kind != RecordRead::Kind::Record || read.sequence > segment.last) break;
            used += read.size;
            if (read.sequence <= last) continue;    // read before, from another place
            last = read.sequence;
            batch.records.push_back(
                {.offset = used - read.payload.size(),
                 .size = read.payload.size(),
                 .behind = {.sequence = last, .segment = segment.number, .offset = offset + used}});
        }
        if (used == 0) break;
        offset += used;
    }
    if (batch.records.empty()) {
        batch.bytes = segment.file->read(offset, segment.end - offset);
        batch.damaged = {.sequence = segment.last, .segment = segment.number, .offset = segment.end};
    }
    return batch;
}

/// Under the lock.
JournalBatch JournalStream::read_kept(const JournalPosition& from, std::size_t most) const {
    JournalBatch batch;
    for (const Kept& kept : kept_) {
        if (batch.records.size() >= most || batch.bytes.size() >= kChunk) break;
        if (kept.sequence <= from.sequence) continue;
        JournalBatch::Record record{.offset = batch.bytes.size() + kRecordHeadBytes,
                                    .size = kept.record.size() - kRecordHeadBytes,
                                    .behind = from};
        record.behind.sequence = kept.sequence;
        batch.records.push_back(record);
        batch.bytes += kept.record;
    }
    return batch;
}

bool JournalStream::make_segment(std::string& why) {
    if (!room_.take()) {
        why = "the limit of its size is reached";
        return false;
    }
    SegmentHead head = head_;
    head.number = ++numbers_;
    try {
        auto file = SegmentFile::create(options_.folder, head, options_.segment_bytes);
        const std::lock_guard lock(mutex_);
        next_ = Segment{.number = head.number, .file = std::move(file), .named = false};
        write_kept();
        return true;
    } catch (const std::system_error& error) {
        room_.give_back();
        why = error.what();
        return false;
    }
}

bool JournalStream::prepare(std::string& why) {
    const std::lock_guard making(making_);
    {
        const std::lock_guard lock(mutex_);
        if (next_ && write_kept() && next_) return true;
    }
    return make_segment(why);
}

void JournalStream::sync() {
    struct Written {
        std::uint64_t number = 0;
        std::shared_ptr<SegmentFile> file;
        std::size_t end = 0, bytes = 0;
        bool named = true;
    };
    std::vector<Written> all;
    {
        const std::lock_guard lock(mutex_);
        for (Segment& segment : segments_) {
            if (!std::exchange(segment.dirty, false)) continue;
            const std::size_t before = std::exchange(segment.synced, segment.end);
            all.push_back({.number = segment.number,
                           .file = segment.file,
                           .end = segment.end,
                           .bytes = segment.end - before,
                           .named = std::exchange(segment.named, true)});
        }
    }
    try {
        for (const Written& written : all) {
            written.file->sync();
            written.file->make_ready(written.end, written.bytes);
        }
        if (!std::ranges::all_of(all, &Written::named)) sync_folder(options_.folder);
    } catch (const std::system_error&) {    // the next time again
        const std::lock_guard lock(mutex_);
        for (Segment& segment : segments_) {
            const auto same = std::ranges::find(all, segment.number, &Written::number);
            if (same == all.end()) continue;
            segment.dirty = true;
            segment.named = segment.named && same->named;
        }
        throw;
    }
}

std::vector<std::uint64_t> JournalStream::passed(std::uint64_t sequence) {
    const std::lock_guard lock(mutex_);
    while (!kept_.empty() && kept_.front().sequence <= sequence) kept_.pop_front();
    std::vector<std::uint64_t> free;
    for (const Segment& segment : segments_) {
        const bool in_use = open_ && &segment == &segments_.back();
        if (!in_use && segment.last <= sequence) free.push_back(segment.number);
    }
    return free;
}

/// Each of them, whatever becomes of the others; throws what the last failure was.
template <class Segments>
void JournalStream::drop(Segments& gone) {
    std::exception_ptr failed;
    for (Segment& segment : gone) {
        room_.give_back();
        try {
            if (segment.damaged)
                segment.file->set_aside();
            else
                segment.file->remove();
        } catch (const std::exception&) {
            failed = std::current_exception();
        }
    }
    if (failed) std::rethrow_exception(failed);
}

void JournalStream::remove(const std::vector<std::uint64_t>& segments) {
    std::vector<Segment> gone;
    {
        const std::lock_guard lock(mutex_);
        for (Segment& segment : segments_)
            if (std::ranges::find(segments, segment.number) != segments.end()) gone.push_back(segment);
        std::erase_if(segments_, [&](const Segment& segment) {
            return std::ranges::find(segments, segment.number) != segments.end();
        });
    }
    drop(gone);
}

void JournalStream::remove_all() {
    std::deque<Segment> gone;
    {
        const std::lock_guard making(making_);
        const std::lock_guard lock(mutex_);
        gone.swap(segments_);
        if (next_) gone.push_back(std::move(*next_));
        next_.reset();
        open_ = false;
    }
    drop(gone);
}

}    // namespace opusclaw::store
