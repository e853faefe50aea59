// api/status_json.cpp: the members of /api/status, area by area, in the order of the table in spec 02 section 5.
#include "api/status_json.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/json/view.h"
#include "base/text.h"
#include "base/url.h"
#include "settings/console_lists.h"

namespace opusclaw::api {
namespace {

using settings::Settings;

/// The stored text when it is a JSON array, else an empty one.
std::string array_or_empty(std::string_view stored) {
    if (text::trim(stored).empty()) return "[]";
    try {
        const json::Document document = json::Document::copy(stored);
        document.validate();
        if (document.root().type() == json::Type::Array) return std::string(document.root().raw());
    } catch (const Error&) {
        // a row that somebody else's program wrote
    }
    return "[]";
}

void write_site(json::Writer& writer, const StatusFacts& facts) {
    const Settings& s = facts.settings;
    writer.member("version", facts.version)
        .member("start_time", facts.started_at)
        .member("setup", facts.setup);
    writer.member("system_name", s.system_name).member("logo", s.logo).member("footer_html", s.footer);
    writer.member("server_address", s.server_address).member("theme", s.theme_frontend);
    writer.member("raw_html_enabled", s.raw_html_enabled).member("docs_link", s.docs_link);
    writer.member("top_up_link", s.top_up_link);
    writer.member("demo_site_enabled", s.demo_site_enabled);
    writer.member("self_use_mode_enabled", s.self_use_mode_enabled);
    writer.member("HeaderNavModules", s.header_nav_modules)
        .member("SidebarModulesAdmin", s.sidebar_modules_admin);
    writer.member("user_agreement_enabled", !s.user_agreement.empty());
    writer.member("privacy_policy_enabled", !s.privacy_policy.empty());
    writer.member("checkin_enabled", s.checkin_enabled);
}

void write_sign_in(json::Writer& writer, const Settings& s) {
    writer.member("email_verification", s.email_verification_enabled);
    writer.member("turnstile_check", s.turnstile_check_enabled);
    writer.member("turnstile_site_key", s.turnstile_site_key);
    writer.member("github_oauth", s.github_oauth_enabled).member("github_client_id", s.github_client_id);
    writer.member("discord_oauth", s.discord_enabled).member("discord_client_id", s.discord_client_id);
    writer.member("linuxdo_oauth", s.linux_do_oauth_enabled)
        .member("linuxdo_client_id", s.linux_do_client_id);
    writer.member("linuxdo_minimum_trust_level", s.linux_do_minimum_trust_level);
    writer.member("telegram_oauth", s.telegram_oauth_enabled)
        .member("telegram_bot_name", s.telegram_bot_name);
    writer.member("wechat_login", s.wechat_auth_enabled);
    writer.member("wechat_qrcode", s.wechat_account_qr_code_image_url);
    writer.member("oidc_enabled", s.oidc_enabled).member("oidc_client_id", s.oidc_client_id);
    writer.member("oidc_authorization_endpoint", s.oidc_authorization_endpoint);
    const RelyingParty party = relying_party(s);
    writer.member("passkey_login", s.passkey_enabled).member("passkey_display_name", party.display_name);
    writer.member("passkey_rp_id", party.id).member("passkey_origins", party.origins);
    writer.member("passkey_allow_insecure", s.passkey_allow_insecure_origin);
    writer.member("passkey_user_verification", party.user_verification);
    writer.member("passkey_attachment", s.passkey_attachment_preference);
}

void write_money(json::Writer& writer, const Settings& s) {
    writer.member("quota_per_unit", s.quota_per_unit);
    writer.member("display_in_currency", s.quota_display_type != settings::QuotaDisplay::Tokens);
    writer.member("quota_display_type", settings::quota_display_name(s.quota_display_type));
    writer.member("custom_currency_symbol", s.custom_currency_symbol);
    writer.member("custom_currency_exchange_rate", s.custom_currency_exchange_rate);
    writer.member("usd_exchange_rate", s.usd_exchange_rate).member("price", s.price);
    writer.member("stripe_unit_price", s.stripe_unit_price);
}

void write_dashboard(json::Writer& writer, const StatusFacts& facts) {
    const Settings& s = facts.settings;
    writer.member("enable_batch_update", facts.environment.batch_update_enabled);
    writer.member("enable_drawing", s.drawing_enabled).member("enable_task", s.task_enabled);
    writer.member("enable_data_export", s.data_export_enabled);
    writer.member("data_export_default_time", s.data_export_default_time);
    writer.member("default_collapse_sidebar", s.default_collapse_sidebar);
    writer.member("default_use_auto_group", s.default_use_auto_group);
    writer.member("mj_notify_enabled", s.mj_notify_enabled);
    writer.member_raw("chats", array_or_empty(s.chats.text));
    writer.member("api_info_enabled", s.api_info_enabled)
        .member("uptime_kuma_enabled", s.uptime_kuma_enabled);
    writer.member("announcements_enabled", s.announcements_enabled).member("faq_enabled", s.faq_enabled);
    if (s.api_info_enabled) writer.member_raw("api_info", array_or_empty(s.console_api_info.text));
    if (s.announcements_enabled) {
        writer.member_raw("announcements", sorted_announcements(s.console_announcements.text));
    }
    if (s.faq_enabled) writer.member_raw("faq", array_or_empty(s.console_faq.text));
}

}    // namespace

void write_status(json::Writer& writer, const StatusFacts& facts) {
    writer.begin_object();
    write_site(writer, facts);
    write_sign_in(writer, facts.settings);
    write_money(writer, facts.settings);
    write_dashboard(writer, facts);
    writer.end_object();
}

RelyingParty relying_party(const Settings& s) {
    const auto given = [](const std::string& text) { return !text::trim(text).empty(); };
    RelyingParty party;
    party.origins = given(s.passkey_origins) && text::trim(s.passkey_origins) != "[]" ? s.passkey_origins
                                                                                      : s.server_address;
    const std::string id(text::trim(s.passkey_rp_id));
    const auto address = parse_url(id.empty() ? s.server_address : "https://" + id);
    party.id = address ? address->host : id;
    party.display_name = given(s.passkey_rp_display_name) ? s.passkey_rp_display_name : s.system_name;
    party.user_verification = given(s.passkey_user_verification) ? s.passkey_user_verification : "preferred";
    return party;
}

std::string sorted_announcements(std::string_view stored) {
    const json::Document document = json::Document::copy(array_or_empty(stored));
    struct Item {
        std::optional<long long> published;    // nullopt sorts behind every date
        std::string_view raw;
    };
    std::vector<Item> items;
    document.root().each_item([&items](json::View item) {
        const auto date = item.find("publishDate");
        const std::string text = date ? date->as_string().value_or("") : std::string();
        items.push_back({settings::parse_rfc3339(text), item.raw()});
        return true;
    });
    std::ranges::stable_sort(items, std::greater<>{}, &Item::published);
    std::string out;
    json::Writer writer(out);
    writer.begin_array();
    for (const Item& item : items) writer.raw(item.raw);
    writer.end_array();
    return out;
}

}    // namespace opusclaw::api
