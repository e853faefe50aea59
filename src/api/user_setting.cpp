// api/user_setting.cpp: the form of a user's notifications (spec 02 section 9.4), stored or tried. Only what the chosen way of sending
// uses is touched, so that changing the way and back loses nothing.
#include "api/user_setting.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "api/route.h"
#include "base/text.h"
#include "base/url.h"
#include "billing/notice_sending.h"
#include "net/server.h"
#include "store/user_changes.h"

namespace opusclaw::api {
namespace {

using account::SettingChanges;

constexpr std::int64_t kHighestPriority = 10;
constexpr std::int64_t kUsualPriority = 5;

/// A text that is left out of the settings when it is empty.
std::optional<json::Node> text_or_none(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(json::Node::of(std::string_view(text)));
}

std::optional<json::Node> flag_or_none(const JsonBody& body, std::string_view name) {
    return body.flag(name) ? std::optional(json::Node::of(true)) : std::nullopt;
}

/// What the form has of a number: absent and null are 0.
double number(const JsonBody& body, std::string_view name) {
    const auto value = body.find(name);
    if (!value || value->is_null()) return 0;
    const auto number = value->as_double();
    if (!number) fail_key("common.invalid_params");
    return *number;
}

bool is_web(std::string_view text) { return text.starts_with("http://") || text.starts_with("https://"); }

void add_webhook(const JsonBody& body, SettingChanges& changes) {
    const std::string url = body.text("webhook_url"), secret = body.text("webhook_secret");
    if (url.empty()) fail_key("setting.webhook_empty");
    if (!is_request_uri(url)) fail_key("setting.webhook_invalid");
    changes.emplace_back("webhook_url", text_or_none(url));
    if (!secret.empty()) changes.emplace_back("webhook_secret", text_or_none(secret));
}

void add_email(const JsonBody& body, SettingChanges& changes) {
    const std::string address = body.text("notification_email");
    if (!address.empty() && address.find('@') == std::string::npos) fail_key("setting.email_invalid");
    changes.emplace_back("notification_email", text_or_none(address));
}

void add_bark(const JsonBody& body, SettingChanges& changes) {
    const std::string url = body.text("bark_url");
    if (url.empty()) fail_key("setting.bark_url_empty");
    if (!is_request_uri(url)) fail_key("setting.bark_url_invalid");
    if (!is_web(url)) fail_key("setting.url_must_http");
    changes.emplace_back("bark_url", text_or_none(url));
}

void add_gotify(const JsonBody& body, SettingChanges& changes) {
    const std::string url = body.text("gotify_url"), token = body.text("gotify_token");
    if (url.empty()) fail_key("setting.gotify_url_empty");
    if (token.empty()) fail_key("setting.gotify_token_empty");
    if (!is_request_uri(url)) fail_key("setting.gotify_url_invalid");
    if (!is_web(url)) fail_key("setting.url_must_http");
    const std::int64_t wanted = body.integer("gotify_priority");
    const bool usable = wanted >= 0 && wanted <= kHighestPriority;
    changes.emplace_back("gotify_url", text_or_none(url));
    changes.emplace_back("gotify_token", text_or_none(token));
    changes.emplace_back("gotify_priority", json::Node::of(usable ? wanted : kUsualPriority));
}

struct Way {
    std::string_view type;
    void (*add)(const JsonBody&, SettingChanges&);
};
constexpr std::array kWays = {Way{"email", &add_email}, Way{"webhook", &add_webhook}, Way{"bark", &add_bark},
                              Way{"gotify", &add_gotify}};

bool escapes_are_whole(std::string_view text) { return percent_decode(text).has_value(); }

bool is_scheme(std::string_view text) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto further = [&letter](char c) {
        return letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
    };
    return !text.empty() && letter(text.front()) && std::ranges::all_of(text, further);
}

std::string setting_with(std::string_view stored, const SettingChanges& changes) {
    std::string setting = account::changed_setting(stored, changes);
    if (setting.size() > account::kLargestSetting) fail_key("common.update_failed");
    return setting;
}

Task<Reply> change_notifications(const Request& request, const Services& services) {
    SettingChanges changes = read_notification_form(request.json(), request.caller.user->role);
    co_await change_setting(request.caller.user->id, std::move(changes), services);
    co_return success_null(translate(request.language, "setting.saved"));
}

/// The way is one that the form has checked. Throws for mail, which nobody sends.
billing::NoticeTarget tried_target(const JsonBody& form, const std::string& setting,
                                   const settings::Settings& settings) {
    if (form.text("notify_type") == "email")
        fail(settings.smtp_server.empty() ? "SMTP 服务器未配置" : "mail is not supported yet");
    auto target = billing::notice_target(setting, "");
    if (!target) fail_key("setting.gotify_token_empty");    // it is all blanks
    return std::move(*target);
}

Task<Reply> test_notifications(const Request& request, const Services& services) {
    const UserId user = request.caller.user->id;
    const JsonBody form = request.json();
    const SettingChanges changes = read_notification_form(form, request.caller.user->role);
    const auto stored = co_await services.database.read(
        [user](store::Reader& db) { return store::user_setting(db, user.value); });
    if (!stored) fail_not_found();
    const auto target = tried_target(form, setting_with(*stored, changes), *services.settings.current());
    const billing::Notice notice{.type = "test",
                                 .title = translate(request.language, "setting.test_title"),
                                 .values = {},
                                 .content = translate(request.language, "setting.test_content")};
    net::Cancel cancel;
    const net::ClientWatch watch(*request.exchange, [&cancel] { cancel.request(); });
    co_await billing::send_notice({*request.client, services.settings, services.workers, services.clock},
                                  target, notice, cancel);
    co_return success();
}

constexpr std::array kRoutes = {
    Route{Method::Put, "/api/user/setting", Access::User, &change_notifications},
    Route{Method::Post, "/api/user/setting/test", Access::User, &test_notifications},
};

}    // namespace

