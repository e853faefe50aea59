// Tests of billing/decimal.h: exact sums and products, one rounding half away from zero.
#include "billing/decimal.h"

#include <gtest/gtest.h>

#include <limits>

namespace opusclaw::billing {
namespace {

TEST(Decimal, IsTheNumberThatWasTyped) {
    // In binary floating point 0.1 * 3 is 0.30000000000000004.
    EXPECT_EQ((Decimal::of(0.1) * Decimal(30)).round(), 3);
    EXPECT_TRUE((Decimal::of(0.1) * Decimal(3) - Decimal::of(0.3)).is_zero());
    EXPECT_EQ((Decimal::of(1.15) * Decimal(100)).truncate(), 115);
}

TEST(Decimal, RoundsHalfAwayFromZero) {
    EXPECT_EQ(Decimal::of(2.5).round(), 3);
    EXPECT_EQ(Decimal::of(-2.5).round(), -3);
    EXPECT_EQ(Decimal::of(2.4999999).round(), 2);
    EXPECT_EQ(Decimal::of(-2.4999999).round(), -2);
    EXPECT_EQ(Decimal::of(0.5).round(), 1);
    EXPECT_EQ(Decimal(7).round(), 7);
}

TEST(Decimal, TruncatesTowardZero) {
    EXPECT_EQ(Decimal::of(2.9).truncate(), 2);
    EXPECT_EQ(Decimal::of(-2.9).truncate(), -2);
}

TEST(Decimal, IsWrittenWithAllItsDigitsAndNoMore) {
    EXPECT_EQ(Decimal().text(), "0");
    EXPECT_EQ(Decimal(120).text(), "120");
    EXPECT_EQ((Decimal::of(0.125) * Decimal(40)).text(), "5");
    EXPECT_EQ((Decimal::of(0.07) * Decimal(15)).text(), "1.05");
    EXPECT_EQ((Decimal(0) - Decimal::of(0.005)).text(), "-0.005");
}

TEST(Decimal, TakesLongRatios) {
    const Decimal ratio = Decimal::of(23.333333333333332);
    EXPECT_EQ((ratio * Decimal(3'000'000'000'000'000)).round(), 69'999'999'999'999'996);
    EXPECT_EQ((ratio * ratio * ratio * ratio * Decimal::of(0.0375) * Decimal(1'000'000)).round(),
              11'115'740'741);
}

TEST(Decimal, SaturatesInsteadOfWrapping) {
    const Decimal huge = Decimal(std::numeric_limits<std::int64_t>::max()) * Decimal(10);
    EXPECT_EQ(huge.round(), std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ((Decimal(0) - huge).round(), std::numeric_limits<std::int64_t>::min());
}

TEST(Decimal, NotANumberIsZero) {
    EXPECT_TRUE(Decimal::of(std::numeric_limits<double>::quiet_NaN()).is_zero());
    EXPECT_TRUE(Decimal::of(std::numeric_limits<double>::infinity()).is_zero());
}

}    // namespace
}    // namespace opusclaw::billing
