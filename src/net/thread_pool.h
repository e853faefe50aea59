// net/thread_pool.h: a bounded pool for what may block or take over a millisecond: name look-ups, bcrypt, counting long
// texts, database calls (DESIGN section 5). A coroutine awaits the result and goes on on its own loop.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "net/task.h"

namespace opusclaw::net {

struct ThreadPoolOptions {
    std::string name;    // threads are called `<name>-N`, or `<name>` when there is one
    std::size_t threads = 2;
    std::size_t queue = 1024;    // jobs waiting; more throw Error(Unavailable)
};

class ThreadPool {
public:
    explicit ThreadPool(ThreadPoolOptions options);
    ~ThreadPool();    // stop()
    /// Finishes the queued jobs and joins the threads. Must be called while the loops that wait for results still run.
    void stop();

    /// Runs `job` on a pool thread and resumes the caller on its loop with the result; what the job throws is thrown here.
    /// Call on a loop. Throws Error(Unavailable, "queue_full") when the queue is full or the pool is stopped.
    /// `job` may refer to the awaiting coroutine's locals: they live until it resumes.
    template <class Job>
    Task<std::invoke_result_t<Job>> run(Job job) {
        using Result = std::invoke_result_t<Job>;
        if constexpr (std::is_void_v<Result>) {
            co_await run_erased([&job] { job(); });
        } else {
            std::optional<Result> result;
            co_await run_erased([&job, &result] { result.emplace(job()); });
            co_return std::move(*result);
        }
    }
    /// Queues work nobody waits for (logged when it throws). False when the queue is full. From any thread.
    bool post(std::function<void()> job);

private:
    Task<> run_erased(std::function<void()> job);
    struct State;
    std::unique_ptr<State> state_;
};

}    // namespace opusclaw::net
