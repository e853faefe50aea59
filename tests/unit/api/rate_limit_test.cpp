// Tests of api/rate_limit.h: the sliding log of admissions (spec 01 section 14.2) and its bounds.
#include "api/rate_limit.h"

#include <gtest/gtest.h>

#include <string>

namespace opusclaw::api {
namespace {

using namespace std::chrono_literals;

settings::WindowLimit limit(std::int64_t requests, std::chrono::seconds window) {
    return {.enabled = true, .requests = requests, .window = window};
}

TEST(WindowLimiter, AdmitsNoMoreThanItsNumberInAnyWindow) {
    ManualClock clock;
    WindowLimiter limiter(limit(3, 10s));
    EXPECT_FALSE(limiter.admit("a", clock.steady()));
    clock.advance(4s);
    EXPECT_FALSE(limiter.admit("a", clock.steady()));
    EXPECT_FALSE(limiter.admit("a", clock.steady()));
    EXPECT_EQ(limiter.admit("a", clock.steady()), 6s) << "the first admission is four seconds old";
    EXPECT_FALSE(limiter.admit("b", clock.steady()));
    clock.advance(5500ms);
    EXPECT_EQ(limiter.admit("a", clock.steady()), 1s) << "half a second, rounded up";
    clock.advance(500ms);
    EXPECT_FALSE(limiter.admit("a", clock.steady()));
    EXPECT_EQ(limiter.admit("a", clock.steady()), 4s);
}

TEST(WindowLimiter, DoesNotCountWhatItRefused) {
    ManualClock clock;
    WindowLimiter limiter(limit(1, 10s));
    EXPECT_FALSE(limiter.admit("a", clock.steady()));
    for (int i = 0; i < 9; ++i) {
        clock.advance(1s);
        EXPECT_TRUE(limiter.admit("a", clock.steady()));
    }
    clock.advance(1s);
    EXPECT_FALSE(limiter.admit("a", clock.steady()));
}

TEST(WindowLimiter, AdmitsEverythingWhenItIsOff) {
    const ManualClock clock;
    settings::WindowLimit off = limit(1, 10s);
    off.enabled = false;
    WindowLimiter limiter(off);
    WindowLimiter nonsense(limit(0, 10s));
    for (int i = 0; i < 5; ++i) {
        EXPECT_FALSE(limiter.admit("a", clock.steady()));
        EXPECT_FALSE(nonsense.admit("a", clock.steady()));
    }
    EXPECT_EQ(limiter.keys(), 0U);
}

TEST(WindowLimiter, ForgetsKeysThatNobodyUses) {
    ManualClock clock;
    WindowLimiter limiter(limit(1, 3600s));
    EXPECT_FALSE(limiter.admit("old", clock.steady()));
    clock.advance(1800s);
    EXPECT_FALSE(limiter.admit("young", clock.steady()));
    limiter.sweep(clock.steady(), 1200s);
    EXPECT_TRUE(limiter.admit("old", clock.steady())) << "its window still runs";
    clock.advance(1800s);
    limiter.sweep(clock.steady(), 1200s);
    EXPECT_EQ(limiter.keys(), 1U);
    EXPECT_TRUE(limiter.admit("young", clock.steady()));
    WindowLimiter quick(limit(1, 1s));
    EXPECT_FALSE(quick.admit("a", clock.steady()));
    clock.advance(1199s);
    quick.sweep(clock.steady(), 1200s);
    EXPECT_EQ(quick.keys(), 1U) << "kept as long as the specification says";
    clock.advance(1s);
    quick.sweep(clock.steady(), 1200s);
    EXPECT_EQ(quick.keys(), 0U);
}

TEST(WindowLimiter, StaysBoundedAndRemembersWhoComesOften) {
    const ManualClock clock;
    WindowLimiter limiter(limit(2, 1000s));
    EXPECT_FALSE(limiter.admit("often", clock.steady()));
    EXPECT_FALSE(limiter.admit("often", clock.steady()));
    for (std::size_t i = 0; i < WindowLimiter::kMostKeys + 10; ++i)
        limiter.admit("once " + std::to_string(i), clock.steady());
    EXPECT_LE(limiter.keys(), WindowLimiter::kMostKeys);
    EXPECT_TRUE(limiter.admit("often", clock.steady()));
}

TEST(WindowLimiter, ForgetsKeysWhoseWindowIsOverFirst) {
    ManualClock clock;
    WindowLimiter limiter(limit(1, 10s));
    for (std::size_t i = 0; i < WindowLimiter::kMostKeys - 1; ++i)
        limiter.admit("old " + std::to_string(i), clock.steady());
    clock.advance(10s);
    EXPECT_FALSE(limiter.admit("new", clock.steady()));
    EXPECT_FALSE(limiter.admit("newer", clock.steady()));
    EXPECT_EQ(limiter.keys(), 2U);
    EXPECT_TRUE(limiter.admit("new", clock.steady()));
}

TEST(LimitKey, IsTheAddressOrTheNetworkOfIpv6) {
    const auto key = [](const char* text) { return limit_key(IpAddress::parse(text).value()); };
    EXPECT_NE(key("192.0.2.1"), key("192.0.2.2"));
    EXPECT_EQ(key("192.0.2.1"), key("::ffff:192.0.2.1"));
    EXPECT_EQ(key("2001:db8::1"), key("2001:db8::ffff:1"));
    EXPECT_NE(key("2001:db8::1"), key("2001:db8:0:1::1"));
}

TEST(LimitOf, FollowsTheTableOfTheSpecification) {
    for (const char* const route : {"/api/user/login", "/api/user/register", "/api/oauth/state",
                                    "/api/oauth/:provider", "/api/token/:id/key", "/api/usage/token/"})
        EXPECT_EQ(limit_of(route), Limit::Critical) << route;
    for (const char* const route : {"/api/token/search", "/api/log/self/search"})
        EXPECT_EQ(limit_of(route), Limit::Search) << route;
    for (const char* const route :
         {"/api/user/logout", "/api/token/", "/api/user/search", "/api/oauth", "/api/user/:id"})
        EXPECT_EQ(limit_of(route), Limit::None) << route;
}

TEST(RateLimits, ShareOneCountAmongTheCriticalRoutesOfAnAddress) {
    const ManualClock clock;
    settings::EnvironmentSettings environment;
    environment.global_api_limit = limit(100, 10s);
    environment.critical_limit = limit(2, 10s);
    environment.search_limit = limit(1, 10s);
    RateLimits limits(environment);
    const RateLimits::Asker ann{.client = IpAddress::v4({192, 0, 2, 1}), .user = UserId{1}};
    const RateLimits::Asker bob{.client = IpAddress::v4({192, 0, 2, 1}), .user = UserId{2}};
    EXPECT_FALSE(limits.admit(Limit::Critical, ann, clock.steady()));
    EXPECT_FALSE(limits.admit(Limit::Critical, bob, clock.steady()));
    EXPECT_TRUE(limits.admit(Limit::Critical, ann, clock.steady()));
    EXPECT_FALSE(limits.admit(Limit::Search, ann, clock.steady()));
    EXPECT_FALSE(limits.admit(Limit::Search, bob, clock.steady())) << "searches count by user";
    EXPECT_TRUE(limits.admit(Limit::Search, bob, clock.steady()));
    EXPECT_FALSE(limits.admit(Limit::None, ann, clock.steady()));
    EXPECT_FALSE(limits.admit(ann.client, clock.steady()));
}

}    // namespace
}    // namespace opusclaw::api
