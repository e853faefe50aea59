// api/user_json.cpp: the members of a user's own page, and what his role lets the dashboard show.
#include "api/user_json.h"

#include <algorithm>
#include <string>

#include "account/records.h"
#include "base/error.h"
#include "base/json/view.h"
#include "base/text.h"

namespace opusclaw::api {
namespace {

/// A text out of the JSON of column `setting`; empty where there is none.
std::string setting_text(std::string_view setting, std::string_view name) {
    if (text::trim(setting).empty()) return {};
    try {
        const json::Document document = json::Document::copy(setting);
        const auto value = document.root().find(name);
        return value ? value->as_string().value_or("") : std::string();
    } catch (const Error&) {
        return {};    // what the column holds is shown raw beside it
    }
}

void write_permissions(json::Writer& writer, std::int64_t role) {
    const bool root = role == static_cast<std::int64_t>(account::Role::Root);
    const bool admin = role == static_cast<std::int64_t>(account::Role::Admin);
    writer.begin_object().member("sidebar_settings", !root).key("sidebar_modules").begin_object();
    if (admin) writer.key("admin").begin_object().member("setting", false).end_object();
    if (!admin && !root) writer.member("admin", false);
    writer.end_object().end_object();
}

/// `2026-01-01`
bool is_date(std::string_view text) {
    constexpr std::string_view kShape = "dddd-dd-dd";
    return text.size() == kShape.size() && std::ranges::equal(text, kShape, [](char given, char wanted) {
               return wanted == 'd' ? given >= '0' && given <= '9' : given == wanted;
           });
}

/// `+00:00` of `+00`, `+0000`, `+00:00 UTC`; `Z` of nothing and of `Z`.
std::string zone_of(std::string_view text) {
    text = text::trim(text);
    if (text.empty() || text.front() == 'Z') return "Z";
    text = text.substr(0, text.find(' '));
    std::string digits;
    for (const char c : text) {
        if (c >= '0' && c <= '9') digits += c;
    }
    digits.resize(4, '0');
    if (digits == "0000") return "Z";
    return text.front() + digits.substr(0, 2) + ":" + digits.substr(2);
}

void write_identity(json::Writer& writer, const store::UserProfile& user) {
    writer.member("id", user.id).member("username", user.username);
    writer.member("password", "").member("original_password", "");
    writer.member("display_name", user.display_name).member("role", user.role).member("status", user.status);
    writer.member("email", user.email).member("github_id", user.github_id);
    writer.member("discord_id", user.discord_id).member("oidc_id", user.oidc_id);
    writer.member("wechat_id", user.wechat_id).member("telegram_id", user.telegram_id);
    writer.member("verification_code", "").member_null("access_token");
}

}    // namespace

std::string rfc3339_of_column(std::string_view text) {
    constexpr std::size_t kDate = 10, kSeconds = 19;
    if (text.size() < kSeconds || !is_date(text.substr(0, kDate))) return std::string(text);
    std::size_t end = kSeconds;
    if (end < text.size() && text[end] == '.') {
        ++end;
        while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    }
    const std::string_view time = text.substr(kDate + 1, end - kDate - 1);
    return std::string(text.substr(0, kDate)) + "T" + std::string(time) + zone_of(text.substr(end));
}

void write_user(json::Writer& writer, const store::UserProfile& user) {
    writer.begin_object();
    write_identity(writer, user);
    writer.member("quota", user.quota).member("used_quota", user.used_quota);
    writer.member("request_count", user.request_count).member("group", user.group);
    writer.member("aff_code", user.aff_code).member("aff_count", user.aff_count);
    writer.member("aff_quota", user.aff_quota).member("aff_history_quota", user.aff_history);
    writer.member("inviter_id", user.inviter_id).key("DeletedAt");
    if (user.deleted_at)
        writer.value(rfc3339_of_column(*user.deleted_at));
    else
        writer.null();
    writer.member("linux_do_id", user.linux_do_id).member("setting", user.setting);
    if (!user.remark.empty()) writer.member("remark", user.remark);
    writer.member("stripe_customer", user.stripe_customer).member("created_at", user.created_at);
    writer.member("last_login_at", user.last_login_at).end_object();
}

void write_signed_in(json::Writer& writer, const store::UserRow& user) {
    writer.begin_object();
    writer.member("id", user.id).member("username", user.username).member("display_name", user.display_name);
    writer.member("role", user.role).member("status", user.status).member("group", user.group);
    writer.end_object();
}

void write_self(json::Writer& writer, const store::UserProfile& user) {
    writer.begin_object();
    writer.member("id", user.id).member("username", user.username).member("display_name", user.display_name);
    writer.member("role", user.role).member("status", user.status).member("email", user.email);
    writer.member("github_id", user.github_id).member("discord_id", user.discord_id);
    writer.member("oidc_id", user.oidc_id).member("wechat_id", user.wechat_id);
    writer.member("telegram_id", user.telegram_id).member("linux_do_id", user.linux_do_id);
    writer.member("group", user.group).member("quota", user.quota).member("used_quota", user.used_quota);
    writer.member("request_count", user.request_count).member("aff_code", user.aff_code);
    writer.member("aff_count", user.aff_count).member("aff_quota", user.aff_quota);
    writer.member("aff_history_quota", user.aff_history).member("inviter_id", user.inviter_id);
    writer.member("setting", user.setting).member("stripe_customer", user.stripe_customer);
    writer.member("sidebar_modules", setting_text(user.setting, "sidebar_modules"));
    writer.key("permissions");
    write_permissions(writer, user.role);
    writer.end_object();
}

}    // namespace opusclaw::api
