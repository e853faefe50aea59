// billing/flusher.h: brings the journal into the database in groups (DESIGN section 10): summed relative updates in id order, log
// rows, then the touched balances read back, in one transaction each. A separate log database has transactions and cursors of
// its own.
#pragma once

#include <chrono>
#include <memory>

#include "billing/applier.h"
#include "billing/ledger.h"
#include "net/loop.h"
#include "store/journal.h"
#include "store/outbox.h"

namespace opusclaw::billing {

class Flusher {
public:
    /// Runs on `loop`'s timer and the databases' writers. Everything given outlives it.
    Flusher(net::Loop& loop, store::Database& database, store::Journal& journal, Ledger& ledger);
    ~Flusher();
    static constexpr std::chrono::milliseconds kPeriod{100};
    /// Carries rows of that outbox where the logs have a database of their own. Before start(); it outlives the flusher.
    void carry(store::Outbox& outbox);
    /// How often what other processes have left is looked for.
    static constexpr std::chrono::milliseconds kBetweenLooks{60'000};
    /// How long a start waits for a database that does not take what was left.
    static constexpr std::chrono::milliseconds kPatience{30'000};
    /// Opens the journal and stores what processes before this one left in it. Blocking, before anything is settled. Throws
    /// std::runtime_error with a text for the operator.
    void recover(std::chrono::milliseconds patience = kPatience);
    void start(std::chrono::milliseconds between_looks = kBetweenLooks);
    /// Applies a group to each database; what tests call. False: nothing was left, or it could not be stored. Blocking.
    bool step();
    /// Stores what other processes have left; what the timer does each minute. False: not all of it. Blocking. Throws
    /// std::system_error.
    bool take_over();
    /// Stops the timer, applies everything that is left and closes the journal. What cannot be stored stays in it for the next
    /// process. Blocking, not on the loop.
    void stop();
    /// Resumes when every settlement made before the call, and every row of the outbox, is in its database, a second at most
    /// (answers that show balances or logs wait for their newest record).
    Task<> caught_up();

private:
    struct State;
    std::shared_ptr<State> state_;
};

}    // namespace opusclaw::billing
