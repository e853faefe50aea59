// net/loop.cpp: loops and their threads, the ticker of the timer wheel, and groups of coroutines. Sockets are in stream.cpp,
// blocking work in thread_pool.cpp.
#include "net/loop.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cassert>
#include <exception>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "net/completion.h"
#include "net/readiness.h"

namespace opusclaw::net {
namespace {

namespace asio = boost::asio;
using Executor = asio::io_context::executor_type;
// Other threads post; sockets are the loop's alone, so Asio need not lock each of them.
constexpr int kOneThread = BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO;
using SteadyTimer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                               asio::wait_traits<std::chrono::steady_clock>, Executor>;
constexpr std::size_t kScratchBytes = 16 * 1024;
constexpr std::chrono::milliseconds kCoarseStep{4};    // CLOCK_MONOTONIC_COARSE moves once per jiffy

thread_local Loop* running_loop = nullptr;

std::chrono::milliseconds coarse_now() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return std::chrono::milliseconds(static_cast<std::int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000);
}

std::string describe(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& e) {
        return e.what();
    } catch (...) {
        return "an exception of an unknown type";
    }
}

void prepare_thread(const std::string& name) {
    pthread_setname_np(pthread_self(), name.c_str());
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
}

}    // namespace

/// Ticks at tick boundaries while the wheel holds anything; an idle loop has no wake-ups.
class Loop::Ticker {
public:
    explicit Ticker(Loop& loop) : loop_(loop), timer_(loop.context_) {}

    void start() {
        if (ticking_) return;
        ticking_ = true;
        schedule();
    }

private:
    void schedule() {
        timer_.expires_after(TimerWheel::kTick - coarse_now() % TimerWheel::kTick + kCoarseStep);
        timer_.async_wait([this](boost::system::error_code error) {
            if (!error) tick();
        });
    }
    void tick() {
        loop_.timers_.advance_to(static_cast<std::uint64_t>(coarse_now() / TimerWheel::kTick));
        ticking_ = !loop_.timers_.empty();
        if (ticking_) schedule();
    }

    Loop& loop_;
    SteadyTimer timer_;
    bool ticking_ = false;
};

Loop::Loop(unsigned index)
    : index_(index),
      timers_(coarse_now),
      context_(kOneThread),
      poller_(std::make_unique<Poller>(context_)),
      ticker_(std::make_unique<Ticker>(*this)) {
    timers_.on_first_armed([ticker = ticker_.get()] { ticker->start(); });
}

Loop::~Loop() { timers_.on_first_armed(nullptr); }

void Loop::run() {
    prepare_thread("loop-" + std::to_string(index_));
    Loop* const outer = std::exchange(running_loop, this);
    while (!context_.stopped()) {
        try {
            context_.run();
        } catch (...) {
            broken_invariant(describe(std::current_exception()));
        }
    }
    context_.restart();
    running_loop = outer;
}

void Loop::stop() { context_.stop(); }

void Loop::post(std::function<void()> work) { asio::post(context_, std::move(work)); }

Task<> Loop::yield() { co_await asio::post(context_, asio::use_awaitable_t<Executor>{}); }

Task<> Loop::sleep(std::chrono::milliseconds time) {
    SteadyTimer timer(context_, time);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable_t<Executor>{}));
}

Loop& Loop::current() {
    if (running_loop == nullptr)
        throw_error(ErrorKind::Internal, "broken_invariant", "internal error", "no loop runs on this thread");
    return *running_loop;
}

std::span<char> Loop::scratch() {
    if (!scratch_) scratch_ = std::make_unique_for_overwrite<char[]>(kScratchBytes);
    return {scratch_.get(), kScratchBytes};
}

void Loop::broken_invariant(std::string_view what) noexcept {
    broken_invariants_.fetch_add(1, std::memory_order_relaxed);
    try {
        log::error("loop-{}: broken invariant: {}", index_, what);
    } catch (...) {
        return;    // the count tells
    }
}

Loops::Loops(unsigned count) {
    for (unsigned i = 0; i < std::max(count, 1U); ++i) loops_.push_back(std::make_unique<Loop>(i));
}

Loops::~Loops() { stop(); }

void Loops::start() {
    assert(threads_.empty());
    for (const auto& loop : loops_) threads_.emplace_back([target = loop.get()] { target->run(); });
}

void Loops::stop() {
    if (threads_.empty()) return;
    for (const auto& loop : loops_) loop->stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
}

struct TaskGroup::State {
    explicit State(Loop& owner) : loop(owner), ended(owner.context(), SteadyTimer::time_point::max()) {}
    Loop& loop;
    SteadyTimer ended;    // never expires; cancelled when the last task has ended
    std::size_t running = 0;
};

TaskGroup::TaskGroup(Loop& loop) : state_(std::make_shared<State>(loop)) {}

TaskGroup::~TaskGroup() {
    if (state_->running == 0) return;
    state_->loop.broken_invariant("a task group died before its tasks");
    assert(false && "join() a TaskGroup before it dies");
}

void TaskGroup::start(Task<> task) {
    ++state_->running;
    asio::co_spawn(state_->loop.context().get_executor(), std::move(task),
                   [state = state_](const std::exception_ptr& error) {
                       if (error) state->loop.broken_invariant(describe(error));
                       if (--state->running == 0) state->ended.cancel();
                   });
}

std::size_t TaskGroup::running() const { return state_->running; }

Task<> TaskGroup::join() {
    const std::shared_ptr<State> state = state_;    // the group may die while the last waiter resumes
    while (state->running != 0)
        co_await state->ended.async_wait(asio::as_tuple(asio::use_awaitable_t<Executor>{}));
}

namespace {

Task<> run_and_tell(Task<> task, Completion ended) {
    std::exception_ptr failed;
    try {
        co_await std::move(task);
    } catch (...) {
        failed = std::current_exception();
    }
    ended.finish(std::move(failed));
}

}    // namespace

void run_and_wait(Loop& loop, Task<> task) {
    const Completion ended;
    asio::co_spawn(loop.context(), run_and_tell(std::move(task), ended), asio::detached);
    ended.wait();
}

}    // namespace opusclaw::net
