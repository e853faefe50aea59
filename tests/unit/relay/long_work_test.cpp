// Tests of relay/long_work.h: what is done at once, what on a worker, and what becomes of an answer when no worker is free.
#include "relay/long_work.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "unit/net/on_loop.h"

namespace opusclaw::relay {
namespace {

TEST(LongWork, IsDoneAtOnceWhereItIsShort) {
    int done = 0;
    const auto work = [&done] { ++done; };
    EXPECT_TRUE(try_work(kMostOnLoop, work));
    EXPECT_FALSE(try_work(kMostOnLoop + 1, work));
    EXPECT_EQ(done, 1);
}

Task<> with_a_free_worker(net::Loop&) {
    net::ThreadPool workers({.name = "worker", .threads = 1, .queue = 4});
    std::thread::id where;
    const auto work = [&where] { where = std::this_thread::get_id(); };
    co_await finish_work(workers, work);
    EXPECT_NE(where, std::this_thread::get_id());

    int tries = 0;
    const auto broken = [&tries] {
        ++tries;
        throw_error(ErrorKind::Unavailable, "of_the_work", "no");
    };
    bool thrown = false;
    try {
        co_await finish_work(workers, broken);
    } catch (const Error& error) {
        thrown = error.code == "of_the_work";
    }
    EXPECT_TRUE(thrown);
    EXPECT_EQ(tries, 1) << "what fails by itself is not done again";
}
TEST(LongWork, IsAWorkers) { net::on_loop(with_a_free_worker); }

Task<> without_a_free_worker(net::Loop&) {
    std::promise<void> begun, released;
    net::ThreadPool workers({.name = "worker", .threads = 1, .queue = 1});
    workers.post([&] {
        begun.set_value();
        released.get_future().wait();
    });
    begun.get_future().wait();
    EXPECT_TRUE(workers.post([] {}));
    EXPECT_FALSE(workers.post([] {})) << "one is at work, one waits";
    std::thread::id where;
    const auto work = [&where] { where = std::this_thread::get_id(); };
    co_await finish_work(workers, work);
    EXPECT_EQ(where, std::this_thread::get_id()) << "delivered is delivered";
    released.set_value();
}
TEST(LongWork, OfAnAnswerIsDoneHereWhereNoWorkerIsFree) { net::on_loop(without_a_free_worker); }

}    // namespace
}    // namespace opusclaw::relay
