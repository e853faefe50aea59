// Tests of net/thread_pool.h: results and exceptions reach the awaiting loop, the queue is bounded, stop() finishes what was
// queued. Jobs block on futures, never on time.
#include "net/thread_pool.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <future>
#include <stdexcept>
#include <string>

#include "base/error.h"
#include "on_loop.h"

namespace opusclaw::net {
namespace {

std::string thread_name() {
    char name[16] = {};
    pthread_getname_np(pthread_self(), name, sizeof name);
    return name;
}

/// A pool of one thread that is busy until open() is called.
class BusyPool {
public:
    explicit BusyPool(std::size_t queue) : pool({.name = "busy", .threads = 1, .queue = queue}) {
        std::promise<void> started;
        pool.post([this, &started] {
            started.set_value();
            gate_.get_future().wait();
        });
        started.get_future().wait();
    }
    void open() { gate_.set_value(); }

private:
    std::promise<void> gate_;

public:
    ThreadPool pool;
};

TEST(ThreadPool, GivesTheResultBackOnTheCallersLoop) {
    ThreadPool pool({.name = "worker", .threads = 2});
    on_loop(
        [](Loop& loop, ThreadPool& workers) -> Task<> {
            const std::string name = co_await workers.run([] { return thread_name(); });
            EXPECT_TRUE(name == "worker-0" || name == "worker-1") << name;
            EXPECT_EQ(&Loop::current(), &loop);
            bool ran = false;
            co_await workers.run([&ran] { ran = true; });
            EXPECT_TRUE(ran);
        },
        pool);
}

TEST(ThreadPool, CallsALoneThreadByItsNameCutToWhatFits) {
    ThreadPool pool({.name = "a-name-that-is-too-long", .threads = 1});
    std::promise<std::string> name;
    EXPECT_TRUE(pool.post([&] { name.set_value(thread_name()); }));
    EXPECT_EQ(name.get_future().get(), "a-name-that-is-");
}

TEST(ThreadPool, MovesResultsThatCannotBeCopied) {
    ThreadPool pool({.name = "worker", .threads = 1});
    on_loop(
        [](Loop&, ThreadPool& workers) -> Task<> {
            const std::unique_ptr<int> result = co_await workers.run([] { return std::make_unique<int>(7); });
            EXPECT_EQ(*result, 7);
        },
        pool);
}

TEST(ThreadPool, ThrowsWhatTheJobThrew) {
    ThreadPool pool({.name = "worker", .threads = 1});
    on_loop(
        [](Loop&, ThreadPool& workers) -> Task<> {
            std::string caught;
            try {
                co_await workers.run([]() -> int { throw std::out_of_range("from the job"); });
            } catch (const std::out_of_range& error) {
                caught = error.what();
            }
            EXPECT_EQ(caught, "from the job");
            EXPECT_EQ(co_await workers.run([] { return 1; }), 1);
        },
        pool);
}

Task<> expect_refused(ThreadPool& pool) {
    std::optional<Error> refused;
    try {
        co_await pool.run([] {});
    } catch (const Error& error) {
        refused = error;
    }
    EXPECT_TRUE(refused);
    if (!refused) co_return;
    EXPECT_EQ(refused->kind, ErrorKind::Unavailable);
    EXPECT_EQ(refused->code, "queue_full");
}

TEST(ThreadPool, RefusesMoreThanItsQueueHolds) {
    BusyPool busy(1);
    on_loop(
        [](Loop&, BusyPool& full) -> Task<> {
            EXPECT_TRUE(full.pool.post([] {}));
            EXPECT_FALSE(full.pool.post([] {}));
            co_await expect_refused(full.pool);
            full.open();
        },
        busy);
    busy.pool.stop();
}

TEST(ThreadPool, FinishesWhatIsQueuedBeforeItStops) {
    BusyPool busy(100);
    std::atomic<int> done = 0;
    for (int i = 0; i < 50; ++i) EXPECT_TRUE(busy.pool.post([&] { ++done; }));
    busy.open();
    busy.pool.stop();
    EXPECT_EQ(done, 50);
    EXPECT_FALSE(busy.pool.post([] {}));
    on_loop([](Loop&, ThreadPool& pool) -> Task<> { co_await expect_refused(pool); }, busy.pool);
    busy.pool.stop();
}

TEST(ThreadPool, SurvivesAPostedJobThatThrows) {
    ThreadPool pool({.name = "worker", .threads = 1});
    EXPECT_TRUE(pool.post([] { throw std::runtime_error("thrown by a test"); }));
    EXPECT_TRUE(pool.post([] { throw 7; }));
    std::promise<int> after;
    EXPECT_TRUE(pool.post([&] { after.set_value(3); }));
    EXPECT_EQ(after.get_future().get(), 3);
}

Task<> add_from_pool(ThreadPool& pool, int value, long& sum) {
    sum += co_await pool.run([value] { return value; });
}

TEST(ThreadPool, ServesSeveralLoopsAtOnce) {
    ThreadPool pool({.name = "worker", .threads = 3});
    const auto many = [](Loop& loop, ThreadPool& workers, long& sum) -> Task<> {
        TaskGroup group(loop);
        for (int i = 1; i <= 300; ++i) group.start(add_from_pool(workers, i, sum));
        co_await group.join();
    };
    long first = 0;
    long second = 0;
    std::thread other([&] { on_loop(many, pool, second); });
    on_loop(many, pool, first);
    other.join();
    EXPECT_EQ(first, 45'150);
    EXPECT_EQ(second, 45'150);
}

}    // namespace
}    // namespace opusclaw::net
