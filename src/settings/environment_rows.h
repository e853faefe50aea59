// settings/environment_rows.h: the kinds of rows that the table of environment variables has (environment_table.cpp). A value that
// cannot be read gives the default, with a warning that `Environment` keeps. Internal to settings/.
#pragma once

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "settings/environment_variable.h"

namespace opusclaw::settings::rows {

using S = EnvironmentSettings;

inline EnvironmentVariable text(std::string name, std::string S::*member, std::string initial,
                                std::string_view purpose) {
    return {name, "text", initial, purpose, [=](const Environment& environment, S& settings) {
                settings.*member = environment.text(name, initial);
            }};
}

/// Unset is something else than any text.
inline EnvironmentVariable optional_text(std::string name, std::optional<std::string> S::*member,
                                         std::string_view purpose) {
    return {name, "text", "", purpose,
            [=](const Environment& environment, S& settings) { settings.*member = environment.text(name); }};
}

inline EnvironmentVariable flag(std::string name, bool S::*member, bool initial, std::string_view purpose) {
    return {name, "true or false", initial ? "true" : "false", purpose,
            [=](const Environment& environment, S& settings) {
                settings.*member = environment.flag(name, initial);
            }};
}

inline EnvironmentVariable exactly_true(std::string name, bool S::*member, std::string_view purpose) {
    return {name, "on for exactly `true`", "false", purpose,
            [=](const Environment& environment, S& settings) {
                settings.*member = environment.exactly_true(name);
            }};
}

/// Numbers below `least` count as `least`.
struct Bounds {
    long long initial, least;
};

template <class Integer>
EnvironmentVariable whole(std::string name, Integer S::*member, Bounds bounds, std::string_view purpose) {
    return {name, "whole number", std::to_string(bounds.initial), purpose,
            [=](const Environment& environment, S& settings) {
                constexpr auto kMost = std::numeric_limits<Integer>::max();
                const long long number = std::max(environment.number(name, bounds.initial), bounds.least);
                settings.*member = std::cmp_greater(number, kMost) ? kMost : static_cast<Integer>(number);
            }};
}

/// Numbers below 1 give the default.
template <class Integer>
EnvironmentVariable positive(std::string name, Integer S::*member, long long initial,
                             std::string_view purpose) {
    return {name, "whole number", std::to_string(initial), purpose,
            [=](const Environment& environment, S& settings) {
                const long long number = environment.number(name, initial);
                settings.*member = static_cast<Integer>(number > 0 ? number : initial);
            }};
}

/// Longer than anything runs, and safe to count in nanoseconds.
template <class Duration>
Duration bounded(long long number) {
    constexpr long long kMost = std::chrono::duration_cast<Duration>(std::chrono::years{100}).count();
    return Duration{std::min(number, kMost)};
}

template <class Duration>
EnvironmentVariable period(std::string name, Duration S::*member, Bounds bounds, std::string_view purpose) {
    constexpr bool kSeconds = std::is_same_v<Duration, std::chrono::seconds>;
    return {name, kSeconds ? "seconds" : "minutes", std::to_string(bounds.initial), purpose,
            [=](const Environment& environment, S& settings) {
                settings.*member = bounded<Duration>(
                    std::max(environment.number(name, bounds.initial), bounds.least));
            }};
}

/// Numbers below `least` give the default.
template <class Duration>
EnvironmentVariable period_or_default(std::string name, Duration S::*member, Bounds bounds,
                                      std::string_view purpose) {
    EnvironmentVariable row = period(name, member, bounds, purpose);
    row.read = [=](const Environment& environment, S& settings) {
        const long long number = environment.number(name, bounds.initial);
        settings.*member = bounded<Duration>(number >= bounds.least ? number : bounds.initial);
    };
    return row;
}

/// Unset, 0 or less: none.
template <class Duration>
EnvironmentVariable optional_period(std::string name, std::optional<Duration> S::*member,
                                    std::string_view purpose) {
    constexpr bool kSeconds = std::is_same_v<Duration, std::chrono::seconds>;
    return {name, kSeconds ? "seconds" : "minutes", "", purpose,
            [=](const Environment& environment, S& settings) {
                const long long number = environment.number(name, 0);
                if (number > 0) settings.*member = bounded<Duration>(number);
            }};
}

/// Mebibytes; 0 and less give `otherwise` (spec 01 section 15.1).
struct Sizes {
    long long initial, otherwise;
};
inline EnvironmentVariable mebibytes(std::string name, std::size_t S::*member, Sizes sizes,
                                     std::string_view purpose) {
    return {name, "mebibytes", std::to_string(sizes.initial), purpose,
            [=](const Environment& environment, S& settings) {
                const long long number = environment.number(name, sizes.initial);
                constexpr long long kMost = 1LL << 40U;
                const long long size = std::min(number > 0 ? number : sizes.otherwise, kMost);
                settings.*member = static_cast<std::size_t>(size) << 20U;
            }};
}

/// Trimmed, in lower case, without empty entries.
inline EnvironmentVariable lower_list(std::string name, std::vector<std::string> S::*member,
                                      std::string initial, std::string_view purpose) {
    return {name, "texts between commas", initial, purpose, [=](const Environment& environment, S& settings) {
                std::vector<std::string> list = environment.list(name);
                if (list.empty()) list = Environment::of({{name, initial}}).list(name);
                for (std::string& entry : list) entry = text::lower(entry);
                settings.*member = std::move(list);
            }};
}

/// Known to others: the system, another module, or New API alone.
inline EnvironmentVariable not_read(std::string name, std::string_view form, std::string initial,
                                    std::string_view purpose) {
    return {std::move(name), form, std::move(initial), purpose, {}};
}

}    // namespace opusclaw::settings::rows
