// base/time.h: clocks. Code that decides by time takes a Clock, so that tests own it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace opusclaw {

using UnixSeconds = std::chrono::sys_seconds;
using SteadyTime = std::chrono::steady_clock::time_point;

/// Wall and steady time. Implementations are thread-safe.
class Clock {
public:
    virtual ~Clock() = default;
    virtual std::chrono::system_clock::time_point now() const = 0;
    virtual SteadyTime steady() const = 0;
    UnixSeconds unix_now() const { return std::chrono::floor<std::chrono::seconds>(now()); }
};
/// The process clock.
const Clock& system_clock();

/// A clock a test sets and moves; wall and steady time move together. Not thread-safe while being moved.
class ManualClock : public Clock {
public:
    explicit ManualClock(std::int64_t unix_seconds = 1'700'000'000);
    std::chrono::system_clock::time_point now() const override { return wall_; }
    SteadyTime steady() const override { return steady_; }
    void advance(std::chrono::nanoseconds by) {
        wall_ += std::chrono::duration_cast<std::chrono::system_clock::duration>(by);
        steady_ += by;
    }

private:
    std::chrono::system_clock::time_point wall_;
    SteadyTime steady_;
};

inline std::int64_t to_unix(UnixSeconds time) { return time.time_since_epoch().count(); }
inline UnixSeconds from_unix(std::int64_t seconds) { return UnixSeconds{std::chrono::seconds{seconds}}; }
/// `2026-11-24T16:25:31Z`
std::string rfc3339(UnixSeconds time);
/// `Tue, 24 Nov 2026 16:25:31 GMT` (RFC 9110 section 5.6.7)
std::string http_date(UnixSeconds time);

}    // namespace opusclaw
