// Tests of billing/limit_warnings.h: what has stopped at the limit of a 32-bit column is told, each once an hour (spec 01 section 2.1).
#include "billing/limit_warnings.h"

#include <gtest/gtest.h>

#include <limits>

namespace opusclaw::billing {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
using Lines = std::vector<std::string>;

TEST(LimitWarnings, TellOfEachFigureOnceAnHour) {
    LimitWarnings warnings;
    store::Balances balances{
        .users = {{.id = 7, .quota = -kMost - 1, .used_quota = kMost, .request_count = 5},
                  {.id = 8, .quota = kMost - 1}},
        .tokens = {},
        .narrow = true};
    EXPECT_EQ(warnings.take(balances, 1000),
              (Lines{"the balance of user 7 has stopped at the limit of its column",
                     "the used quota of user 7 has stopped at the limit of its "
                     "column"}));
    balances.users[0].request_count = kMost;
    EXPECT_EQ(warnings.take(balances, 1001),
              Lines{"the request count of user 7 has stopped at the limit of its column"});
    EXPECT_EQ(warnings.take(balances, 4599), Lines{});
    EXPECT_EQ(warnings.take(balances, 4600).size(), 2U);
    EXPECT_EQ(warnings.take(balances, 4601).size(), 1U);
}

TEST(LimitWarnings, KnowThatWideColumnsHaveNoSuchLimit) {
    LimitWarnings warnings;
    EXPECT_EQ(warnings.take({.users = {{.id = 7, .quota = kMost}}, .tokens = {}}, 1000), Lines{});
}

}    // namespace
}    // namespace opusclaw::billing
