// store/journal_stream.h: a file of the journal, which is a row of segments (DESIGN section 10): records are appended at its end by
// one loop and read from any place by those who bring them into a database. No SQL here.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "store/journal_segment.h"

namespace opusclaw::store {

/// Room on the disk for all files together, in segments. Copies are the same room: a file may be let go behind the journal it was in.
class JournalRoom {
public:
    explicit JournalRoom(std::size_t most) : most_(most) {}
    /// False: the limit is reached.
    bool take();
    void give_back() { --*used_; }
    void count_adopted() { ++*used_; }

private:
    std::size_t most_;
    std::shared_ptr<std::atomic<std::size_t>> used_ = std::make_shared<std::atomic<std::size_t>>(0);
};

/// How far somebody has read. The sequence decides; the place only saves looking for it.
struct JournalPosition {
    std::uint64_t sequence = 0;    // of the last record read
    std::uint64_t segment = 0;
    std::size_t offset = 0;
};

struct JournalBatch {
    struct Record {
        std::size_t offset = 0, size = 0;    // of the payload in bytes
        JournalPosition behind;
    };
    std::string_view payload(const Record& record) const {
        return std::string_view(bytes).substr(record.offset, record.size);
    }
    std::string bytes;
    std::vector<Record> records;    // in order, without a gap
    /// No record but damaged bytes (then in `bytes`): where to go on behind them.
    std::optional<JournalPosition> damaged;
};

/// Thread-safe. Sequences begin with 1.
class JournalStream {
public:
    struct Options {
        std::filesystem::path folder;
        SegmentHead head;    // of its first segment
        std::size_t segment_bytes = 0;
    };
    /// A file to append to. `wanted` is called when a segment should be made ready, on the appending thread.
    JournalStream(Options options, const JournalRoom& room, std::function<void()> wanted);
    /// One that a process left behind, its segments in order. Nothing is appended. Behind a damaged record only a segment is read that
    /// goes on as if nothing were missing; remove_all() sets aside what is not read.
    JournalStream(std::vector<std::pair<SegmentHead, std::shared_ptr<SegmentFile>>> segments,
                  const JournalRoom& room);
    ~JournalStream();
    JournalStream(const JournalStream&) = delete;
    JournalStream& operator=(const JournalStream&) = delete;

    const std::string& id() const { return head_.file; }
    const SegmentHead& head() const { return head_; }
    /// Whether damaged bytes follow the records.
    bool damaged() const { return damaged_; }

    /// Writes a record: kRecordHeadBytes, which it fills in, and the payload. It is in the kernel's hands when this returns, or,
    /// where the disk takes nothing, kept in memory until it does. Does not throw but for lack of memory.
    void append(std::string record);
    /// The sequence of the newest record.
    std::uint64_t written() const { return written_.load(std::memory_order_acquire); }
    /// What follows `from`: at most `most` records and about a megabyte. Throws std::system_error.
    JournalBatch read(const JournalPosition& from, std::size_t most) const;

    /// Makes the next segment ready. False: there is no room; `why` tells.
    bool prepare(std::string& why);
    /// Brings what was appended to the disk, and makes as much room behind it ready. Throws std::system_error.
    void sync();
    /// Nothing up to there is asked for again. Gives the segments that may go; they stay readable until remove().
    std::vector<std::uint64_t> passed(std::uint64_t sequence);
    void remove(const std::vector<std::uint64_t>& segments);
    /// The end of the file: every record was passed.
    void remove_all();

private:
    struct Segment {
        std::uint64_t number = 0;
        std::shared_ptr<SegmentFile> file;
        std::uint64_t first = 0, last = 0;    // sequences; 0: no record
        std::size_t end = kSegmentHeadBytes;
        std::size_t synced = kSegmentHeadBytes;    // the end when it was brought to the disk last
        bool dirty = false, damaged = false;
        bool named = true;    // its name is on the disk as well
    };
    struct Kept {
        std::uint64_t sequence = 0;
        std::string record;
    };
    void mend(std::size_t last);
    bool write(std::string_view record, std::uint64_t sequence);
    bool write_kept();
    bool next_segment();
    bool make_segment(std::string& why);
    JournalBatch read_kept(const JournalPosition& from, std::size_t most) const;
    static JournalBatch read_segment(const Segment& segment, const JournalPosition& from, std::size_t most);
    template <class Segments>
    void drop(Segments& gone);

    Options options_;
    SegmentHead head_;
    JournalRoom room_;
    std::function<void()> wanted_;
    bool damaged_ = false;

    std::mutex making_;           // before mutex_: one segment is made at a time
    mutable std::mutex mutex_;    // guards what follows
    std::deque<Segment> segments_;
    bool open_ = false;    // the last of them is written to
    std::optional<Segment> next_;
    std::deque<Kept> kept_;    // newer than what is in the segments
    std::uint64_t sequence_ = 0, numbers_ = 0;
    std::atomic<std::uint64_t> written_{0};
};

}    // namespace opusclaw::store
