// api/user_json.cpp: the members of a user's own page, and what his role lets the dashboard show.
#include "api/user_json.h"

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

}    // namespace

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
