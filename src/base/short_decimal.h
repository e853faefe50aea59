// base/short_decimal.h: the decimal number that a person wrote, from the double it was read into: ratios and prices have few
// digits, and are then found with a few multiplications instead of a search for the shortest text.
#pragma once

#include <cstdint>
#include <optional>

namespace opusclaw {

/// mantissa x 10^-scale, at most 15 digits; the scale is the smallest possible.
struct ShortDecimal {
    std::int64_t mantissa = 0;
    unsigned scale = 0;    // 0 to 9
};

/// The shortest decimal that reads back as `value`, when it is short; nullopt for all others (and for minus zero).
std::optional<ShortDecimal> short_decimal(double value);

}    // namespace opusclaw
