// billing/applier.h: brings settlements from the journal into one database, in groups, each in a transaction that moves the cursors of
// the files it came from (DESIGN section 10): so each counts once, whatever ends in between. What is stored of them is the
// caller's business.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "billing/ledger.h"
#include "store/journal.h"

namespace opusclaw::billing {

class Applier {
public:
    /// All run on the writer's thread. What the first two throw takes the transaction back.
    struct Hooks {
        /// Stores a group.
        std::function<void(store::Transaction&, std::span<const Settlement>)> store;
        /// Balances behind it, also of a group that turns out to be stored already.
        std::function<Ledger::Balances(store::Reader&, std::span<const Settlement>)> balances;
        /// Behind the commit; must not throw.
        std::function<void(std::span<const Settlement>, const Ledger::Balances&)> stored;
        /// Settlements that were set aside because the database refuses them; must not throw.
        std::function<void(std::span<const Settlement>)> refused;
        /// What a group is refused for may be the table's fault: mends what can be mended, in a transaction of its own, before the
        /// group is tried once more. True: something was at fault.
        std::function<bool(store::Transaction&)> repair;
    };
    /// `name` is for the log and for names of files. Everything given outlives what is posted.
    Applier(store::Database& database, const store::Journal& journal, std::string name, Hooks hooks);
    ~Applier();
    static constexpr std::size_t kGroup = 2000;                // settlements in one transaction at most
    static constexpr std::chrono::milliseconds kPause{500};    // behind a failure

    /// A file that is known to be in the database up to `sequence`. While nothing is posted.
    void follow(std::shared_ptr<store::JournalStream> stream, std::uint64_t sequence);
    void unfollow(const store::JournalStream& stream);
    /// How far the file is in the database. From any thread.
    std::uint64_t position(const store::JournalStream& stream) const;
    /// Whether a file has more than the database.
    bool behind() const;

    /// Hands a group to the writer without waiting, unless one is there, or has just failed. `done` is called behind each that
    /// was handed over.
    void post(std::function<void()> done);
    enum class Step {
        Nothing,    // no file had more
        Moved,      // stored, or nearer to it
        Failed      // the database is away, or has something against every group
    };
    /// The same, waiting for the end. Not while something is posted.
    Step step();
    /// Whether a group is with the writer.
    bool busy() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}    // namespace opusclaw::billing
