// api/login_throttle.cpp: a sliding window of failures per account and address.
#include "api/login_throttle.h"

#include "base/crypto.h"

namespace opusclaw::api {
namespace {

/// Of fixed length: a name may be megabytes long.
std::string key_of(const LoginThrottle::Attempt& attempt) {
    return crypto::sha256(attempt.client.to_string() + " " + std::string(attempt.account));
}

}    // namespace

bool LoginThrottle::begin(const Attempt& attempt, SteadyTime now) {
    const std::string key = key_of(attempt);
    const std::lock_guard lock(mutex_);
    if (failures_.size() >= kLargest && !failures_.contains(key)) make_room(now);
    std::vector<SteadyTime>& times = failures_[key];
    std::erase_if(times, [now](SteadyTime time) { return now - time >= kWindow; });
    if (times.size() >= kFailures) return false;
    times.push_back(now);
    return true;
}

void LoginThrottle::succeeded(const Attempt& attempt) {
    const std::string key = key_of(attempt);
    const std::lock_guard lock(mutex_);
    failures_.erase(key);
}

std::size_t LoginThrottle::size() const {
    const std::lock_guard lock(mutex_);
    return failures_.size();
}

void LoginThrottle::make_room(SteadyTime now) {
    std::erase_if(failures_, [now](const auto& entry) { return now - entry.second.back() >= kWindow; });
    // All are recent: pairs with a single failure are worth least. Were there none, everybody starts anew.
    if (failures_.size() >= kLargest)
        std::erase_if(failures_, [](const auto& entry) { return entry.second.size() < 2; });
    if (failures_.size() >= kLargest) failures_.clear();
}

}    // namespace opusclaw::api
