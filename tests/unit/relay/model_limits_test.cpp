// Tests of relay/model_limits.h: how often a user may ask for models (spec 04 section 3.6; 01 section 14.3).
#include "relay/model_limits.h"

#include <gtest/gtest.h>

namespace opusclaw::relay {
namespace {

using std::chrono_literals::operator""s;

const UserId kAnn{1}, kBob{2};

ModelLimit limit(std::int64_t total, std::int64_t success) {
    return {.most = {.total = total, .success = success}, .window = std::chrono::minutes(1)};
}

/// `0`: admitted and answered; else the seconds to wait.
std::int64_t ask(ModelLimits& limits, UserId user, const ModelLimit& most, SteadyTime now) {
    try {
        limits.admit(user, most, now).keep();
        return 0;
    } catch (const TooManyRequests& refusal) {
        return refusal.retry_after.count();
    }
}

TEST(ModelLimits, CountAnsweredRequestsInAWindow) {
    ModelLimits limits;
    const SteadyTime start{100s};
    EXPECT_EQ(ask(limits, kAnn, limit(0, 2), start), 0);
    EXPECT_EQ(ask(limits, kAnn, limit(0, 2), start + 10s), 0);
    EXPECT_EQ(ask(limits, kAnn, limit(0, 2), start + 20s), 40);
    EXPECT_EQ(ask(limits, kBob, limit(0, 2), start + 20s), 0) << "each user has his own";
    EXPECT_EQ(ask(limits, kAnn, limit(0, 2), start + 60s), 0);
    EXPECT_EQ(ask(limits, kAnn, limit(0, 2), start + 61s), 9);
}

TEST(ModelLimits, HoldInTheLongestWindowThatMayBeSet) {
    ModelLimits limits;
    const SteadyTime start{100s};
    constexpr std::chrono::minutes kLongest{35'791'394};
    const ModelLimit longest{.most = {.total = 0, .success = 1}, .window = kLongest};
    EXPECT_EQ(ask(limits, kAnn, longest, start), 0);
    EXPECT_EQ(ask(limits, kAnn, longest, start + 100s), 1'000'000'000) << "the most that is told";
    EXPECT_EQ(ask(limits, kAnn, longest, start + kLongest), 0);
}

TEST(ModelLimits, GiveThePlaceOfAFailedRequestBack) {
    ModelLimits limits;
    const SteadyTime start{100s};
    {
        const auto place = limits.admit(kAnn, limit(0, 1), start);
        EXPECT_EQ(ask(limits, kAnn, limit(0, 1), start + 1s), 59) << "it is taken while the request runs";
    }
    EXPECT_EQ(ask(limits, kAnn, limit(0, 1), start + 2s), 0);
}

TEST(ModelLimits, CountAllRequestsByABucket) {
    ModelLimits limits;
    const SteadyTime start{100s};
    for (int request = 0; request < 3; ++request) limits.admit(kAnn, limit(3, 0), start);
    EXPECT_EQ(ask(limits, kAnn, limit(3, 0), start), 20) << "failures count";
    EXPECT_EQ(ask(limits, kAnn, limit(3, 0), start + 20s), 0);
    EXPECT_EQ(ask(limits, kAnn, limit(3, 0), start + 21s), 19);
    EXPECT_EQ(ask(limits, kAnn, limit(0, 0), start + 21s), 0) << "0: any number";
}

TEST(ModelLimits, ARefusalByTheBucketTakesNoPlace) {
    ModelLimits limits;
    const SteadyTime start{100s};
    EXPECT_EQ(ask(limits, kAnn, limit(1, 2), start), 0);
    EXPECT_EQ(ask(limits, kAnn, limit(1, 2), start + 1s), 59);
    EXPECT_EQ(ask(limits, kAnn, limit(0, 2), start + 2s), 0);
}

TEST(ModelLimits, SayWhatTheLimitIs) {
    ModelLimits limits;
    const auto text = [&limits](const ModelLimit& most) {
        try {
            for (int request = 0; request < 3; ++request) limits.admit(kAnn, most, SteadyTime{100s}).keep();
        } catch (const TooManyRequests& refusal) {
            return refusal.message.text;
        }
        return std::string();
    };
    EXPECT_EQ(text(limit(0, 1)), "您已达到请求数限制：1分钟内最多请求1次");
    EXPECT_EQ(text(limit(2, 0)),
              "您已达到总请求数限制：1分钟内最多请求2次，包括失败次数，请检查您的请求是否正确");
}

TEST(ModelLimit, IsThatOfTheGroup) {
    settings::Settings settings = settings::default_settings();
    account::Caller caller;
    caller.group = "vip";
    EXPECT_FALSE(model_limit(caller, settings).has_value());
    settings.model_request_rate_limit_enabled = true;
    EXPECT_EQ(model_limit(caller, settings)->most, (settings::RequestLimit{.total = 0, .success = 1000}));
    settings.model_request_rate_limit_group["vip"] = {.total = 5, .success = 4};
    EXPECT_EQ(model_limit(caller, settings)->most, (settings::RequestLimit{.total = 5, .success = 4}));
}

}    // namespace
}    // namespace opusclaw::relay
