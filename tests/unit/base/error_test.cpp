// Tests of base/error.h and base/ids.h, base/time.h, base/version.h: the small values that every module shares.
#include "base/error.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "base/ids.h"
#include "base/time.h"
#include "base/version.h"

namespace opusclaw {
namespace {

TEST(KindRow, FitsItsKind) {
    for (int i = 0; i < static_cast<int>(ErrorKind::kCount); ++i) {
        const auto kind = static_cast<ErrorKind>(i);
        const KindRow& row = kind_row(kind);
        EXPECT_EQ(row.kind, kind);
        EXPECT_GE(row.status, 400);
        EXPECT_LT(row.status, 600);
        EXPECT_FALSE(row.openai.empty() || row.anthropic.empty() || row.gemini.empty());
        EXPECT_FALSE(kind_name(kind).empty());
    }
    EXPECT_EQ(kind_row(ErrorKind::RateLimited).status, 429);
    EXPECT_EQ(kind_row(ErrorKind::QuotaExhausted).status, 403);
    EXPECT_EQ(kind_row(ErrorKind::NoChannel).status, 503);
    EXPECT_EQ(kind_row(ErrorKind::Internal).openai, "new_api_error");
    EXPECT_EQ(kind_row(ErrorKind::kCount).kind, ErrorKind::Internal);
}

struct StatusCase {
    int status;
    std::string_view anthropic, gemini;
};
// Spec 06 section 20.1, "By status".
constexpr StatusCase kStatusCases[] = {
    {400, "invalid_request_error", "INVALID_ARGUMENT"},
    {401, "authentication_error", "UNAUTHENTICATED"},
    {403, "permission_error", "PERMISSION_DENIED"},
    {404, "not_found_error", "NOT_FOUND"},
    {413, "request_too_large", "INVALID_ARGUMENT"},
    {429, "rate_limit_error", "RESOURCE_EXHAUSTED"},
    {503, "overloaded_error", "UNAVAILABLE"},
    {529, "overloaded_error", "UNAVAILABLE"},
    {504, "timeout_error", "DEADLINE_EXCEEDED"},
    {500, "api_error", "INTERNAL"},
    {502, "api_error", "INTERNAL"},
    {418, "invalid_request_error", "INVALID_ARGUMENT"},
};

TEST(NamesOfStatus, AreThoseOfTheSpecification) {
    for (const StatusCase& c : kStatusCases) {
        EXPECT_EQ(names_of_status(c.status).anthropic, c.anthropic) << c.status;
        EXPECT_EQ(names_of_status(c.status).gemini, c.gemini) << c.status;
    }
}

TEST(Error, TakesTheStatusOfItsKindUnlessSet) {
    EXPECT_EQ(Error(ErrorKind::TooLarge, "", Message::literal("x")).status, 413);
    EXPECT_EQ(Error(ErrorKind::TooLarge, "", Message::literal("x")).with_status(400).status, 400);
}

TEST(Error, SaysEverythingInOneLineForTheLog) {
    const Error error(ErrorKind::Forbidden, "access_denied",
                      Message::key("distributor.token_model_forbidden", {{"Model", "gpt-x"}}), "token 7");
    EXPECT_STREQ(error.what(),
                 "Forbidden [access_denied]: distributor.token_model_forbidden Model=gpt-x (token 7)");
    EXPECT_STREQ(Error(ErrorKind::Internal, "", Message::literal("oops")).what(), "Internal: oops");
}

TEST(ThrowError, ThrowsALiteralText) {
    try {
        throw_error(ErrorKind::NotFound, "no_route", "nothing here", "GET /x");
    } catch (const Error& error) {
        EXPECT_EQ(error.kind, ErrorKind::NotFound);
        EXPECT_EQ(error.code, "no_route");
        EXPECT_EQ(error.message.text, "nothing here");
        EXPECT_FALSE(error.message.is_key);
        EXPECT_EQ(error.detail, "GET /x");
    }
}

TEST(Quota, SaturatesInsteadOfWrapping) {
    constexpr Quota kMost{INT64_MAX};
    constexpr Quota kLeast{INT64_MIN};
    EXPECT_EQ(kMost + Quota{1}, kMost);
    EXPECT_EQ(kLeast - Quota{1}, kLeast);
    EXPECT_EQ(kLeast + Quota{-1}, kLeast);
    EXPECT_EQ(kMost - Quota{-1}, kMost);
    EXPECT_EQ(-kLeast, kMost);
    EXPECT_EQ(Quota{0} - kLeast, kMost);
    EXPECT_EQ(Quota{3} - Quota{5}, Quota{-2});
    EXPECT_LT(Quota{-1}, Quota{0});
}

TEST(RequestId, HasTheFormOfTheSpecification) {
    const std::string id = make_request_id();
    EXPECT_LE(id.size(), 64U);
    EXPECT_GE(id.size(), 14U + 1 + 8 + 8);
    EXPECT_TRUE(id.starts_with("20")) << id;
    EXPECT_EQ(id.substr(0, 14).find_first_not_of("0123456789"), std::string::npos) << id;
    for (const char c : id) EXPECT_TRUE(std::isalnum(static_cast<unsigned char>(c)) != 0) << id;
    const std::string other = make_request_id();
    EXPECT_EQ(id.substr(id.size() - 16, 8), other.substr(other.size() - 16, 8));
}

TEST(RequestId, IsUniqueAcrossThreads) {
    std::vector<std::vector<std::string>> made(4);
    std::vector<std::thread> threads;
    for (auto& own : made)
        threads.emplace_back([&own] {
            for (int i = 0; i < 2000; ++i) own.push_back(make_request_id());
        });
    for (std::thread& thread : threads) thread.join();
    std::set<std::string> all;
    for (const auto& own : made) all.insert(own.begin(), own.end());
    EXPECT_EQ(all.size(), 8000U);
}

TEST(RandomAlphanumeric, UsesEveryCharacterAboutEquallyOften) {
    const std::string text = random_alphanumeric(62'000);
    ASSERT_EQ(text.size(), 62'000U);
    std::map<char, int> counts;
    for (const char c : text) ++counts[c];
    ASSERT_EQ(counts.size(), 62U);
    // 1000 expected, standard deviation 31: nine of them is out of reach for a fair source.
    for (const auto& [c, count] : counts) {
        EXPECT_TRUE(std::isalnum(static_cast<unsigned char>(c)) != 0);
        EXPECT_NEAR(count, 1000, 280) << c;
    }
    EXPECT_EQ(random_alphanumeric(0), "");
}

TEST(Time, IsWrittenAsProtocolsAskForIt) {
    const UnixSeconds time = from_unix(1'795'537'531);    // 2026-11-24 16:25:31 UTC
    EXPECT_EQ(rfc3339(time), "2026-11-24T16:25:31Z");
    EXPECT_EQ(http_date(time), "Tue, 24 Nov 2026 16:25:31 GMT");
    EXPECT_EQ(http_date(from_unix(784'111'777)),
              "Sun, 06 Nov 1994 08:49:37 GMT");    // RFC 9110's own example
    EXPECT_EQ(rfc3339(from_unix(0)), "1970-01-01T00:00:00Z");
    EXPECT_EQ(rfc3339(from_unix(-1)), "1969-12-31T23:59:59Z");
    EXPECT_EQ(rfc3339(from_unix(951'782'400)), "2000-02-29T00:00:00Z");
    EXPECT_EQ(to_unix(time), 1'795'537'531);
}

TEST(ManualClock, MovesBothTimesTogether) {
    ManualClock clock(1000);
    const auto steady = clock.steady();
    EXPECT_EQ(to_unix(clock.unix_now()), 1000);
    clock.advance(std::chrono::milliseconds(1500));
    EXPECT_EQ(to_unix(clock.unix_now()), 1001);
    EXPECT_EQ(clock.steady() - steady, std::chrono::milliseconds(1500));
}

TEST(SystemClock, IsTheProcessClock) {
    const auto before = std::chrono::system_clock::now();
    EXPECT_GE(system_clock().now(), before);
    EXPECT_LE(system_clock().steady(), std::chrono::steady_clock::now());
}

TEST(Version, IsNeverEmpty) { EXPECT_FALSE(version().empty()); }

}    // namespace
}    // namespace opusclaw
