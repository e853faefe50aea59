// net/completion.h: the end of a job on another thread, awaited by a thread that may block (start-up, shut-down, tests;
// never a loop).
#pragma once

#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <utility>

namespace opusclaw::net {

/// Copies speak of the same job. Instead of std::promise: whoever finishes keeps nothing of the exception, so that it is
/// always freed by the thread that waited and may still read it; and either side may go away first.
class Completion {
public:
    /// Once per job, from any thread. The null pointer means success.
    void finish(std::exception_ptr&& failed = nullptr) const {
        const std::scoped_lock lock(state_->mutex);
        state_->failed = std::move(failed);
        state_->finished = true;
        state_->changed.notify_all();
    }

    /// Throws what the job ended with, to the first who asks.
    void wait() const {
        std::unique_lock lock(state_->mutex);
        state_->changed.wait(lock, [this] { return state_->finished; });
        if (const std::exception_ptr failed = std::exchange(state_->failed, nullptr))
            std::rethrow_exception(failed);
    }

    /// Whether the job has ended by then; throws nothing.
    [[nodiscard]] bool wait_until(std::chrono::steady_clock::time_point until) const {
        std::unique_lock lock(state_->mutex);
        return state_->changed.wait_until(lock, until, [this] { return state_->finished; });
    }

private:
    struct State {
        std::mutex mutex;
        std::condition_variable changed;
        std::exception_ptr failed;
        bool finished = false;
    };

    std::shared_ptr<State> state_ = std::make_shared<State>();
};

}    // namespace opusclaw::net
