// base/json/scalar.cpp: literals and numbers after RFC 8259. Strings are escape.cpp's, writing is writer.cpp's.
#include "base/json/scalar.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <system_error>

#include "base/json/scan.h"

namespace opusclaw::json::detail {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A number taken apart: value = +-digits * 10^exponent, `digits` without zeros at either end (empty: zero).
struct Decimal {
    bool negative = false;
    std::string digits;
    std::int64_t exponent = 0;
};

// Exponents beyond this are as good as infinite; the clamp keeps the sums below from overflowing.
constexpr std::int64_t kFar = std::int64_t{1} << 40;

std::int64_t exponent_of(std::string_view text) {
    const bool negative = text.front() == '-';
    if (negative || text.front() == '+') text.remove_prefix(1);
    std::int64_t value = 0;
    for (const char c : text) value = std::min(kFar, value * 10 + (c - '0'));
    return negative ? -value : value;
}

Decimal take_apart(std::string_view raw) {
    Decimal number;
    number.negative = raw.front() == '-';
    if (number.negative) raw.remove_prefix(1);
    if (const auto e = raw.find_first_of("eE"); e != std::string_view::npos) {
        number.exponent = exponent_of(raw.substr(e + 1));
        raw = raw.substr(0, e);
    }
    if (const auto point = raw.find('.'); point != std::string_view::npos) {
        number.exponent -= static_cast<std::int64_t>(raw.size() - point - 1);
        number.digits.assign(raw.substr(0, point)).append(raw.substr(point + 1));
    } else {
        number.digits.assign(raw);
    }
    const std::size_t kept = number.digits.find_last_not_of('0') + 1;    // npos + 1 == 0: nothing but zeros
    number.exponent += static_cast<std::int64_t>(number.digits.size() - kept);
    number.digits.resize(kept);
    number.digits.erase(0, number.digits.find_first_not_of('0'));
    return number;
}

}    // namespace

bool is_number(std::string_view raw) {
    std::size_t i = 0;
    const auto digits = [&] {
        const std::size_t start = i;
        while (i < raw.size() && is_digit(raw[i])) ++i;
        return i > start;
    };
    if (i < raw.size() && raw[i] == '-') ++i;
    if (i < raw.size() && raw[i] == '0') {
        ++i;
    } else if (!digits()) {
        return false;
    }
    if (i < raw.size() && raw[i] == '.') {
        ++i;
        if (!digits()) return false;
    }
    if (i < raw.size() && (raw[i] == 'e' || raw[i] == 'E')) {
        ++i;
        if (i < raw.size() && (raw[i] == '+' || raw[i] == '-')) ++i;
        if (!digits()) return false;
    }
    return i == raw.size();
}

void check_plain_scalar(std::string_view raw, std::size_t at) {
    switch (raw.empty() ? '\0' : raw.front()) {
        case 't':
            if (raw == "true") return;
            break;
        case 'f':
            if (raw == "false") return;
            break;
        case 'n':
            if (raw == "null") return;
            break;
        default:
            if (is_number(raw)) return;
    }
    refuse("a value was expected", at);
}

std::optional<std::int64_t> number_as_int(std::string_view raw) {
    std::int64_t value = 0;
    const auto [end, failed] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
    if (end == raw.data() + raw.size()) return failed == std::errc() ? std::optional(value) : std::nullopt;

    Decimal number = take_apart(raw);
    if (number.digits.empty()) return 0;
    constexpr std::int64_t kMostDigits = std::numeric_limits<std::int64_t>::digits10 + 1;
    if (number.exponent < 0 || number.exponent > kMostDigits) return std::nullopt;
    number.digits.append(static_cast<std::size_t>(number.exponent), '0');
    if (number.negative) number.digits.insert(0, 1, '-');
    const char* last = number.digits.data() + number.digits.size();
    const auto read = std::from_chars(number.digits.data(), last, value);
    if (read.ec != std::errc() || read.ptr != last) return std::nullopt;
    return value;
}

std::optional<double> number_as_double(std::string_view raw) {
    double value = 0;
    const auto [end, failed] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
    if (failed == std::errc() && end == raw.data() + raw.size()) return value;
    const Decimal number = take_apart(raw);
    if (number.digits.empty() || static_cast<std::int64_t>(number.digits.size()) + number.exponent < 0)
        return number.negative ? -0.0 : 0.0;
    return std::nullopt;
}

}    // namespace opusclaw::json::detail
