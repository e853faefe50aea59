// Tests of net/latch: who waits before it is set and who comes later, on several loops.
#include "net/latch.h"

#include <gtest/gtest.h>

#include <atomic>

#include "net/loop.h"

namespace opusclaw::net {
namespace {

Task<> count_after(Latch latch, std::atomic<int>& reached) {
    co_await latch.wait();
    ++reached;
}

Task<> wait_and_set(Latch latch, std::atomic<int>& ready) {
    Loop& loop = Loop::current();
    while (ready < 2) co_await loop.yield();
    latch.set();
}

Task<> wait_noting(Latch latch, std::atomic<int>& ready, std::atomic<int>& reached) {
    ++ready;
    co_await count_after(std::move(latch), reached);
}

Task<> wait_twice(Loop& loop, Latch latch, std::atomic<int>& ready, std::atomic<int>& reached) {
    TaskGroup group(loop);
    group.start(wait_noting(latch, ready, reached));
    group.start(wait_noting(latch, ready, reached));
    co_await group.join();
}

TEST(Latch, LetsEveryoneGoOnWhoWaitsOnAnyLoop) {
    Loops loops(2);
    loops.start();
    const Latch latch;
    std::atomic<int> ready{0}, reached{0};
    loops[1].post([&] {});
    std::thread setter([&] { run_and_wait(loops[1], wait_and_set(latch, ready)); });
    run_and_wait(loops[0], wait_twice(loops[0], latch, ready, reached));
    setter.join();
    EXPECT_EQ(reached, 2);
    run_and_wait(loops[1], count_after(latch, reached));
    EXPECT_EQ(reached, 3) << "it is set: nobody waits";
    loops.stop();
}

}    // namespace
}    // namespace opusclaw::net
