// net/loop.h: one event loop, which is one thread with its own timers and connections (DESIGN section 5). Connections and
// coroutines never change their loop; loops share only immutable snapshots and sharded maps.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <thread>
#include <vector>

#include "net/task.h"
#include "net/timer_wheel.h"

namespace opusclaw::net {

class Poller;    // net/readiness.h

/// An event loop. Everything but post(), stop() and broken_invariants() is called on the loop's own thread (or before run()).
class Loop {
public:
    explicit Loop(unsigned index);
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    unsigned index() const { return index_; }
    boost::asio::io_context& context() { return context_; }
    TimerWheel& timers() { return timers_; }
    Poller& poller() { return *poller_; }
    /// Handles events on the calling thread, named `loop-N`, until stop(). The thread blocks SIGPIPE from then on: writing to
    /// a closed socket is an error value everywhere, OpenSSL's own writes included. May be called again after it returned.
    void run();
    /// From any thread.
    void stop();
    /// Runs `work` on the loop soon. From any thread. What it throws counts as a broken invariant.
    void post(std::function<void()> work);
    /// Suspends the calling coroutine. For pings and jobs; deadlines of connections use timers().
    Task<> sleep(std::chrono::milliseconds time);
    /// Lets everything else that is ready go first.
    Task<> yield();
    /// The loop of the calling thread; on any other thread throws Error(Internal, "broken_invariant").
    static Loop& current();

    /// 16 KB that belong to whoever runs, until the next co_await. Allocated on first use.
    std::span<char> scratch();
    /// Logs and counts what must never happen on this loop: an exception nobody caught.
    void broken_invariant(std::string_view what) noexcept;
    /// From any thread.
    std::uint64_t broken_invariants() const { return broken_invariants_.load(std::memory_order_relaxed); }

private:
    class Ticker;
    unsigned index_;
    TimerWheel timers_;    // before context_: coroutines that die with it leave the wheel
    boost::asio::io_context context_;
    std::unique_ptr<Poller> poller_;
    std::unique_ptr<Ticker> ticker_;    // drives timers_ while anything is armed
    std::unique_ptr<char[]> scratch_;
    std::atomic<std::uint64_t> broken_invariants_{0};
};

/// The loops of the process and their threads: one per core unless told otherwise.
class Loops {
public:
    explicit Loops(unsigned count);
    ~Loops();    // stop() and join
    std::size_t size() const { return loops_.size(); }
    Loop& operator[](std::size_t index) { return *loops_[index]; }
    void start();    // one thread a loop
    void stop();     // returns when every thread has ended

private:
    std::vector<std::unique_ptr<Loop>> loops_;
    std::vector<std::thread> threads_;
};

/// Coroutines with one owner on one loop. The owner calls join() (a coroutine) before it dies.
/// An exception that leaves a task is logged and counted as a broken invariant; tasks catch their own.
class TaskGroup {
public:
    explicit TaskGroup(Loop& loop);
    ~TaskGroup();    // asserts that nothing runs any more
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;
    /// On the loop's thread the task runs at once up to its first wait.
    void start(Task<> task);
    std::size_t running() const;
    /// Resumes when the last task has ended.
    Task<> join();

private:
    struct State;
    std::shared_ptr<State> state_;
};

/// Runs `task` on `loop`, which runs in another thread, and waits here until it has ended. What it throws is thrown here.
void run_and_wait(Loop& loop, Task<> task);

}    // namespace opusclaw::net
