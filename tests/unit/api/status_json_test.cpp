// Tests of api/status_json.h: the members of /api/status and what is derived for it (spec 02 sections 5 and 18.1).
#include "api/status_json.h"

#include <gtest/gtest.h>

#include <set>

#include "base/json/view.h"

namespace opusclaw::api {
namespace {

std::string status_of(const settings::Settings& settings) {
    const settings::EnvironmentSettings environment;
    std::string out;
    json::Writer writer(out);
    write_status(
        writer,
        {.settings = settings, .environment = environment, .version = "v1", .started_at = 7, .setup = true});
    return out;
}

std::set<std::string> keys_of(const std::string& json) {
    std::set<std::string> keys;
    const json::Document document = json::Document::copy(json);
    document.validate();
    document.root().each_member([&keys](std::string_view key, json::View) {
        EXPECT_TRUE(keys.emplace(key).second) << key;
        return true;
    });
    return keys;
}

const std::set<std::string> kMembers = {
    "version",
    "start_time",
    "setup",
    "system_name",
    "logo",
    "footer_html",
    "server_address",
    "theme",
    "raw_html_enabled",
    "docs_link",
    "top_up_link",
    "email_verification",
    "turnstile_check",
    "turnstile_site_key",
    "github_oauth",
    "github_client_id",
    "discord_oauth",
    "discord_client_id",
    "linuxdo_oauth",
    "linuxdo_client_id",
    "linuxdo_minimum_trust_level",
    "telegram_oauth",
    "telegram_bot_name",
    "wechat_login",
    "wechat_qrcode",
    "oidc_enabled",
    "oidc_client_id",
    "oidc_authorization_endpoint",
    "passkey_login",
    "passkey_display_name",
    "passkey_rp_id",
    "passkey_origins",
    "passkey_allow_insecure",
    "passkey_user_verification",
    "passkey_attachment",
    "quota_per_unit",
    "display_in_currency",
    "quota_display_type",
    "custom_currency_symbol",
    "custom_currency_exchange_rate",
    "usd_exchange_rate",
    "price",
    "stripe_unit_price",
    "enable_batch_update",
    "enable_drawing",
    "enable_task",
    "enable_data_export",
    "data_export_default_time",
    "default_collapse_sidebar",
    "default_use_auto_group",
    "mj_notify_enabled",
    "chats",
    "demo_site_enabled",
    "self_use_mode_enabled",
    "api_info_enabled",
    "uptime_kuma_enabled",
    "announcements_enabled",
    "faq_enabled",
    "HeaderNavModules",
    "SidebarModulesAdmin",
    "user_agreement_enabled",
    "privacy_policy_enabled",
    "checkin_enabled",
    "api_info",
    "announcements",
    "faq",
};

TEST(Status, HasTheMembersOfTheSpecification) {
    EXPECT_EQ(keys_of(status_of(settings::default_settings())), kMembers);
}

TEST(Status, LeavesOutListsThatAreSwitchedOff) {
    settings::Settings settings = settings::default_settings();
    settings.api_info_enabled = settings.announcements_enabled = settings.faq_enabled = false;
    const auto keys = keys_of(status_of(settings));
    for (const char* const list : {"api_info", "announcements", "faq"})
        EXPECT_FALSE(keys.contains(list)) << list;
}

TEST(Status, ShowsEmptyListsForStoredTextThatIsNone) {
    settings::Settings settings = settings::default_settings();
    for (const char* const bad : {"null", "{}", "[1", "", "5"}) {
        settings.console_faq.text = bad;
        const json::Document document = json::Document::copy(status_of(settings));
        EXPECT_EQ(document.root().find("faq")->raw(), "[]") << bad;
    }
}

TEST(Status, NamesTheDisplayOfQuota) {
    settings::Settings settings = settings::default_settings();
    settings.quota_display_type = settings::QuotaDisplay::Tokens;
    const json::Document document = json::Document::copy(status_of(settings));
    EXPECT_EQ(document.root().find("display_in_currency")->as_bool(), false);
    EXPECT_EQ(document.root().find("quota_display_type")->as_string(), "TOKENS");
}

TEST(Announcements, AreSortedNewestFirstAndStable) {
    EXPECT_EQ(
        sorted_announcements(
            R"([{"n":1,"publishDate":"2026-01-01T00:00:00Z"},{"n":2},{"n":3,"publishDate":"2026-03-01T00:00:00Z"},)"
            R"({"n":4,"publishDate":"soon"},{"n":5,"publishDate":"2026-01-01T01:00:00+01:00"}])"),
        R"([{"n":3,"publishDate":"2026-03-01T00:00:00Z"},{"n":1,"publishDate":"2026-01-01T00:00:00Z"},)"
        R"({"n":5,"publishDate":"2026-01-01T01:00:00+01:00"},{"n":2},{"n":4,"publishDate":"soon"}])");
    EXPECT_EQ(sorted_announcements(""), "[]");
}

TEST(RelyingParties, AreDerivedFromTheAddressOfTheServer) {
    settings::Settings settings = settings::default_settings();
    settings.server_address = "https://ai.example.com:8443/x";
    settings.system_name = "Fjord";
    settings.passkey_origins = " [] ";
    settings.passkey_rp_id = settings.passkey_rp_display_name = settings.passkey_user_verification = " ";
    const RelyingParty derived = relying_party(settings);
    EXPECT_EQ(derived.id, "ai.example.com");
    EXPECT_EQ(derived.origins, "https://ai.example.com:8443/x");
    EXPECT_EQ(derived.display_name, "Fjord");
    EXPECT_EQ(derived.user_verification, "preferred");
    settings.passkey_rp_id = "example.com:443";
    settings.passkey_origins = "https://a.example.com";
    EXPECT_EQ(relying_party(settings).id, "example.com");
    EXPECT_EQ(relying_party(settings).origins, "https://a.example.com");
}

}    // namespace
}    // namespace opusclaw::api
