// base/short_decimal.cpp: tries one scale after the other. A quotient of two exact doubles is rounded once, so it equals
// `value` exactly when the decimal reads back as `value`; and of decimals with up to 15 digits only one does.
#include "base/short_decimal.h"

#include <array>
#include <cmath>

namespace opusclaw {

std::optional<ShortDecimal> short_decimal(double value) {
    constexpr double kMost = 1e15;
    constexpr std::array<double, 10> kPowers = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
    if (value == 0 && std::signbit(value)) return std::nullopt;
    for (unsigned scale = 0; scale < kPowers.size(); ++scale) {
        const double scaled = value * kPowers[scale];
        if (!(std::fabs(scaled) < kMost)) return std::nullopt;    // also what is no number
        const auto mantissa = static_cast<std::int64_t>(scaled + (scaled < 0 ? -0.5 : 0.5));
        if (static_cast<double>(mantissa) / kPowers[scale] == value) return ShortDecimal{mantissa, scale};
    }
    return std::nullopt;
}

}    // namespace opusclaw
