// api/rate_limit.cpp: the rule of spec 01 section 14.2, and how its memory stays bounded when a flood of addresses comes by.
#include "api/rate_limit.h"

#include <algorithm>
#include <span>

namespace opusclaw::api {
namespace {

constexpr std::size_t kNetworkBytes = 8;    // of an IPv6 address

/// Column "where" of the table in spec 01 section 14.2. A pattern that ends in `*` stands for everything below.
constexpr std::string_view kCritical[] = {
    "/api/user/register",
    "/api/user/login",
    "/api/user/login/2fa",
    "/api/user/passkey/login/*",
    "/api/reset_password",
    "/api/user/reset",
    "/api/oauth/*",
    "/api/ratio_config",
    "/api/verify",
    "/api/user/topup",
    "/api/user/pay",
    "/api/user/stripe/pay",
    "/api/user/creem/pay",
    "/api/user/waffo/pay",
    "/api/subscription/epay/pay",
    "/api/subscription/stripe/pay",
    "/api/subscription/creem/pay",
    "/api/token/:id/key",
    "/api/token/batch/keys",
    "/api/channel/:id/key",
    "/api/usage/token/",
    "/api/log/token",
    "/api/user/setting/test",
};
constexpr std::string_view kSearches[] = {"/api/token/search", "/api/log/self/search"};

bool fits(std::string_view pattern, std::string_view route) {
    if (!pattern.ends_with('*')) return route == pattern;
    return route.starts_with(pattern.substr(0, pattern.size() - 1));
}

bool stands_in(std::span<const std::string_view> patterns, std::string_view route) {
    return std::ranges::any_of(patterns, [route](std::string_view pattern) { return fits(pattern, route); });
}

void drop_old(std::vector<SteadyTime>& times, SteadyTime now, std::chrono::seconds window) {
    const auto recent = std::ranges::find_if(times, [&](SteadyTime time) { return now - time < window; });
    times.erase(times.begin(), recent);
}

}    // namespace

std::optional<std::chrono::seconds> WindowLimiter::admit(std::string_view key, SteadyTime now) {
    if (!limit_.enabled || limit_.requests <= 0) return std::nullopt;
    const std::lock_guard lock(mutex_);
    if (admitted_.size() >= kMostKeys || times_ >= kMostTimes) make_room(now);
    Times& times = admitted_[std::string(key)];
    times_ -= times.size();
    drop_old(times, now, limit_.window);
    std::optional<std::chrono::seconds> wait;
    if (times.size() < static_cast<std::size_t>(limit_.requests)) {
        times.push_back(now);
    } else {
        const auto left = times.front() + limit_.window - now;
        wait = std::max(std::chrono::ceil<std::chrono::seconds>(left), std::chrono::seconds{1});
    }
    times_ += times.size();
    return wait;
}

void WindowLimiter::sweep(SteadyTime now, std::chrono::seconds unused) {
    const auto kept = std::max(unused, limit_.window);
    const std::lock_guard lock(mutex_);
    std::erase_if(admitted_, [&](const auto& entry) {
        return entry.second.empty() || now - entry.second.back() >= kept;
    });
    count_again();
}

std::size_t WindowLimiter::keys() const {
    const std::lock_guard lock(mutex_);
    return admitted_.size();
}

/// Each step is taken only when the one before it freed too little, so that a flood does not make every call walk through
/// everything.
void WindowLimiter::make_room(SteadyTime now) {
    const auto roomy = [this] {
        count_again();
        return admitted_.size() < kMostKeys / 4 * 3 && times_ < kMostTimes / 4 * 3;
    };
    std::erase_if(admitted_, [&](const auto& entry) {
        return entry.second.empty() || now - entry.second.back() >= limit_.window;
    });
    if (roomy()) return;
    std::erase_if(admitted_, [](const auto& entry) { return entry.second.size() < 2; });
    if (roomy()) return;
    admitted_.clear();
    times_ = 0;
}

void WindowLimiter::count_again() {
    times_ = 0;
    for (const auto& [key, times] : admitted_) times_ += times.size();
}

Limit limit_of(std::string_view route) {
    if (stands_in(kCritical, route)) return Limit::Critical;
    return stands_in(kSearches, route) ? Limit::Search : Limit::None;
}

RateLimits::RateLimits(const settings::EnvironmentSettings& environment)
    : api_(environment.global_api_limit),
      web_(environment.global_web_limit),
      critical_(environment.critical_limit),
      search_(environment.search_limit) {}

std::optional<std::chrono::seconds> RateLimits::admit(const IpAddress& client, SteadyTime now) {
    return api_.admit(limit_key(client), now);
}

std::optional<std::chrono::seconds> RateLimits::admit_web(const IpAddress& client, SteadyTime now) {
    return web_.admit(limit_key(client), now);
}

std::optional<std::chrono::seconds> RateLimits::admit(Limit limit, const Asker& asker, SteadyTime now) {
    switch (limit) {
        case Limit::Critical: return critical_.admit(limit_key(asker.client), now);
        case Limit::Search: return search_.admit(std::to_string(asker.user.value), now);
        case Limit::None: break;
    }
    return std::nullopt;
}

void RateLimits::sweep(SteadyTime now) {
    for (WindowLimiter* const limiter : {&api_, &web_, &critical_, &search_})
        limiter->sweep(now, kBetweenSweeps);
}

std::string limit_key(const IpAddress& client) {
    const auto& bytes = client.bytes();
    const std::size_t length = client.is_v4() ? bytes.size() : kNetworkBytes;
    return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length)};
}

}    // namespace opusclaw::api
