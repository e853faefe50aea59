// store/journal.cpp: the thread beside the loops, and finding files that were left behind. A file whose first segment cannot be
// locked belongs to a process that lives, or to one that is adopting it.
#include "store/journal.h"

#include <pthread.h>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <system_error>

#include "base/ids.h"
#include "base/log.h"
#include "base/text.h"
#include "store/dsn.h"

namespace opusclaw::store {

namespace {

struct Found {
    std::uint64_t number = 0;
    std::filesystem::path path;
};

/// The segments in a folder by file, in order. Names that are none are left alone.
std::map<std::string, std::vector<Found>> find_segments(const std::filesystem::path& folder) {
    std::map<std::string, std::vector<Found>> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::string name = entry.path().filename().string();
        if (!name.ends_with(kSegmentSuffix)) continue;
        name.resize(name.size() - kSegmentSuffix.size());
        if (name.size() < kFileIdLength + 2 || name[kFileIdLength] != '-') continue;
        const auto number = text::parse_int(std::string_view(name).substr(kFileIdLength + 1));
        if (!number || *number <= 0) continue;
        files[name.substr(0, kFileIdLength)].push_back(
            {.number = static_cast<std::uint64_t>(*number), .path = entry.path()});
    }
    for (auto& [file, segments] : files) std::ranges::sort(segments, {}, &Found::number);
    return files;
}

/// Segments that a process did not finish making: it died, for a lock holds as long as it lives. Young ones are left alone,
/// theirs may be just about to lock them.
void remove_unfinished(const std::filesystem::path& folder) {
    constexpr std::chrono::minutes kYoung{1};
    const auto young = std::filesystem::file_time_type::clock::now() - kYoung;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (!entry.path().string().ends_with(kUnfinishedSuffix)) continue;
        std::error_code gone;
        if (entry.last_write_time(gone) > young || gone) continue;
        if (const auto file = SegmentFile::adopt(entry.path())) file->remove();
    }
}

using Segments = std::vector<std::pair<SegmentHead, std::shared_ptr<SegmentFile>>>;

/// Locks the segments of the file `id`. Empty: it is not to be had, or nothing in it can be read.
Segments lock_segments(const std::string& id, const std::vector<Found>& found) {
    Segments segments;
    for (const Found& each : found) {
        auto file = SegmentFile::adopt(each.path);
        if (!file) return {};
        const std::string bytes = file->read(0, kSegmentHeadBytes);
        const auto head = decode_head(bytes);
        if (head && head->number == each.number && head->file == id) {
            segments.emplace_back(*head, std::move(file));
        } else {
            // A power cut behind its making leaves zeros; such a segment has no record that reached the disk.
            log::warning("journal: {} has no head that can be read and is set aside", each.path.string());
            file->set_aside();
        }
    }
    return segments;
}

/// Locks the file `id` whole: behind a look into the folder its process may have made a segment and died. Under the lock nobody does.
Segments lock_file(const std::filesystem::path& folder, const std::string& id) {
    while (true) {
        Segments segments = lock_segments(id, find_segments(folder)[id]);
        if (segments.empty() || find_segments(folder)[id].size() == segments.size()) return segments;
    }
}

std::size_t segments_in(std::size_t bytes, const JournalOptions& options) {
    // Each loop has one in use and one ahead, whatever the limit says.
    return std::max(bytes / options.segment_bytes, 2 * options.loops);
}

JournalOptions checked(JournalOptions options) {
    options.segment_bytes = std::max(options.segment_bytes, kLeastSegmentBytes);
    options.loops = std::max<std::size_t>(options.loops, 1);
    return options;
}

}    // namespace

std::filesystem::path default_journal_folder(std::string_view dsn, std::string_view sqlite_path) {
    const DatabaseAddress address = parse_dsn(dsn, sqlite_path);
    const auto* sqlite = std::get_if<SqlitePath>(&address);
    if (sqlite == nullptr || sqlite->file.starts_with(':')) return std::filesystem::path("data") / "journal";
    return std::filesystem::path(sqlite->file).parent_path() / "journal";
}

Journal::Journal(JournalOptions options)
    : options_(checked(std::move(options))), room_(segments_in(options_.most_bytes, options_)) {}

Journal::~Journal() { close(); }

void Journal::open(std::int64_t database, std::int64_t log_database) {
    head_ = {.file = {}, .database = database, .log_database = log_database, .number = 0};
    std::string why;
    try {
        std::filesystem::create_directories(options_.folder);
        remove_unfinished(options_.folder);
    } catch (const std::system_error& error) {
        throw std::runtime_error("the journal cannot be used (JOURNAL_DIR): " + std::string(error.what()));
    }
    for (std::size_t loop = 0; loop < options_.loops; ++loop) {
        SegmentHead head = head_;
        head.file = random_alphanumeric(kFileIdLength);
        streams_.push_back(std::make_shared<JournalStream>(
            JournalStream::Options{
                .folder = options_.folder, .head = head, .segment_bytes = options_.segment_bytes},
            room_, [this] { wake(); }));
        if (!streams_.back()->prepare(why))
            throw std::runtime_error("the journal cannot be used (JOURNAL_DIR): " + why);
    }
    thread_ = std::thread([this] { run(); });
}

std::vector<std::shared_ptr<JournalStream>> Journal::adopt(const std::set<std::string>& leave) {
    std::vector<std::shared_ptr<JournalStream>> adopted;
    for (const auto& entry : find_segments(options_.folder)) {
        const std::string& file = entry.first;
        const bool own = std::ranges::any_of(streams_,
                                             [&](const auto& stream) { return stream->id() == file; });
        if (own || leave.contains(file) || foreign_.contains(file)) continue;
        Segments segments = lock_file(options_.folder, file);
        if (segments.empty()) continue;
        const SegmentHead& head = segments.front().first;
        if (head.database != head_.database) {
            log::warning("journal: {} belongs to another database and is left alone",
                         segments.front().second->path().string());
            foreign_.insert(file);
            continue;
        }
        adopted.push_back(std::make_shared<JournalStream>(std::move(segments), room_));
    }
    return adopted;
}

void Journal::sync_folder() const { store::sync_folder(options_.folder); }

void Journal::sync(JournalStream& stream) {
    try {
        stream.sync();
    } catch (const std::system_error& error) {
        log::error("journal: what was written may not survive a power cut: {}", error.what());
    }
}

void Journal::tick() {
    bool full = false;
    std::string why;
    for (const auto& stream : streams_) {
        sync(*stream);
        if (!stream->prepare(why)) full = true;
    }
    if (full_.exchange(full) == full) return;
    if (full)
        log::error("journal: there is no room, new requests are refused: {}", why);
    else
        log::info("journal: there is room again");
}

void Journal::run() {
    pthread_setname_np(pthread_self(), "journal");
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        changed_.wait_for(lock, kPeriod, [this] { return wanted_ || stopping_; });
        wanted_ = false;
        lock.unlock();
        tick();
        lock.lock();
    }
}

void Journal::wake() {
    {
        const std::lock_guard lock(mutex_);
        wanted_ = true;
    }
    changed_.notify_one();
}

void Journal::close() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
    for (const auto& stream : streams_) sync(*stream);
}

}    // namespace opusclaw::store
