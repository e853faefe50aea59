// api/rate_limit.h: how often a client or a user may call (spec 01 section 14.2; 02 section 1.9): a sliding log of admissions per
// key, in memory of this process. What a refused caller gets is decided in api.cpp; limits of models are relay's.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "base/ip.h"
#include "base/time.h"
#include "settings/environment_settings.h"

namespace opusclaw::api {

/// At most so many admissions per key in any window. Thread-safe.
class WindowLimiter {
public:
    /// Keys and times remembered; beyond either, keys whose window is over go first, then those that were seen once.
    static constexpr std::size_t kMostKeys = 100'000;
    static constexpr std::size_t kMostTimes = 1'000'000;

    /// A limit that is off, or allows no request at all (nobody can mean that), admits everything.
    explicit WindowLimiter(const settings::WindowLimit& limit) : limit_(limit) {}

    /// nullopt: admitted, and counted. Else how long to wait, in whole seconds, at least one; a refusal is not counted.
    std::optional<std::chrono::seconds> admit(std::string_view key, SteadyTime now);
    /// Forgets keys that were not used for `unused`, and whose window is over (spec 01 section 13.4).
    void sweep(SteadyTime now, std::chrono::seconds unused);
    std::size_t keys() const;

private:
    using Times = std::vector<SteadyTime>;    // rising
    void make_room(SteadyTime now);
    void count_again();

    settings::WindowLimit limit_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Times> admitted_;
    std::size_t times_ = 0;    // of all keys
};

enum class Limit { None, Critical, Search };
/// Which limit a route has besides the one of the whole API, by its pattern in the route table.
Limit limit_of(std::string_view route);

/// The limiters of the management API and of the web, shared by all loops. Thread-safe.
class RateLimits {
public:
    explicit RateLimits(const settings::EnvironmentSettings& environment);

    struct Asker {
        IpAddress client;
        UserId user;    // none where nobody was asked for
    };
    /// Every call of the API, by client address.
    std::optional<std::chrono::seconds> admit(const IpAddress& client, SteadyTime now);
    /// Files of the dashboard and every path that nobody serves, by client address.
    std::optional<std::chrono::seconds> admit_web(const IpAddress& client, SteadyTime now);
    /// What the route asks for: all critical routes share one count per address, all searches one per user.
    std::optional<std::chrono::seconds> admit(Limit limit, const Asker& asker, SteadyTime now);
    /// How often sweep() is to be called, and how long a key is kept that nobody uses.
    static constexpr std::chrono::minutes kBetweenSweeps{20};
    void sweep(SteadyTime now);

private:
    WindowLimiter api_, web_, critical_, search_;
};

/// The address as a key: of an IPv6 address its /64 (spec 01 section 14.1), which is what one customer has.
std::string limit_key(const IpAddress& client);

}    // namespace opusclaw::api
