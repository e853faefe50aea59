// net/latch.cpp: each who waits has a timer of its own loop, which dies with it; whoever sets the latch keeps none of them alive.
#include "net/latch.h"

#include <mutex>
#include <utility>
#include <vector>

#include "net/loop.h"
#include "net/wake_up.h"

namespace opusclaw::net {

struct Latch::State {
    struct Waiter {
        Loop* loop;
        std::weak_ptr<WakeUp> wake;
    };
    std::mutex mutex;
    bool set = false;
    std::vector<Waiter> waiting;
};

Latch::Latch() : state_(std::make_shared<State>()) {}

void Latch::set() const {
    std::vector<State::Waiter> waiting;
    {
        const std::scoped_lock lock(state_->mutex);
        state_->set = true;
        waiting.swap(state_->waiting);
    }
    for (const State::Waiter& waiter : waiting) {
        waiter.loop->post([wake = waiter.wake] {
            if (const auto waits = wake.lock()) waits->set();
        });
    }
}

Task<> Latch::wait() const {
    const std::shared_ptr<State> state = state_;
    Loop& loop = Loop::current();
    const auto wake = std::make_shared<WakeUp>(loop);
    {
        const std::scoped_lock lock(state->mutex);
        if (state->set) co_return;
        state->waiting.push_back({&loop, wake});
    }
    co_await wake->wait();
}

}    // namespace opusclaw::net
