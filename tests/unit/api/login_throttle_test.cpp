// Tests of api/login_throttle.h: ten failures in fifteen minutes per account and address (spec 02 section 8.2).
#include "api/login_throttle.h"

#include <gtest/gtest.h>

namespace opusclaw::api {
namespace {

using namespace std::chrono_literals;

const IpAddress kHere = IpAddress::v4({192, 0, 2, 1});
const IpAddress kThere = IpAddress::v4({192, 0, 2, 2});

class LoginThrottleTest : public testing::Test {
protected:
    bool begin(std::string_view account, const IpAddress& client = kHere) {
        return throttle_.begin({.account = account, .client = client}, clock_.steady());
    }
    void fail_ten_times(std::string_view account) {
        for (int i = 0; i < 10; ++i) {
            EXPECT_TRUE(begin(account));
            clock_.advance(1s);
        }
    }
    ManualClock clock_;
    LoginThrottle throttle_;
};

TEST_F(LoginThrottleTest, RefusesTheEleventhAttempt) {
    fail_ten_times("ann");
    EXPECT_FALSE(begin("ann"));
}

TEST_F(LoginThrottleTest, LeavesOtherAccountsAndAddressesAlone) {
    fail_ten_times("ann");
    EXPECT_TRUE(begin("bob"));
    EXPECT_TRUE(begin("ann", kThere));
}

TEST_F(LoginThrottleTest, ForgetsEachFailureAfterItsWindow) {
    fail_ten_times("ann");
    clock_.advance(15min - 11s);
    EXPECT_FALSE(begin("ann"));
    clock_.advance(1s);    // the first failure is fifteen minutes old
    EXPECT_TRUE(begin("ann"));
    EXPECT_FALSE(begin("ann"));
}

TEST_F(LoginThrottleTest, DoesNotCountWhatItRefused) {
    fail_ten_times("ann");
    for (int i = 0; i < 100; ++i) EXPECT_FALSE(begin("ann"));
    clock_.advance(15min);
    EXPECT_TRUE(begin("ann"));
}

TEST_F(LoginThrottleTest, StartsAnewAfterTheRightPassword) {
    for (int i = 0; i < 9; ++i) EXPECT_TRUE(begin("ann"));
    EXPECT_TRUE(begin("ann"));
    throttle_.succeeded({.account = "ann", .client = kHere});
    EXPECT_EQ(throttle_.size(), 0U);
    fail_ten_times("ann");
    EXPECT_FALSE(begin("ann"));
}

TEST_F(LoginThrottleTest, StaysBounded) {
    fail_ten_times("ann");
    for (std::size_t i = 0; i < LoginThrottle::kLargest + 10; ++i) begin("guess " + std::to_string(i));
    EXPECT_LE(throttle_.size(), LoginThrottle::kLargest);
    EXPECT_FALSE(begin("ann"));    // many names tried once do not free one that is being guessed
}

}    // namespace
}    // namespace opusclaw::api
