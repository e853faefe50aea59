// billing/notice.cpp: templates and wire forms of spec 03 section 21 and 05 section 8.3.
#include "billing/notice.h"

#include <fmt/format.h>

#include <utility>

#include "base/crypto.h"
#include "base/error.h"
#include "base/json/view.h"
#include "base/json/writer.h"
#include "base/text.h"
#include "base/url.h"
#include "billing/price.h"

namespace opusclaw::billing {
namespace {

constexpr std::string_view kPlaceholder = "{{value}}";

std::string_view template_of(NoticeWay way) {
    switch (way) {
        case NoticeWay::Bark: return "{{value}}，剩余额度：{{value}}，请及时充值";
        case NoticeWay::Gotify: return "{{value}}，当前剩余额度为 {{value}}，请及时充值。";
        case NoticeWay::Email:
        case NoticeWay::Webhook: break;
    }
    return "{{value}}，当前剩余额度为 {{value}}，为了不影响您的使用，请及时充值。<br/>充值链接：<a "
           "href='{{value}}'>{{value}}</a>";
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
    return text;
}

/// Members of the column; what is no JSON object has none.
class Setting {
public:
    explicit Setting(std::string_view stored) {
        if (text::trim(stored).empty()) return;
        try {
            document_.emplace(json::Document::copy(stored));
            document_->validate();
        } catch (const Error&) {
            document_.reset();
        }
    }
    std::string text(std::string_view name) const {
        const auto value = document_ ? document_->root().find(name) : std::nullopt;
        return std::string(text::trim(value ? value->as_string().value_or("") : ""));
    }
    std::int64_t number(std::string_view name) const {
        const auto value = document_ ? document_->root().find(name) : std::nullopt;
        return value ? value->as_int().value_or(0) : 0;
    }

private:
    std::optional<json::Document> document_;
};

NoticeWay way_of(std::string_view name) {
    if (name == "webhook") return NoticeWay::Webhook;
    if (name == "bark") return NoticeWay::Bark;
    if (name == "gotify") return NoticeWay::Gotify;
    return NoticeWay::Email;
}

NoticeRequest webhook(const NoticeTarget& target, const Notice& notice, UnixSeconds now) {
    NoticeRequest request{.method = "POST",
                          .url = target.address,
                          .headers = {{"Content-Type", "application/json"}},
                          .body = {}};
    json::Writer writer(request.body);
    writer.begin_object().member("type", notice.type).member("title", notice.title);
    writer.member("content", notice_content(NoticeWay::Webhook, notice));
    if (!notice.values.empty()) {
        writer.key("values").begin_array();
        for (const std::string& value : notice.values) writer.value(value);
        writer.end_array();
    }
    writer.member("timestamp", to_unix(now)).end_object();
    if (!target.secret.empty()) {
        request.headers.emplace_back("X-Webhook-Signature",
                                     crypto::hex(crypto::hmac_sha256(target.secret, request.body)));
    }
    return request;
}

NoticeRequest bark(const NoticeTarget& target, const Notice& notice) {
    std::string url = replaced(target.address, "{{title}}", encode_query_component(notice.title));
    url = replaced(std::move(url), "{{content}}",
                   encode_query_component(notice_content(NoticeWay::Bark, notice)));
    return {.method = "GET",
            .url = std::move(url),
            .headers = {{"User-Agent", "OneAPI-Bark-Notify/1.0"}},
            .body = {}};
}

NoticeRequest gotify(const NoticeTarget& target, const Notice& notice) {
    constexpr std::int64_t kMostPriority = 10, kUsualPriority = 5;
    const bool usable = target.priority >= 0 && target.priority <= kMostPriority;
    std::string_view base = target.address;
    while (base.ends_with('/')) base.remove_suffix(1);
    NoticeRequest request{
        .method = "POST",
        .url = std::string(base) + "/message?token=" + encode_query_component(target.secret),
        .headers = {{"Content-Type", "application/json; charset=utf-8"},
                    {"User-Agent", "NewAPI-Gotify-Notify/1.0"}},
        .body = {}};
    json::Writer writer(request.body);
    writer.begin_object().member("title", notice.title);
    writer.member("message", notice_content(NoticeWay::Gotify, notice));
    writer.member("priority", usable ? target.priority : kUsualPriority).end_object();
    return request;
}

}    // namespace

std::string_view notice_kind(NoticeWay way) {
    switch (way) {
        case NoticeWay::Email: return "notice_email";
        case NoticeWay::Webhook: return "notice_webhook";
        case NoticeWay::Bark: return "notice_bark";
        case NoticeWay::Gotify: return "notice_gotify";
    }
    return {};
}

std::string_view notice_way(NoticeWay way) { return notice_kind(way).substr(sizeof("notice_") - 1); }

std::optional<NoticeTarget> notice_target(std::string_view setting, std::string_view account_email) {
    const Setting stored(setting);
    NoticeTarget target{.way = way_of(stored.text("notify_type")), .address = {}, .secret = {}};
    switch (target.way) {
        case NoticeWay::Email:
            target.address = stored.text("notification_email");
            if (target.address.empty()) target.address = account_email;
            break;
        case NoticeWay::Webhook:
            target.address = stored.text("webhook_url");
            target.secret = stored.text("webhook_secret");
            break;
        case NoticeWay::Bark: target.address = stored.text("bark_url"); break;
        case NoticeWay::Gotify:
            target.address = stored.text("gotify_url");
            target.secret = stored.text("gotify_token");
            target.priority = stored.number("gotify_priority");
            if (target.secret.empty()) return std::nullopt;
            break;
    }
    if (target.address.empty()) return std::nullopt;
    return target;
}

Notice low_balance_notice(const settings::Settings& settings, Quota left) {
    const std::string link = join_url(settings.server_address, "console/topup");
    Notice notice{.type = "quota_exceed", .title = "您的额度即将用尽", .values = {}};
    notice.values = {notice.title, format_quota(settings, left), link, link};
    return notice;
}

namespace {

Notice channel_notice(ChannelId id, int status, std::string title) {
    return {.type = fmt::format("channel_update_{}_{}", id.value, status),
            .title = title,
            .values = {},
            .content = std::move(title)};
}

}    // namespace

Notice channel_off_notice(ChannelId id, std::string_view name, std::string_view reason) {
    Notice notice = channel_notice(id, 3, fmt::format("通道「{}」（#{}）已被禁用", name, id.value));
    notice.content.append("，原因：").append(reason);
    return notice;
}

Notice channel_on_notice(ChannelId id, std::string_view name) {
    return channel_notice(id, 1, fmt::format("通道「{}」（#{}）已被启用", name, id.value));
}

std::string notice_content(NoticeWay way, const Notice& notice) {
    if (!notice.content.empty()) return notice.content;
    std::string content(template_of(way));
    std::size_t at = 0;
    for (const std::string& value : notice.values) {
        at = content.find(kPlaceholder, at);
        if (at == std::string::npos) break;
        content.replace(at, kPlaceholder.size(), value);
        at += value.size();
    }
    return content;
}

std::string encode_notice(const Notice& notice) {
    std::string text;
    json::Writer writer(text);
    writer.begin_object().member("type", notice.type).member("title", notice.title);
    writer.key("values").begin_array();
    for (const std::string& value : notice.values) writer.value(value);
    writer.end_array();
    if (!notice.content.empty()) writer.member("content", notice.content);
    writer.end_object();
    return text;
}

std::optional<Notice> decode_notice(std::string_view payload) {
    try {
        const json::Document document = json::Document::copy(payload);
        document.validate();
        const auto type = document.root().find("type"), title = document.root().find("title");
        if (!type || !title) return std::nullopt;
        Notice notice{
            .type = type->as_string().value_or(""), .title = title->as_string().value_or(""), .values = {}};
        if (const auto content = document.root().find("content"))
            notice.content = content->as_string().value_or("");
        if (const auto values = document.root().find("values")) {
            values->each_item([&notice](const json::View& value) {
                notice.values.push_back(value.as_string().value_or(""));
                return true;
            });
        }
        return notice;
    } catch (const Error&) {
        return std::nullopt;
    }
}

NoticeRequest notice_request(const NoticeTarget& target, const Notice& notice, UnixSeconds now) {
    switch (target.way) {
        case NoticeWay::Bark: return bark(target, notice);
        case NoticeWay::Gotify: return gotify(target, notice);
        case NoticeWay::Email:
        case NoticeWay::Webhook: break;
    }
    return webhook(target, notice, now);
}

bool NoticeLimiter::admit(UserId user, std::string_view type, UnixSeconds now) {
    const auto over = [this, now](const Count& count) {
        const bool same_hour = std::chrono::floor<std::chrono::hours>(count.first) ==
                               std::chrono::floor<std::chrono::hours>(now);
        return now - count.first >= span_ || !same_hour;
    };
    const bool swept_lately = now >= swept_ && now - swept_ < kBetweenSweeps;
    if (counts_.size() >= kMostCounts && !swept_lately) {
        std::erase_if(counts_, [&over](const auto& e) { return over(e.second); });
        swept_ = now;
    }
    Count& count = counts_[{user.value, std::string(type)}];
    if (count.sent == 0 || over(count)) count = {.first = now, .sent = 0};
    if (count.sent >= most_) return false;
    ++count.sent;
    return true;
}

}    // namespace opusclaw::billing
