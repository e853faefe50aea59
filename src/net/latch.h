// net/latch.h: lets coroutines of several loops wait for one event: the end of work that one of them does for all.
#pragma once

#include <memory>

#include "net/task.h"

namespace opusclaw::net {

/// Set once. Copies speak of the same event. Thread-safe; a coroutine that waits resumes on its own loop, which runs when it is set.
class Latch {
public:
    Latch();
    void set() const;
    /// On a loop. Returns at once when set() was called before.
    Task<> wait() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}    // namespace opusclaw::net
