// base/ids.h: distinct integer types for row ids and for money, so that one is never passed for another.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace opusclaw {

/// A row id. 0 means "none". Raw integers appear only at the wire and in SQL.
template <class Tag>
struct Id {
    std::int64_t value = 0;
    constexpr auto operator<=>(const Id&) const = default;
    constexpr explicit operator bool() const { return value != 0; }
};
using UserId = Id<struct UserTag>;
using TokenId = Id<struct TokenTag>;
using ChannelId = Id<struct ChannelTag>;
using LogId = Id<struct LogTag>;

/// Money in integer quota units (spec 05 section 1), signed 64 bit. Never wraps: operations saturate.
struct Quota {
    std::int64_t units = 0;
    constexpr auto operator<=>(const Quota&) const = default;
    constexpr Quota operator-() const { return Quota{0} - *this; }
    friend constexpr Quota operator+(Quota a, Quota b) {
        std::int64_t sum = 0;
        if (__builtin_add_overflow(a.units, b.units, &sum)) return {a.units > 0 ? INT64_MAX : INT64_MIN};
        return {sum};
    }
    friend constexpr Quota operator-(Quota a, Quota b) {
        std::int64_t difference = 0;
        if (__builtin_sub_overflow(a.units, b.units, &difference))
            return {a.units >= 0 ? INT64_MAX : INT64_MIN};
        return {difference};
    }
    constexpr Quota& operator+=(Quota other) { return *this = *this + other; }
    constexpr Quota& operator-=(Quota other) { return *this = *this - other; }
};

/// `YYYYMMDDhhmmss` UTC + nanoseconds + 8 characters fixed per build + 8 random alphanumerics (spec 01 section 18.2).
/// At most 64 characters; unique; thread-safe.
std::string make_request_id();
/// `length` characters of 0-9a-zA-Z from the operating system's random source. Thread-safe.
std::string random_alphanumeric(std::size_t length);

}    // namespace opusclaw

template <class Tag>
struct std::hash<opusclaw::Id<Tag>> {
    std::size_t operator()(const opusclaw::Id<Tag>& id) const noexcept {
        return std::hash<std::int64_t>{}(id.value);
    }
};
