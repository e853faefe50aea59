// net/thread_pool.cpp: the bounded queue, its threads, and the way a result gets back to the loop that waits for it.
// What runs on the pool is the caller's business.
#include "net/thread_pool.h"

#include <pthread.h>
#include <signal.h>

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/log.h"
#include "net/loop.h"

namespace opusclaw::net {
namespace {

namespace asio = boost::asio;
using Executor = asio::io_context::executor_type;
constexpr std::size_t kThreadNameBytes = 15;    // what the kernel keeps

void prepare_thread(std::string name) {
    name.resize(std::min(name.size(), kThreadNameBytes));
    pthread_setname_np(pthread_self(), name.c_str());
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
}

std::exception_ptr queue_full() {
    return std::make_exception_ptr(
        Error(ErrorKind::Unavailable, "queue_full", Message::literal("the server is busy, try again later")));
}

}    // namespace

struct ThreadPool::State {
    explicit State(ThreadPoolOptions given) : options(std::move(given)) {}

    bool push(std::function<void()> job);
    void work(std::size_t number);

    ThreadPoolOptions options;
    std::mutex mutex;
    std::condition_variable wake;
    std::deque<std::function<void()>> jobs;
    bool stopping = false;
    std::vector<std::thread> threads;
};

bool ThreadPool::State::push(std::function<void()> job) {
    {
        const std::scoped_lock lock(mutex);
        if (stopping || jobs.size() >= options.queue) return false;
        jobs.push_back(std::move(job));
    }
    wake.notify_one();
    return true;
}

void ThreadPool::State::work(std::size_t number) {
    prepare_thread(options.threads == 1 ? options.name : options.name + "-" + std::to_string(number));
    for (;;) {
        std::function<void()> job;
        {
            std::unique_lock lock(mutex);
            wake.wait(lock, [this] { return stopping || !jobs.empty(); });
            if (jobs.empty()) return;
            job = std::move(jobs.front());
            jobs.pop_front();
        }
        try {
            job();
        } catch (const std::exception& e) {
            log::error("{}: a job failed: {}", options.name, e.what());
        } catch (...) {
            log::error("{}: a job failed", options.name);
        }
    }
}

ThreadPool::ThreadPool(ThreadPoolOptions options) : state_(std::make_unique<State>(std::move(options))) {
    if (state_->options.threads == 0) state_->options.threads = 1;
    for (std::size_t i = 0; i < state_->options.threads; ++i)
        state_->threads.emplace_back([state = state_.get(), i] { state->work(i); });
}

ThreadPool::~ThreadPool() { stop(); }

void ThreadPool::stop() {
    {
        const std::scoped_lock lock(state_->mutex);
        state_->stopping = true;
    }
    state_->wake.notify_all();
    for (std::thread& thread : state_->threads) thread.join();
    state_->threads.clear();
}

bool ThreadPool::post(std::function<void()> job) { return state_->push(std::move(job)); }

Task<> ThreadPool::run_erased(std::function<void()> job) {
    auto start = [state = state_.get(), context = &Loop::current().context(), &job](auto handler) {
        // std::function wants copies; the handler exists once.
        auto resume = std::make_shared<decltype(handler)>(std::move(handler));
        auto finish = [context, resume](std::exception_ptr error) {
            asio::post(*context, [resume, error = std::move(error)] { std::move (*resume)(error); });
        };
        const bool queued = state->push([&job, finish] {
            std::exception_ptr error;
            try {
                job();
            } catch (...) {
                error = std::current_exception();
            }
            finish(std::move(error));
        });
        if (!queued) finish(queue_full());
    };
    using Token = asio::use_awaitable_t<Executor>;
    co_await asio::async_initiate<const Token, void(std::exception_ptr)>(std::move(start), Token{});
}

}    // namespace opusclaw::net
