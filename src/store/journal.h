// store/journal.h: the journal of one process (DESIGN section 10): a file for each loop, a thread that brings them to the disk and
// makes segments ready, and the files that processes before it left behind. How records get into a database is billing's business.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "store/database.h"
#include "store/journal_stream.h"

namespace opusclaw::store {

struct JournalOptions {
    std::filesystem::path folder;
    std::size_t loops = 1;
    std::size_t segment_bytes = std::size_t{4} << 20;    // at least kLeastSegmentBytes
    std::size_t most_bytes = std::size_t{1}
                             << 30;    // of all files; beyond it nothing is made ready any more
};

/// Where the journal is unless the operator says otherwise: the folder `journal` beside an SQLite file, else ./data/journal.
std::filesystem::path default_journal_folder(std::string_view dsn, std::string_view sqlite_path);

/// Thread-safe but for open() and close().
class Journal {
public:
    explicit Journal(JournalOptions options);
    /// close() unless it was.
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    /// Makes the folder and the files. Before anything else. Throws std::runtime_error with a text for the operator.
    void open(std::int64_t database, std::int64_t log_database);
    /// The files of the same database that no living process holds; now this one does. Those of another are named in the log, once.
    /// Those in `leave` stay. One call at a time.
    std::vector<std::shared_ptr<JournalStream>> adopt(const std::set<std::string>& leave = {});
    /// The file of each loop.
    const std::vector<std::shared_ptr<JournalStream>>& streams() const { return streams_; }
    void append(std::size_t loop, std::string record) { streams_[loop]->append(std::move(record)); }

    /// Whether there is no room for more: nothing new should be begun. One relaxed load.
    bool full() const { return full_.load(std::memory_order_relaxed); }
    /// Where that is kept which could not be stored or read (store/journal_aside.h).
    std::filesystem::path aside_folder() const { return options_.folder / kAsideFolder; }
    /// Makes removals last.
    void sync_folder() const;

    static constexpr std::chrono::milliseconds kPeriod{100};
    /// Brings what was appended to the disk and makes segments ready; what the thread does each period.
    void tick();
    /// Ends the thread; what was appended is on the disk. Files stay.
    void close();

private:
    static void sync(JournalStream& stream);
    void run();
    void wake();

    JournalOptions options_;
    SegmentHead head_;
    JournalRoom room_;
    std::set<std::string> foreign_;    // files, of adopt() alone
    std::vector<std::shared_ptr<JournalStream>> streams_;
    std::atomic<bool> full_{false};
    std::mutex mutex_;    // guards the two flags
    std::condition_variable changed_;
    bool wanted_ = false, stopping_ = false;
    std::thread thread_;
};

}    // namespace opusclaw::store
