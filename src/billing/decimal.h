// billing/decimal.h: exact decimal numbers for prices (spec 05 section 6): a ratio is the decimal number an administrator typed,
// not its nearest binary one; sums and products are exact, and one rounding at the end makes units.
#pragma once

#include <cstdint>
#include <string>

#include <boost/multiprecision/cpp_int.hpp>

namespace opusclaw::billing {

/// mantissa x 10^-scale. Products and sums of a dozen doubles and token counts fit with room to spare.
class Decimal {
public:
    Decimal() = default;
    Decimal(std::int64_t whole) : mantissa_(whole) {}    // NOLINT: counts mix with ratios in formulas
    /// The shortest decimal that reads back as `value`; 0 for NaN and infinities.
    static Decimal of(double value);

    friend Decimal operator+(const Decimal& a, const Decimal& b);
    friend Decimal operator-(const Decimal& a, const Decimal& b);
    friend Decimal operator*(const Decimal& a, const Decimal& b);
    bool is_zero() const { return mantissa_ == 0; }
    bool is_negative() const { return mantissa_ < 0; }
    /// Half away from zero; saturates.
    std::int64_t round() const;
    /// Toward zero; saturates.
    std::int64_t truncate() const;
    /// All its digits and no more: `12.5`, `3`.
    std::string text() const;

private:
    using Integer = boost::multiprecision::number<boost::multiprecision::cpp_int_backend<
        512, 512, boost::multiprecision::signed_magnitude, boost::multiprecision::unchecked, void>>;
    Decimal(Integer mantissa, unsigned scale) : mantissa_(std::move(mantissa)), scale_(scale) {}
    Integer scaled_to(unsigned scale) const;
    static Integer power_of_ten(unsigned exponent);
    static std::int64_t saturate(const Integer& value);
    Integer mantissa_ = 0;
    unsigned scale_ = 0;
};

}    // namespace opusclaw::billing
