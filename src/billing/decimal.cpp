// billing/decimal.cpp: decimal arithmetic on fixed-size integers.
#include "billing/decimal.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include "base/short_decimal.h"

namespace opusclaw::billing {

Decimal Decimal::of(double value) {
    if (const auto decimal = short_decimal(value)) return {Integer(decimal->mantissa), decimal->scale};
    if (!std::isfinite(value)) return {};
    std::array<char, 512> digits{};
    // fixed: no exponent to read; the largest double has 309 digits, the smallest 767 behind the point, which no ratio has
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                       std::chars_format::fixed);
    if (written.ec != std::errc()) return {};
    Decimal number;
    bool behind_point = false, negative = false;
    for (const char c :
         std::string_view(digits.data(), static_cast<std::size_t>(written.ptr - digits.data()))) {
        if (c == '-') {
            negative = true;
        } else if (c == '.') {
            behind_point = true;
        } else {
            number.mantissa_ = number.mantissa_ * 10 + (c - '0');
            if (behind_point) ++number.scale_;
        }
    }
    if (negative) number.mantissa_ = -number.mantissa_;
    return number;
}

Decimal::Integer Decimal::power_of_ten(unsigned exponent) {
    constexpr std::array<std::uint64_t, 20> kPowers = [] {
        std::array<std::uint64_t, 20> powers{1};
        for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
        return powers;
    }();
    if (exponent < kPowers.size()) return kPowers[exponent];
    return boost::multiprecision::pow(Integer(10), exponent);
}

Decimal::Integer Decimal::scaled_to(unsigned scale) const {
    return scale == scale_ ? mantissa_ : Integer(mantissa_ * power_of_ten(scale - scale_));
}

Decimal operator+(const Decimal& a, const Decimal& b) {
    if (a.scale_ == b.scale_) return {a.mantissa_ + b.mantissa_, a.scale_};
    const unsigned scale = std::max(a.scale_, b.scale_);
    return {a.scaled_to(scale) + b.scaled_to(scale), scale};
}

Decimal operator-(const Decimal& a, const Decimal& b) {
    const unsigned scale = std::max(a.scale_, b.scale_);
    return {a.scaled_to(scale) - b.scaled_to(scale), scale};
}

Decimal operator*(const Decimal& a, const Decimal& b) {
    return {a.mantissa_ * b.mantissa_, a.scale_ + b.scale_};
}

std::int64_t Decimal::saturate(const Integer& value) {
    if (value > std::numeric_limits<std::int64_t>::max()) return std::numeric_limits<std::int64_t>::max();
    if (value < std::numeric_limits<std::int64_t>::min()) return std::numeric_limits<std::int64_t>::min();
    return static_cast<std::int64_t>(value);
}

std::int64_t Decimal::round() const {
    const Integer unit = power_of_ten(scale_);
    const Integer half = unit / 2;
    return saturate(mantissa_ < 0 ? Integer((mantissa_ - half) / unit) : Integer((mantissa_ + half) / unit));
}

std::string Decimal::text() const {
    std::string digits = Integer(is_negative() ? -mantissa_ : mantissa_).str();
    if (digits.size() <= scale_) digits.insert(0, scale_ + 1 - digits.size(), '0');
    if (scale_ > 0) {
        digits.insert(digits.size() - scale_, ".");
        digits.resize(digits.find_last_not_of('0') + 1);
        if (digits.ends_with('.')) digits.pop_back();
    }
    return is_negative() ? "-" + digits : digits;
}

std::int64_t Decimal::truncate() const { return saturate(mantissa_ / power_of_ten(scale_)); }

}    // namespace opusclaw::billing