Task<> change_setting(UserId user, SettingChanges changes, const Services& services) {
    co_await services.database.write([&](store::Transaction& tx) {
        store::lock_user(tx, user.value);
        const auto stored = store::user_setting(tx, user.value);
        if (!stored) fail_not_found();
        store::set_user_setting(tx, user.value, setting_with(*stored, changes));
    });
    services.directory.forget_user(user);
}

SettingChanges read_notification_form(const JsonBody& body, account::Role role) {
    const std::string type = body.text("notify_type");
    const auto way = std::ranges::find(kWays, type, &Way::type);
    const double threshold = number(body, "quota_warning_threshold");
    const auto notify = body.find("upstream_model_update_notify_enabled");
    const auto upstream = flag_or_none(body, "upstream_model_update_notify_enabled");
    SettingChanges changes;
    changes.emplace_back("accept_unset_model_ratio_model",
                         flag_or_none(body, "accept_unset_model_ratio_model"));
    changes.emplace_back("record_ip_log", flag_or_none(body, "record_ip_log"));
    if (way == kWays.end()) fail_key("setting.invalid_type");
    if (!(threshold > 0)) fail_key("quota.threshold_gt_zero");
    changes.emplace_back("notify_type", json::Node::of(std::string_view(type)));
    changes.emplace_back("quota_warning_threshold", json::Node::of(threshold));
    way->add(body, changes);
    if (role >= account::Role::Admin && notify && !notify->is_null())
        changes.emplace_back("upstream_model_update_notify_enabled", upstream);
    return changes;
}

bool is_request_uri(std::string_view text) {
    const auto control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; };
    if (text.empty() || std::ranges::any_of(text, control)) return false;
    if (text.front() == '/') return escapes_are_whole(text);
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || !is_scheme(text.substr(0, colon))) return false;
    return text.substr(colon + 1).starts_with("//") ? parse_url(text).has_value() : true;
}

std::span<const Route> user_setting_routes() { return kRoutes; }

}    // namespace opusclaw::api
