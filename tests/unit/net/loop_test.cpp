// Tests of net/loop.h: loops and their threads, posting from outside, sleeping, the ticker behind the timer wheel, groups of
// coroutines. The wheel itself is tested without time in timer_wheel_test.cpp.
#include "net/loop.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>

#include <future>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/error.h"
#include "net/loop_count.h"
#include "on_loop.h"

namespace opusclaw::net {
namespace {

std::string thread_name() {
    char name[16] = {};
    pthread_getname_np(pthread_self(), name, sizeof name);
    return name;
}

bool pipe_signal_blocked() {
    sigset_t blocked;
    pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
    return sigismember(&blocked, SIGPIPE) == 1;
}

TEST(Loops, RunOneNamedThreadEachWithoutSigpipe) {
    Loops loops(2);
    ASSERT_EQ(loops.size(), 2U);
    loops.start();
    for (std::size_t i = 0; i < 2; ++i) {
        std::promise<std::string> name;
        std::promise<bool> blocked;
        std::promise<Loop*> current;
        loops[i].post([&] {
            name.set_value(thread_name());
            blocked.set_value(pipe_signal_blocked());
            current.set_value(&Loop::current());
        });
        EXPECT_EQ(name.get_future().get(), "loop-" + std::to_string(i));
        EXPECT_TRUE(blocked.get_future().get());
        EXPECT_EQ(current.get_future().get(), &loops[i]);
        EXPECT_EQ(loops[i].index(), i);
    }
    loops.stop();
    loops.stop();
}

TEST(Loops, RunEverythingPostedFromManyThreadsOnce) {
    Loops loops(2);
    loops.start();
    std::vector<int> counts(2, 0);    // each touched by its loop only
    std::vector<std::thread> posters;
    for (int t = 0; t < 4; ++t)
        posters.emplace_back([&] {
            for (int i = 0; i < 500; ++i)
                for (std::size_t l = 0; l < 2; ++l) loops[l].post([&counts, l] { ++counts[l]; });
        });
    for (std::thread& poster : posters) poster.join();
    for (std::size_t l = 0; l < 2; ++l) {
        std::promise<void> reached;    // posts run in order
        loops[l].post([&] { reached.set_value(); });
        reached.get_future().get();
    }
    loops.stop();
    EXPECT_EQ(counts, (std::vector<int>{2000, 2000}));
}

TEST(Loops, StopBeforeTheThreadsCameUp) {
    for (int i = 0; i < 50; ++i) {
        Loops loops(2);
        loops.start();
    }
}

TEST(Loop, IsUnknownOnOtherThreads) {
    try {
        Loop::current();
        FAIL() << "no loop runs here";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind, ErrorKind::Internal);
        EXPECT_EQ(error.code, "broken_invariant");
    }
}

TEST(Loop, CountsAnExceptionThatNobodyCaughtAndGoesOn) {
    Loops loops(1);
    loops.start();
    loops[0].post([] { throw std::runtime_error("thrown by a test"); });
    std::promise<void> reached;
    loops[0].post([&] { reached.set_value(); });
    reached.get_future().get();
    EXPECT_EQ(loops[0].broken_invariants(), 1U);
}

TEST(Loop, RunsAgainAfterItWasStopped) {
    Loop loop(3);
    int runs = 0;
    for (int i = 0; i < 2; ++i) {
        loop.post([&] {
            ++runs;
            loop.stop();
        });
        loop.run();
    }
    EXPECT_EQ(runs, 2);
    loop.stop();
    loop.run();    // a stop before run() is not lost
}

TEST(Loop, SleepsAtLeastAsLongAsAsked) {
    on_loop([](Loop& loop) -> Task<> {
        const auto before = std::chrono::steady_clock::now();
        co_await loop.sleep(30ms);
        EXPECT_GE(std::chrono::steady_clock::now() - before, 30ms);
    });
}

TEST(Loop, GivesScratchMemoryOfARecord) {
    Loop loop(0);
    EXPECT_EQ(loop.scratch().size(), 16U * 1024);
    EXPECT_EQ(loop.scratch().data(), loop.scratch().data());
}

class Alarm : public TimerEntry {
public:
    explicit Alarm(Loop& loop) : loop_(loop) {}
    void set(std::chrono::milliseconds after) {
        set_at_ = std::chrono::steady_clock::now();
        loop_.timers().arm(*this, after);
    }
    std::chrono::steady_clock::duration took{};

private:
    void expired() override {
        took = std::chrono::steady_clock::now() - set_at_;
        loop_.stop();
    }
    Loop& loop_;
    std::chrono::steady_clock::time_point set_at_;
};

TEST(Loop, DrivesItsTimersWhileAnythingIsArmed) {
    Loop loop(0);
    Alarm alarm(loop);
    // The second round shows that the ticker, which stopped when the wheel was empty, starts again.
    for (int round = 0; round < 2; ++round) {
        alarm.set(150ms);
        loop.run();
        EXPECT_FALSE(alarm.armed());
        // The wheel's clock moves in steps of a few milliseconds.
        EXPECT_GE(alarm.took, 145ms);
    }
}

Task<> sleep_and_count(Loop& loop, int& ended) {
    co_await loop.sleep(1ms);
    ++ended;
}

Task<> fail_after(Loop& loop) {
    co_await loop.sleep(1ms);
    throw std::runtime_error("thrown by a test");
}

TEST(TaskGroup, JoinsWhenTheLastTaskHasEnded) {
    on_loop([](Loop& loop) -> Task<> {
        TaskGroup group(loop);
        co_await group.join();    // nothing to wait for
        int ended = 0;
        for (int i = 0; i < 10; ++i) group.start(sleep_and_count(loop, ended));
        EXPECT_EQ(group.running(), 10U);
        co_await group.join();
        EXPECT_EQ(ended, 10);
        EXPECT_EQ(group.running(), 0U);
    });
}

TEST(TaskGroup, CountsATaskThatFailsAndStillJoins) {
    on_loop([](Loop& loop) -> Task<> {
        TaskGroup group(loop);
        int ended = 0;
        group.start(fail_after(loop));
        group.start(sleep_and_count(loop, ended));
        co_await group.join();
        EXPECT_EQ(ended, 1);
        EXPECT_EQ(loop.broken_invariants(), 1U);
    });
}

Task<> join_and_count(TaskGroup& group, int& joined) {
    co_await group.join();
    ++joined;
}

TEST(TaskGroup, ResumesEveryoneWhoJoins) {
    on_loop([](Loop& loop) -> Task<> {
        TaskGroup group(loop);
        TaskGroup joiners(loop);
        int ended = 0;
        int joined = 0;
        group.start(sleep_and_count(loop, ended));
        joiners.start(join_and_count(group, joined));
        joiners.start(join_and_count(group, joined));
        co_await joiners.join();
        EXPECT_EQ(joined, 2);
        EXPECT_EQ(ended, 1);
    });
}

TEST(LoopCount, AddsUpWhatLivesOnAllLoops) {
    const Loop first(0), far(64);    // they share a cell
    LoopCount count;
    {
        const LoopCount::One one(count, first), other(count, far);
        EXPECT_EQ(count.total(), 2);
    }
    EXPECT_EQ(count.total(), 0);
}

}    // namespace
}    // namespace opusclaw::net
