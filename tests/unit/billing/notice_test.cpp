// Tests of billing/notice.h: texts, wire forms and limit of notices (spec 03 section 21; 05 section 8.3; 01 section 14.5).
#include "billing/notice.h"

#include <gtest/gtest.h>

#include "base/crypto.h"

namespace opusclaw::billing {
namespace {

const Notice kNotice{.type = "quota_exceed", .title = "T", .values = {"T", "$1", "L", "L"}};

TEST(Notice, SaysTitleBalanceAndLink) {
    settings::Settings settings = settings::default_settings();
    settings.server_address = "https://example.com/";
    const Notice notice = low_balance_notice(settings, Quota{250'000});
    EXPECT_EQ(notice.type, "quota_exceed");
    EXPECT_EQ(notice.title, "您的额度即将用尽");
    const std::string link = "https://example.com/console/topup";
    EXPECT_EQ(notice.values, (std::vector<std::string>{notice.title, "＄0.500000", link, link}));
}

TEST(Notice, FillsTheTemplateOfEachWay) {
    EXPECT_EQ(notice_content(NoticeWay::Webhook, kNotice),
              "T，当前剩余额度为 $1，为了不影响您的使用，请及时充值。<br/>充值链接：<a href='L'>L</a>");
    EXPECT_EQ(notice_content(NoticeWay::Bark, kNotice), "T，剩余额度：$1，请及时充值");
    EXPECT_EQ(notice_content(NoticeWay::Gotify, kNotice), "T，当前剩余额度为 $1，请及时充值。");
    Notice odd = kNotice;
    odd.values[0] = "{{value}}";
    EXPECT_EQ(notice_content(NoticeWay::Bark, odd), "{{value}}，剩余额度：$1，请及时充值")
        << "a value is no placeholder";
}

TEST(Notice, GoesWhereTheUserWantsIt) {
    EXPECT_FALSE(notice_target("", "").has_value());
    EXPECT_EQ(notice_target("", "a@example.com")->address, "a@example.com");
    EXPECT_EQ(notice_target(R"({"notification_email":"b@example.com"})", "a@example.com")->address,
              "b@example.com");
    const auto hook = notice_target(
        R"({"notify_type":"webhook","webhook_url":"https://h","webhook_secret":"s"})", "a@b");
    EXPECT_EQ(hook->way, NoticeWay::Webhook);
    EXPECT_EQ(hook->secret, "s");
    EXPECT_FALSE(notice_target(R"({"notify_type":"webhook"})", "a@b").has_value());
    EXPECT_FALSE(notice_target(R"({"notify_type":"gotify","gotify_url":"https://g"})", "").has_value());
    EXPECT_EQ(notice_target("no json", "a@b")->way, NoticeWay::Email);
}

TEST(Notice, IsASignedWebhook) {
    const NoticeTarget target{.way = NoticeWay::Webhook, .address = "https://h/x", .secret = "key"};
    const NoticeRequest request = notice_request(target, kNotice, from_unix(1'760'000'000));
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.url, "https://h/x");
    EXPECT_EQ(request.body, R"({"type":"quota_exceed","title":"T","content":")" +
                                notice_content(NoticeWay::Webhook, kNotice) +
                                R"(","values":["T","$1","L","L"],"timestamp":1760000000})");
    ASSERT_EQ(request.headers.size(), 2U);
    EXPECT_EQ(request.headers[1].first, "X-Webhook-Signature");
    EXPECT_EQ(request.headers[1].second, crypto::hex(crypto::hmac_sha256("key", request.body)));
    EXPECT_EQ(
        notice_request({.way = NoticeWay::Webhook, .address = "h", .secret = ""}, kNotice, {}).headers.size(),
        1U);
}

TEST(Notice, IsABarkOrGotifyMessage) {
    const NoticeTarget bark{
        .way = NoticeWay::Bark, .address = "https://b/k/{{title}}/{{content}}?g={{title}}", .secret = ""};
    Notice blank = kNotice;
    blank.title = "a b";
    const NoticeRequest got = notice_request(bark, blank, {});
    EXPECT_EQ(got.method, "GET");
    EXPECT_TRUE(got.url.starts_with("https://b/k/a+b/T%EF%BC%8C")) << got.url;
    EXPECT_TRUE(got.url.ends_with("?g=a+b"));
    NoticeTarget gotify{
        .way = NoticeWay::Gotify, .address = "https://g/sub/", .secret = "t&k", .priority = 11};
    EXPECT_EQ(notice_request(gotify, kNotice, {}).url, "https://g/sub/message?token=t%26k");
    EXPECT_NE(notice_request(gotify, kNotice, {}).body.find(R"("priority":5)"), std::string::npos);
    gotify.priority = 0;
    EXPECT_NE(notice_request(gotify, kNotice, {}).body.find(R"("priority":0)"), std::string::npos);
}

TEST(Notice, ComesBackFromTheOutbox) {
    const auto again = decode_notice(encode_notice(kNotice));
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->title, "T");
    EXPECT_EQ(again->values, kNotice.values);
    EXPECT_FALSE(decode_notice("{").has_value());
    EXPECT_FALSE(decode_notice("{}").has_value());
}

TEST(Notice, TellsOfAChannelInItsOwnWords) {
    const Notice off = channel_off_notice(ChannelId{7}, "main", "status_code=401, no");
    EXPECT_EQ(off.type, "channel_update_7_3");
    EXPECT_EQ(off.title, "通道「main」（#7）已被禁用");
    for (const NoticeWay way : kNoticeWays)
        EXPECT_EQ(notice_content(way, off), "通道「main」（#7）已被禁用，原因：status_code=401, no");
    const auto read = decode_notice(encode_notice(off));
    ASSERT_TRUE(read);
    EXPECT_EQ(notice_content(NoticeWay::Bark, *read), notice_content(NoticeWay::Bark, off));
    const Notice on = channel_on_notice(ChannelId{7}, "main");
    EXPECT_EQ(on.type, "channel_update_7_1");
    EXPECT_EQ(on.title, "通道「main」（#7）已被启用");
    EXPECT_EQ(notice_content(NoticeWay::Webhook, on), on.title);
}

TEST(NoticeLimiter, CountsByUserAndTypeFromTheFirst) {
    NoticeLimiter limiter(2, std::chrono::minutes(10));
    const UnixSeconds start = from_unix(1'700'002'800);    // a whole hour
    const UserId ann{1}, bob{2};
    EXPECT_TRUE(limiter.admit(ann, "a", start));
    EXPECT_TRUE(limiter.admit(ann, "a", start + std::chrono::minutes(9)));
    EXPECT_FALSE(limiter.admit(ann, "a", start + std::chrono::minutes(9)));
    EXPECT_TRUE(limiter.admit(ann, "b", start + std::chrono::minutes(9)));
    EXPECT_TRUE(limiter.admit(bob, "a", start + std::chrono::minutes(9)));
    EXPECT_TRUE(limiter.admit(ann, "a", start + std::chrono::minutes(10)));
}

TEST(NoticeLimiter, BeginsAnewWithEachHour) {
    NoticeLimiter limiter(1, std::chrono::minutes(10));
    const UnixSeconds hour = from_unix(1'700'002'800);
    EXPECT_TRUE(limiter.admit(UserId{1}, "a", hour - std::chrono::seconds(5)));
    EXPECT_FALSE(limiter.admit(UserId{1}, "a", hour - std::chrono::seconds(1)));
    EXPECT_TRUE(limiter.admit(UserId{1}, "a", hour));
    NoticeLimiter none(0, std::chrono::minutes(10));
    EXPECT_FALSE(none.admit(UserId{1}, "a", hour));
}

TEST(NoticeLimiter, ForgetsWhatIsOverAtMostOnceAMinute) {
    NoticeLimiter limiter(1, std::chrono::seconds(10));
    const UnixSeconds start = from_unix(1'700'002'800);
    const auto admit_many = [&limiter](std::int64_t first, UnixSeconds now) {
        for (std::size_t i = 0; i < NoticeLimiter::kMostCounts; ++i)
            limiter.admit(UserId{first + static_cast<std::int64_t>(i)}, "a", now);
    };
    admit_many(0, start);
    EXPECT_EQ(limiter.size(), NoticeLimiter::kMostCounts);
    limiter.admit(UserId{-1}, "a", start + std::chrono::seconds(10));
    EXPECT_EQ(limiter.size(), 1U);
    admit_many(0, start + std::chrono::seconds(10));
    limiter.admit(UserId{-2}, "a", start + std::chrono::seconds(69));
    EXPECT_EQ(limiter.size(), NoticeLimiter::kMostCounts + 2) << "swept less than a minute ago";
    limiter.admit(UserId{-3}, "a", start + std::chrono::seconds(70));
    EXPECT_EQ(limiter.size(), 2U) << "-2, whose while is not over, and -3";
}

}    // namespace
}    // namespace opusclaw::billing
