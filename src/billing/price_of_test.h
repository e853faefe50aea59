// billing/price_of_test.h: what a test of a channel would have cost (spec 03 section 4.3): told in its log row, taken from nobody.
// Pure.
#pragma once

#include "billing/price.h"

namespace opusclaw::billing {

/// The group's ratio does not count.
Quota quota_of_test(const Price& price, const dialect::Usage& usage);

}    // namespace opusclaw::billing
