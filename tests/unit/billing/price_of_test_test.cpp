// Tests of billing/price_of_test.h: the formula of spec 03 section 4.3.
#include "billing/price_of_test.h"

#include <gtest/gtest.h>

namespace opusclaw::billing {
namespace {

TEST(PriceOfATest, RoundsTokensThenUnitsAndIgnoresTheGroup) {
    Price price{.model_ratio = 1.25, .completion_ratio = 4, .group_ratio = 100};
    EXPECT_EQ(quota_of_test(price, {.prompt = 21, .completion = 7}), Quota{61});
    price.completion_ratio = 0.5;
    EXPECT_EQ(quota_of_test(price, {.prompt = 1, .completion = 1}), Quota{3}) << "1.5 tokens are 2";
}

TEST(PriceOfATest, IsAtLeastOneUnlessItIsFree) {
    EXPECT_EQ(quota_of_test({.model_ratio = 0.001}, {.prompt = 1}), Quota{1});
    EXPECT_EQ(quota_of_test({.model_ratio = 0}, {.prompt = 1000}), Quota{0});
}

TEST(PriceOfATest, OfAFixedPriceIsCutOff) {
    EXPECT_EQ(quota_of_test({.fixed = true, .model_price = 0.0000039, .group_ratio = 2}, {}), Quota{1});
}

}    // namespace
}    // namespace opusclaw::billing
