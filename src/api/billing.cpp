// api/billing.cpp: the two addresses at which OpenAI once told balances, for programs that still ask there (spec 03 section 18).
#include <array>
#include <optional>

#include "api/route.h"
#include "store/users.h"

namespace opusclaw::api {
namespace {

/// Whose figures are shown: the token's or its owner's.
struct Figures {
    Quota remaining, used;
    bool unlimited = false;
    std::int64_t expires = 0;    // unix seconds; 0 never
};

std::optional<Figures> token_figures(store::Reader& db, std::int64_t id, std::int64_t user) {
    const auto token = store::find_token(db, id, user);
    if (!token) return std::nullopt;
    return Figures{.remaining = Quota{token->remain_quota},
                   .used = Quota{token->used_quota},
                   .unlimited = token->unlimited_quota,
                   .expires = token->expired_time > 0 ? token->expired_time : 0};
}

std::optional<Figures> user_figures(store::Reader& db, std::int64_t id) {
    const auto user = store::find_user(db, id);
    if (!user) return std::nullopt;
    return Figures{.remaining = Quota{user->quota}, .used = Quota{user->used_quota}};
}

Task<std::optional<Figures>> figures(const Request& request, const Services& services) {
    const bool of_token = services.settings.current()->display_token_stat_enabled;
    const std::int64_t user = request.key.user->id.value, token = request.key.token->id.value;
    co_await services.flusher.caught_up();
    co_return co_await services.database.read([of_token, user, token](store::Reader& db) {
        return of_token ? token_figures(db, token, user) : user_figures(db, user);
    });
}

double amount(const settings::Settings& settings, Quota quota) {
    const auto units = static_cast<double>(quota.units);
    if (settings.quota_display_type == settings::QuotaDisplay::Tokens) return units;
    const double usd = units / settings.quota_per_unit;
    return settings.quota_display_type == settings::QuotaDisplay::Cny ? usd * settings.usd_exchange_rate
                                                                      : usd;
}

Reply vanished(std::string_view type) {
    Reply reply;
    json::Writer writer(reply.body);
    writer.begin_object().key("error").begin_object().member("message", "record not found");
    writer.member("type", type).member("param", "").member_null("code").end_object().end_object();
    return reply;
}

Task<Reply> show_subscription(const Request& request, const Services& services) {
    constexpr double kUnlimited = 100'000'000;
    const auto found = co_await figures(request, services);
    if (!found) co_return vanished("upstream_error");
    const double total = found->unlimited
                             ? kUnlimited
                             : amount(*services.settings.current(), found->remaining + found->used);
    Reply reply;
    json::Writer writer(reply.body);
    writer.begin_object().member("object", "billing_subscription").member("has_payment_method", true);
    for (const std::string_view name : {"soft_limit_usd", "hard_limit_usd", "system_hard_limit_usd"})
        writer.member(name, total);
    writer.member("access_until", found->expires).end_object();
    co_return reply;
}

Task<Reply> show_usage(const Request& request, const Services& services) {
    constexpr double kCents = 100;
    const auto found = co_await figures(request, services);
    if (!found) co_return vanished("new_api_error");
    Reply reply;
    json::Writer writer(reply.body);
    writer.begin_object().member("object", "list");
    writer.member("total_usage", amount(*services.settings.current(), found->used) * kCents).end_object();
    co_return reply;
}

constexpr std::array kRoutes = {
    Route{Method::Get, "/dashboard/billing/subscription", Access::Key, &show_subscription, Origins::Any},
    Route{Method::Get, "/v1/dashboard/billing/subscription", Access::Key, &show_subscription, Origins::Any},
    Route{Method::Get, "/dashboard/billing/usage", Access::Key, &show_usage, Origins::Any},
    Route{Method::Get, "/v1/dashboard/billing/usage", Access::Key, &show_usage, Origins::Any},
};

}    // namespace

std::span<const Route> billing_routes() { return kRoutes; }

}    // namespace opusclaw::api
