// relay/model_limits.cpp: answered requests first, then all of them, with the texts of spec 04 section 3.6.
#include "relay/model_limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace opusclaw::relay {
namespace {

double seconds_of(SteadyTime::duration time) { return std::chrono::duration<double>(time).count(); }

[[noreturn]] void refuse(std::string text, double wait) {
    constexpr double kLeast = 1, kMost = 1e9;
    throw TooManyRequests(
        std::move(text),
        std::chrono::seconds(static_cast<std::int64_t>(std::clamp(std::ceil(wait), kLeast, kMost))));
}

}    // namespace

std::optional<ModelLimit> model_limit(const account::Caller& caller, const settings::Settings& settings) {
    if (!settings.model_request_rate_limit_enabled) return std::nullopt;
    ModelLimit limit{.most = {.total = settings.model_request_rate_limit_total,
                              .success = settings.model_request_rate_limit_success},
                     .window = std::chrono::minutes(settings.model_request_rate_limit_duration_minutes)};
    const auto own = settings.model_request_rate_limit_group.find(caller.group);
    if (own != settings.model_request_rate_limit_group.end()) limit.most = own->second;
    if (limit.window.count() <= 0) return std::nullopt;
    return limit;
}

ModelLimits::Place::~Place() {
    if (limits_ != nullptr) limits_->give_back(user_, at_);
}

ModelLimits::Place ModelLimits::admit(UserId user, const ModelLimit& limit, SteadyTime now) {
    const std::lock_guard lock(mutex_);
    if (uses_.size() >= kMostUsers) {
        std::erase_if(uses_, [&](const auto& entry) {
            const Use& use = entry.second;
            const bool rests = use.answered.empty() || now - use.answered.back() >= limit.window;
            return rests && now - use.filled >= limit.window;
        });
    }
    Use& use = uses_[user.value];
    take_place(use, limit, now);
    try {
        take_from_bucket(use, limit, now);
    } catch (const TooManyRequests&) {
        if (limit.most.success > 0) use.answered.pop_back();
        throw;
    }
    Place place;
    if (limit.most.success > 0) place.limits_ = this;
    place.user_ = user;
    place.at_ = now;
    return place;
}

void ModelLimits::take_place(Use& use, const ModelLimit& limit, SteadyTime now) {
    if (limit.most.success <= 0) return;
    const auto most = static_cast<std::size_t>(limit.most.success);
    if (use.answered.size() >= most) {
        const auto passed = now - use.answered[use.answered.size() - most];
        if (passed < limit.window) {
            refuse(fmt::format("您已达到请求数限制：{}分钟内最多请求{}次", limit.window.count(), most),
                   seconds_of(limit.window - passed));
        }
    }
    use.answered.push_back(now);
    while (use.answered.size() > most) use.answered.pop_front();
}

/// A request takes as many as the window has seconds; `total` of them come in a second.
void ModelLimits::take_from_bucket(Use& use, const ModelLimit& limit, SteadyTime now) {
    const auto rate = static_cast<double>(limit.most.total);
    const double cost = seconds_of(limit.window);
    const SteadyTime before = std::exchange(use.filled, now);
    if (rate <= 0) return;
    const double full = rate * cost;
    use.left = std::exchange(use.asked, true) ? std::min(full, use.left + seconds_of(now - before) * rate)
                                              : full;
    if (use.left < cost) {
        refuse(fmt::format("您已达到总请求数限制：{}分钟内最多请求{}次，包括失败次数，请检查您的请求是否正确",
                           limit.window.count(), limit.most.total),
               (cost - use.left) / rate);
    }
    use.left -= cost;
}

void ModelLimits::give_back(UserId user, SteadyTime at) {
    const std::lock_guard lock(mutex_);
    const auto use = uses_.find(user.value);
    if (use == uses_.end()) return;
    std::deque<SteadyTime>& answered = use->second.answered;
    const auto place = std::ranges::find(answered, at);
    if (place != answered.end()) answered.erase(place);
}

}    // namespace opusclaw::relay
