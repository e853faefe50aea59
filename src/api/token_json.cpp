// api/token_json.cpp: the members of a token, and what a new one may be.
#include "api/token_json.h"

#include <algorithm>
#include <limits>

#include "account/records.h"
#include "api/reply.h"
#include "base/ip.h"
#include "base/text.h"

namespace opusclaw::api {
namespace {

constexpr std::size_t kLongestName = 50;
constexpr double kMostUsd = 1e9;
constexpr std::int64_t kNever = -1;

/// The largest quota a token may have, in quota units.
std::int64_t largest_quota(const settings::Settings& settings) {
    const double most = kMostUsd * settings.quota_per_unit;
    constexpr double kBeyond = 9.2e18;
    return most < kBeyond ? static_cast<std::int64_t>(most) : std::numeric_limits<std::int64_t>::max();
}

/// Any number may stand beside `unlimited_quota`, as long as spending from it stays far from the column's limits.
void check_quota(store::TokenRow& token, const settings::Settings& settings) {
    if (token.unlimited_quota) {
        const std::int64_t bound = std::min(largest_quota(settings),
                                            std::numeric_limits<std::int64_t>::max() / 2);
        token.remain_quota = std::clamp(token.remain_quota, -bound, bound);
        return;
    }
    if (token.remain_quota < 0) fail_key("token.quota_negative");
    const std::int64_t most = largest_quota(settings);
    if (token.remain_quota > most) fail_key("token.quota_exceed_max", {{"Max", std::to_string(most)}});
}

}    // namespace

std::string masked_key(std::string_view key) {
    constexpr std::size_t kAllHidden = 4, kMostHidden = 8;
    if (key.size() <= kAllHidden) return std::string(key.size(), '*');
    const std::size_t shown = key.size() <= kMostHidden ? 2 : 4;
    const std::size_t stars = key.size() <= kMostHidden ? 4 : 10;
    return std::string(key.substr(0, shown)) + std::string(stars, '*') +
           std::string(key.substr(key.size() - shown));
}

void write_token(json::Writer& writer, const store::TokenRow& token) {
    writer.begin_object();
    writer.member("id", token.id).member("user_id", token.user_id).member("key", masked_key(token.key));
    writer.member("status", token.status).member("name", token.name);
    writer.member("created_time", token.created_time).member("accessed_time", token.accessed_time);
    writer.member("expired_time", token.expired_time).member("remain_quota", token.remain_quota);
    writer.member("unlimited_quota", token.unlimited_quota);
    writer.member("model_limits_enabled", token.model_limits_enabled)
        .member("model_limits", token.model_limits);
    writer.member_or_null("allow_ips", token.allow_ips).member("used_quota", token.used_quota);
    writer.member("group", token.group).member("cross_group_retry", token.cross_group_retry);
    writer.member_null("DeletedAt").end_object();
}

namespace {

/// What both bodies have in common, unchecked; the expiry as sent.
store::TokenRow read_fields(const JsonBody& body) {
    store::TokenRow token;
    token.name = body.text("name");
    token.expired_time = body.integer("expired_time");
    token.remain_quota = body.integer("remain_quota");
    token.unlimited_quota = body.flag("unlimited_quota");
    token.model_limits_enabled = body.flag("model_limits_enabled");
    token.model_limits = body.text("model_limits");
    token.allow_ips = body.optional_text("allow_ips");
    token.group = body.text("group");
    token.cross_group_retry = body.flag("cross_group_retry");
    return token;
}

/// Every use of a token keeps these in memory and walks them: they have a bound on every engine, that of MySQL's text columns
/// for the models, and what a person writes for the others.
void check_sizes(const store::TokenRow& token) {
    constexpr std::size_t kMostModels = 65'535, kMostAddresses = 8192, kLongestGroup = 191;
    if (token.model_limits.size() > kMostModels || token.allow_ips.value_or("").size() > kMostAddresses ||
        text::count_characters(token.group) > kLongestGroup)
        fail_key("common.invalid_params");
}

void check_fields(store::TokenRow& token, const settings::Settings& settings) {
    if (text::count_characters(token.name) > kLongestName) fail_key("token.name_too_long");
    check_quota(token, settings);
    check_sizes(token);
    if (!IpList::parse(token.allow_ips.value_or("")).bad().empty()) fail_key("common.invalid_params");
}

}    // namespace

store::TokenRow read_new_token(const JsonBody& body, const settings::Settings& settings) {
    store::TokenRow token = read_fields(body);
    if (token.expired_time == 0) token.expired_time = kNever;
    check_fields(token, settings);
    return token;
}

TokenUpdate read_token_update(const JsonBody& body, const settings::Settings& settings) {
    TokenUpdate update{.token = read_fields(body),
                       .remain_quota = body.optional_integer("remain_quota"),
                       .status = body.integer("status")};
    update.token.id = body.integer("id");
    check_fields(update.token, settings);
    if (update.remain_quota) update.remain_quota = update.token.remain_quota;    // within its bound now
    return update;
}

void check_enabling(const store::TokenRow& token, std::int64_t now) {
    constexpr auto kExpired = static_cast<std::int64_t>(account::TokenStatus::Expired);
    constexpr auto kExhausted = static_cast<std::int64_t>(account::TokenStatus::Exhausted);
    if (token.status == kExpired && token.expired_time != kNever && token.expired_time <= now)
        fail_key("token.expired_cannot_enable");
    if (token.status == kExhausted && token.remain_quota <= 0 && !token.unlimited_quota)
        fail_key("token.exhausted_cannot_enable");
}

}    // namespace opusclaw::api
