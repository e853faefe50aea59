// billing/heir.h: stores what processes that have died left in the journal's folder (DESIGN section 10): at the start, and again and again
// while we run, for another node may have died that does not come back.
#pragma once

#include <atomic>
#include <memory>
#include <set>
#include <string>

#include "billing/ledger.h"
#include "store/journal.h"

namespace opusclaw::billing {

/// One call at a time; only stop() may come from another thread.
class Heir {
public:
    /// All outlive it.
    Heir(store::Database& database, store::Journal& journal, Ledger& ledger)
        : database_(database), journal_(journal), ledger_(ledger) {}
    enum class Outcome {
        Done,     // nothing is left that could be stored
        Failed    // a database is away: the rest stays where it is, and may be tried again
    };
    /// Adopts the files that no living process holds, brings them into the databases and removes them. Those that the database knows
    /// nothing of are left alone, which is told once. Blocking, not on a loop. Throws std::system_error for files.
    Outcome take_over();
    /// take_over() ends behind the group at hand; what is left is Done for nobody.
    void stop() { stopping_ = true; }

private:
    using Stream = std::shared_ptr<store::JournalStream>;
    struct Places {
        std::uint64_t in_main = 0, in_logs = 0;
    };
    bool store_all();
    bool store_one(const Stream& stream);
    std::optional<Places> find_places(const store::JournalStream& stream);
    bool apply(const Stream& stream, const Places& places);

    store::Database& database_;
    store::Journal& journal_;
    Ledger& ledger_;
    std::set<std::string> left_alone_;    // files
    std::atomic<bool> stopping_{false};
};

/// The end of a file that every database has passed: itself first, for a cursor without a file harms nobody. Throws what files and
/// databases throw.
void drop_journal_file(store::Database& database, const store::Journal& journal,
                       store::JournalStream& stream);
/// Brings what was committed to the disk, in both databases. Then nobody needs the journal for it, even after a power cut. False: it
/// could not be done now.
bool bring_to_disk(store::Database& database);

}    // namespace opusclaw::billing
