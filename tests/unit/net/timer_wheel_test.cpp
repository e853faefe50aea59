// Tests of net/timer_wheel.h: never early, at most a tick late, against a plain list as reference; entries that arm, disarm
// and destroy each other while the wheel turns. Real time is tested with the loop.
#include "net/timer_wheel.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <vector>

namespace opusclaw::net {
namespace {

using std::chrono::milliseconds;

class Probe : public TimerEntry {
public:
    std::function<void()> on_expired = [] {};
    int fired = 0;

private:
    void expired() override {
        ++fired;
        on_expired();
    }
};

TEST(TimerWheel, ExpiresOnceAtItsTickAndNotBefore) {
    TimerWheel wheel;
    Probe probe;
    wheel.arm(probe, milliseconds(250));
    wheel.advance_to(2);
    EXPECT_EQ(probe.fired, 0);
    EXPECT_TRUE(probe.armed());
    wheel.advance_to(3);
    EXPECT_EQ(probe.fired, 1);
    EXPECT_FALSE(probe.armed());
    EXPECT_TRUE(wheel.empty());
    wheel.advance_to(2000);
    EXPECT_EQ(probe.fired, 1);
}

TEST(TimerWheel, TakesLessThanATickForTheNextTick) {
    for (const int after : {-5000, 0, 1, 99, 100}) {
        TimerWheel wheel;
        Probe probe;
        wheel.advance_to(7);
        wheel.arm(probe, milliseconds(after));
        EXPECT_EQ(probe.fired, 0);
        wheel.advance_to(8);
        EXPECT_EQ(probe.fired, 1) << after;
    }
}

TEST(TimerWheel, KeepsWhatIsFurtherAwayThanARound) {
    TimerWheel wheel;
    Probe near;
    Probe far;
    wheel.arm(far, milliseconds(100 * (512 * 3 + 5)));
    wheel.arm(near, milliseconds(500));    // the same slot
    wheel.advance_to(5);
    EXPECT_EQ(near.fired, 1);
    wheel.advance_to(512 * 3 + 4);
    EXPECT_EQ(far.fired, 0);
    wheel.advance_to(512 * 3 + 5);
    EXPECT_EQ(far.fired, 1);
}

TEST(TimerWheel, TakesTheLongestTimeThereIs) {
    TimerWheel wheel;
    Probe probe;
    wheel.arm(probe, milliseconds::max());
    wheel.advance_to(1'000'000);
    EXPECT_EQ(probe.fired, 0);
    EXPECT_TRUE(probe.armed());
}

TEST(TimerWheel, ForgetsAnEntryThatIsDestroyedAndOutlivedEntriesForgetTheWheel) {
    Probe survivor;
    {
        TimerWheel wheel;
        {
            Probe gone;
            wheel.arm(gone, milliseconds(100));
            wheel.arm(survivor, milliseconds(100));
        }
        EXPECT_FALSE(wheel.empty());
    }
    EXPECT_FALSE(survivor.armed());
}

TEST(TimerWheel, LetsAnExpiringEntryArmItselfAgain) {
    TimerWheel wheel;
    Probe probe;
    probe.on_expired = [&] { wheel.arm(probe, milliseconds(200)); };
    wheel.arm(probe, milliseconds(200));
    for (std::uint64_t tick = 1; tick <= 10; ++tick) wheel.advance_to(tick);
    EXPECT_EQ(probe.fired, 5);
}

TEST(TimerWheel, LetsAnExpiringEntryDisarmMoveAndDestroyItsNeighbours) {
    TimerWheel wheel;
    Probe moved;
    auto destroyed = std::make_unique<Probe>();
    int destroyed_fired = 0;
    destroyed->on_expired = [&] { ++destroyed_fired; };
    Probe disarmed;
    Probe first;
    for (Probe* probe : {&moved, destroyed.get(), &disarmed, &first}) wheel.arm(*probe, milliseconds(100));
    const auto act = [&] {
        destroyed.reset();
        TimerWheel::disarm(disarmed);
        wheel.arm(moved, milliseconds(300));
    };
    // Whichever the wheel takes first acts; the order within a tick is its own business.
    first.on_expired = act;
    wheel.advance_to(1);
    EXPECT_EQ(first.fired, 1);
    EXPECT_LE(destroyed_fired, 1);
    EXPECT_FALSE(disarmed.armed());
    const int before = moved.fired;
    wheel.advance_to(3);
    EXPECT_EQ(moved.fired, before);
    wheel.advance_to(4);
    EXPECT_EQ(moved.fired, before + 1);
    EXPECT_TRUE(wheel.empty());
}

TEST(TimerWheel, TellsItsOwnerWhenTheFirstEntryIsArmed) {
    TimerWheel wheel;
    int started = 0;
    wheel.on_first_armed([&] { ++started; });
    Probe a;
    Probe b;
    wheel.arm(a, milliseconds(100));
    wheel.arm(b, milliseconds(100));
    EXPECT_EQ(started, 1);
    wheel.advance_to(1);
    wheel.arm(b, milliseconds(100));
    EXPECT_EQ(started, 2);
}

milliseconds fake_now{0};

TEST(TimerWheel, CountsFromTheClockAndNotFromTheLastTick) {
    fake_now = milliseconds(1'000'050);
    TimerWheel wheel([] { return fake_now; });
    EXPECT_EQ(wheel.now(), 10'000U);
    fake_now += milliseconds(2000);    // a busy loop that has not ticked
    Probe probe;
    wheel.arm(probe, milliseconds(500));    // due at 1'002'550
    wheel.advance_to(10'025);
    EXPECT_EQ(probe.fired, 0);
    wheel.advance_to(10'026);
    EXPECT_EQ(probe.fired, 1);
}

/// Random arming, disarming and advancing; every entry must fire exactly when a list of due times says so.
class Model {
public:
    explicit Model(unsigned seed) : random_(seed) {
        for (std::size_t i = 0; i < 40; ++i) probes_.push_back(std::make_unique<Probe>());
    }

    void step() {
        const std::size_t index = pick(probes_.size());
        switch (pick(4)) {
            case 0:
            case 1: arm(index); break;
            case 2: disarm(index); break;
            default: advance(); break;
        }
    }

private:
    std::uint64_t pick(std::uint64_t below) {
        return std::uniform_int_distribution<std::uint64_t>(0, below - 1)(random_);
    }

    void arm(std::size_t index) {
        const std::uint64_t after = pick(4) == 0 ? pick(200'000) : pick(3'000);
        wheel_.arm(*probes_[index], milliseconds(after));
        due_[index] = wheel_.now() * 100 + std::max<std::uint64_t>(after, 1);
    }
    void disarm(std::size_t index) {
        TimerWheel::disarm(*probes_[index]);
        due_.erase(index);
    }
    void advance() {
        const std::uint64_t tick = wheel_.now() + 1 + (pick(10) == 0 ? pick(1500) : pick(4));
        std::map<std::size_t, int> expected;
        for (const auto& [index, due] : due_) expected[index] = due <= tick * 100 ? 1 : 0;
        for (const auto& probe : probes_) probe->fired = 0;
        wheel_.advance_to(tick);
        for (std::size_t i = 0; i < probes_.size(); ++i) {
            ASSERT_EQ(probes_[i]->fired, expected[i]) << "entry " << i << " at tick " << tick;
            if (expected[i] == 1) due_.erase(i);
            ASSERT_EQ(probes_[i]->armed(), due_.contains(i));
        }
        ASSERT_EQ(wheel_.empty(), due_.empty());
    }

    std::mt19937 random_;
    TimerWheel wheel_;
    std::vector<std::unique_ptr<Probe>> probes_;
    std::map<std::size_t, std::uint64_t> due_;    // milliseconds
};

TEST(TimerWheel, AgreesWithAPlainListOfDueTimes) {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        Model model(seed);
        for (int i = 0; i < 2000 && !testing::Test::HasFatalFailure(); ++i) model.step();
        ASSERT_FALSE(testing::Test::HasFatalFailure()) << "seed " << seed;
    }
}

}    // namespace
}    // namespace opusclaw::net
