// api/login_throttle.h: stops guessing of passwords (spec 02 section 8.2): per account and client address together, so that
// nobody can lock a stranger out. In memory of this process. What a refused caller is told is decided by the handler.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/ip.h"
#include "base/time.h"

namespace opusclaw::api {

/// Thread-safe.
class LoginThrottle {
public:
    static constexpr std::size_t kFailures = 10;
    static constexpr std::chrono::minutes kWindow{15};
    static constexpr std::size_t kLargest = 100'000;    // pairs remembered; beyond it old ones go first

    struct Attempt {
        std::string_view account;    // as typed
        IpAddress client;
    };
    /// Counts the attempt as a failure beforehand, so that attempts side by side count too. False: there were kFailures
    /// within kWindow, and the password may not be looked at.
    bool begin(const Attempt& attempt, SteadyTime now);
    /// It was the right password: nothing counts any more.
    void succeeded(const Attempt& attempt);
    std::size_t size() const;

private:
    void make_room(SteadyTime now);
    mutable std::mutex mutex_;
    std::unordered_map<std::string, std::vector<SteadyTime>> failures_;    // rising times
};

}    // namespace opusclaw::api
