// base/time.cpp: the process clock, the clock of tests, and the two spellings of a time that protocols ask for.
#include "base/time.h"

#include <fmt/format.h>

#include <string_view>

namespace opusclaw {
namespace {

class SystemClock final : public Clock {
public:
    std::chrono::system_clock::time_point now() const override { return std::chrono::system_clock::now(); }
    SteadyTime steady() const override { return std::chrono::steady_clock::now(); }
};

struct Civil {
    int year;
    unsigned month, day, weekday;    // weekday 0 is Sunday
    long hour, minute, second;
};

Civil civil_of(UnixSeconds time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    return {.year = static_cast<int>(date.year()),
            .month = static_cast<unsigned>(date.month()),
            .day = static_cast<unsigned>(date.day()),
            .weekday = std::chrono::weekday{day}.c_encoding(),
            .hour = clock.hours().count(),
            .minute = clock.minutes().count(),
            .second = clock.seconds().count()};
}

// By hand: strftime would take the names from the locale.
constexpr std::string_view kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

}    // namespace

const Clock& system_clock() {
    static const SystemClock clock;
    return clock;
}

ManualClock::ManualClock(std::int64_t unix_seconds)
    : wall_(std::chrono::seconds(unix_seconds)), steady_(std::chrono::seconds(1)) {}

std::string rfc3339(UnixSeconds time) {
    const Civil c = civil_of(time);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", c.year, c.month, c.day, c.hour, c.minute,
                       c.second);
}

std::string http_date(UnixSeconds time) {
    const Civil c = civil_of(time);
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[c.weekday], c.day,
                       kMonths[c.month - 1], c.year, c.hour, c.minute, c.second);
}

}    // namespace opusclaw
