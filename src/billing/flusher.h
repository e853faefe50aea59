// billing/flusher.h: brings settlements into the database in groups (DESIGN section 10): summed relative updates in id order, log
// rows, then the touched balances read back, in one transaction each. A separate log database has transactions of its own,
// which follow.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <span>

#include "billing/ledger.h"
#include "net/loop.h"

namespace opusclaw::billing {

class Flusher {
public:
    /// Runs on `loop`'s timer and the database's writer. Both and the ledger outlive it.
    Flusher(net::Loop& loop, store::Database& database, Ledger& ledger);
    ~Flusher();
    static constexpr std::chrono::milliseconds kPeriod{100};
    static constexpr std::size_t kGroup = 2000;    // settlements in one transaction at most
    /// Called with each group right behind its commit, on the writer's thread; must not throw. Set before start().
    void when_stored(std::function<void(std::span<const Settlement>)> listener);
    void start();
    /// Applies one group, and its log rows where they have a database of their own; what tests call. 0: nothing was left, or it
    /// could not be stored. Blocking.
    std::size_t step();
    /// Stops the timer and applies everything that is left. Blocking, not on the loop.
    void stop();
    /// Resumes when every settlement made before the call is in the database, a second at most (answers that show balances or
    /// logs wait for their newest record).
    Task<> caught_up();

private:
    bool store_logs();
    struct State;
    std::shared_ptr<State> state_;
};

}    // namespace opusclaw::billing
