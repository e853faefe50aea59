// Tests of api/user_setting.h and api/quota_text.h: what counts as an address, and amounts in texts.
#include "api/user_setting.h"

#include <gtest/gtest.h>

#include "api/quota_text.h"
#include "unit/api/refusal.h"

namespace opusclaw::api {
namespace {

TEST(RequestUri, IsAnAbsoluteUriOrPath) {
    for (const char* const good :
         {"http://example.com", "https://e.com:8080/a?b=c#d", "/path", "/a%20b", "mailto:ann@example.com",
          "https://api.day.app/k/{{title}}", "http://[::1]/"})
        EXPECT_TRUE(is_request_uri(good)) << good;
    for (const char* const bad : {"", "example.com", "path/x", "http://", "http://a b/", "/a%zz", "1a:b",
                                  ":x", "/a\nb", "http://a:99999/"})
        EXPECT_FALSE(is_request_uri(bad)) << bad;
}

TEST(NotificationForm, ChecksTheTypeBeforeTheThreshold) {
    const auto refused = [](std::string_view body) {
        return refusal([&] { read_notification_form(JsonBody::parse(body), account::Role::Common); });
    };
    EXPECT_EQ(refused("{}"), "setting.invalid_type");
    EXPECT_EQ(refused(R"({"notify_type":"bark"})"), "quota.threshold_gt_zero");
    EXPECT_EQ(refused(R"({"notify_type":"bark","quota_warning_threshold":1})"), "setting.bark_url_empty");
    EXPECT_EQ(refused(R"({"notify_type":"email","quota_warning_threshold":1e400})"), "common.invalid_params");
    EXPECT_EQ(refused(R"({"notify_type":"email","quota_warning_threshold":0.1})"), "");
}

TEST(QuotaText, FollowsTheDisplayType) {
    settings::Settings settings = settings::default_settings();
    EXPECT_EQ(quota_text(settings, Quota{1'000'000}), "＄2.000000 额度");
    settings.quota_display_type = settings::QuotaDisplay::Cny;
    EXPECT_EQ(quota_text(settings, Quota{500'000}), "¥7.300000 额度");
    settings.quota_display_type = settings::QuotaDisplay::Tokens;
    EXPECT_EQ(quota_text(settings, Quota{-5}), "-5 点额度");
    settings.quota_display_type = settings::QuotaDisplay::Custom;
    settings.custom_currency_symbol = "€";
    settings.custom_currency_exchange_rate = 0;
    EXPECT_EQ(quota_text(settings, Quota{500'000}), "€1.000000 额度");
}

}    // namespace
}    // namespace opusclaw::api
