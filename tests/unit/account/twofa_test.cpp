// Tests of account/twofa.h: RFC 6238's own figures, the forms that people type, and when too many were wrong.
#include "account/twofa.h"

#include <gtest/gtest.h>

namespace opusclaw::account {
namespace {

// RFC 6238, appendix B: the secret `12345678901234567890` in Base32; its passwords have eight digits, the last six are ours.
constexpr std::string_view kSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
constexpr std::int64_t kThen = 1'111'111'109, kStep = 37'037'036;

TEST(TwoFactor, PasswordsAreThoseOfTheStandard) {
    EXPECT_EQ(one_time_step(kSecret, "287082", from_unix(59)), 1);
    EXPECT_EQ(one_time_step(kSecret, "081804", from_unix(kThen)), kStep);
    EXPECT_EQ(one_time_step(kSecret, "279037", from_unix(2'000'000'000)), 66'666'666);
}

TEST(TwoFactor, APasswordCountsOneStepEarlierAndLaterAndNoMore) {
    for (const std::int64_t seconds : {-30, 0, 30})
        EXPECT_EQ(one_time_step(kSecret, "081804", from_unix(kThen + seconds)), kStep) << seconds;
    for (const std::int64_t seconds : {-60, -90, 60, 90})
        EXPECT_EQ(one_time_step(kSecret, "081804", from_unix(kThen + seconds)), std::nullopt) << seconds;
}

TEST(TwoFactor, WhatIsNoSecretHasNoPasswords) {
    for (const std::string_view secret : {"", "1", "!!!!!!!!", "GEZDGNBV\xff"})
        EXPECT_EQ(one_time_step(secret, "081804", from_unix(kThen)), std::nullopt) << secret;
    EXPECT_EQ(one_time_step(kSecret, "", from_unix(kThen)), std::nullopt);
    EXPECT_EQ(one_time_step(kSecret, "081805", from_unix(kThen)), std::nullopt);
}

TEST(TwoFactor, FormsAreAsPeopleTypeThem) {
    EXPECT_EQ(one_time_password(" 081 804 "), "081804");
    for (const std::string_view typed : {"", "08180", "0818045", "08180a", "081-804", "０８１８０４"})
        EXPECT_EQ(one_time_password(typed), std::nullopt) << typed;
    EXPECT_EQ(backup_code("ab12-cd34"), "AB12-CD34");
    EXPECT_EQ(backup_code("-AB12CD34--"), "AB12-CD34");
    for (const std::string_view typed : {"", "AB12-CD3", "AB12-CD345", "AB12 CD34", "AB12-CD3é"})
        EXPECT_EQ(backup_code(typed), std::nullopt) << typed;
}

TEST(TwoFactor, TheFifthFailureLocksForFiveMinutes) {
    const UnixSeconds now = from_unix(kThen);
    TwoFactorAttempts attempts;
    for (int failures = 1; failures <= 4; ++failures) {
        attempts = with_failure(attempts, now);
        EXPECT_EQ(attempts.failed, failures);
        EXPECT_FALSE(attempts.locked(now)) << failures;
    }
    attempts = with_failure(attempts, now);
    EXPECT_TRUE(attempts.locked(now + std::chrono::seconds(299)));
    EXPECT_FALSE(attempts.locked(now + std::chrono::seconds(300)));
}

TEST(TwoFactor, ALockThatHasEndedStartsTheCountAnew) {
    const TwoFactorAttempts ended{.failed = 5, .locked_until = kThen};
    const TwoFactorAttempts after = with_failure(ended, from_unix(kThen));
    EXPECT_EQ(after.failed, 1);
    EXPECT_EQ(after.locked_until, std::nullopt);
}

}    // namespace
}    // namespace opusclaw::account
