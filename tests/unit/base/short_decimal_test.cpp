// base/short_decimal.h: the same decimal as the shortest text that reads back.
#include "base/short_decimal.h"

#include <gtest/gtest.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <random>
#include <string>

namespace opusclaw {
namespace {

std::string shortest(double value) {
    std::array<char, 400> text{};
    const auto [end, failed] = std::to_chars(text.data(), text.data() + text.size(), value,
                                             std::chars_format::fixed);
    return failed == std::errc() ? std::string(text.data(), end) : "?";
}

std::string written(const ShortDecimal& decimal) {
    std::string digits = std::to_string(std::llabs(decimal.mantissa));
    if (digits.size() <= decimal.scale) digits.insert(0, decimal.scale + 1 - digits.size(), '0');
    if (decimal.scale > 0) digits.insert(digits.size() - decimal.scale, ".");
    return (decimal.mantissa < 0 ? "-" : "") + digits;
}

TEST(ShortDecimal, ReadsRatiosAsTheyWereTyped) {
    const auto same = [](double value, std::int64_t mantissa, unsigned scale) {
        const auto decimal = short_decimal(value);
        return decimal && decimal->mantissa == mantissa && decimal->scale == scale;
    };
    EXPECT_TRUE(same(0, 0, 0));
    EXPECT_TRUE(same(1, 1, 0));
    EXPECT_TRUE(same(37.5, 375, 1));
    EXPECT_TRUE(same(0.1, 1, 1));
    EXPECT_TRUE(same(-1, -1, 0));
    EXPECT_TRUE(same(0.000001, 1, 6));
}

TEST(ShortDecimal, LeavesLongNumbersAlone) {
    for (const double value :
         {1.0 / 3, 1.0 / 1024, 1e15, 1e300, -0.0, 1e-10, std::numeric_limits<double>::infinity(),
          std::numeric_limits<double>::quiet_NaN()})
        EXPECT_FALSE(short_decimal(value)) << value;
}

TEST(ShortDecimal, AgreesWithTheShortestTextOfRandomNumbers) {
    std::mt19937_64 random(20);
    std::size_t short_ones = 0;
    for (int i = 0; i < 200'000; ++i) {
        const auto mantissa = static_cast<double>(random() % 10'000'000'000'000ULL >> random() % 44);
        const double value = (i % 2 == 0 ? 1 : -1) * mantissa / std::pow(10, random() % 13);
        const auto decimal = short_decimal(value);
        if (!decimal) continue;
        ++short_ones;
        ASSERT_EQ(written(*decimal), shortest(value));
    }
    EXPECT_GT(short_ones, 100'000U);
}

}    // namespace
}    // namespace opusclaw
