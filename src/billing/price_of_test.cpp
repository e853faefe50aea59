// billing/price_of_test.cpp: New API's simple formula: it rounds twice and knows no caches.
#include "billing/price_of_test.h"

#include <algorithm>
#include <cmath>

namespace opusclaw::billing {

Quota quota_of_test(const Price& price, const dialect::Usage& usage) {
    const auto quota = [](double units) {
        constexpr double kMost = 9.0e18;
        return Quota{static_cast<std::int64_t>(std::clamp(units, 0.0, kMost))};
    };
    if (price.fixed) return quota(std::trunc(price.model_price * price.quota_per_unit));
    const double tokens = std::round(static_cast<double>(usage.prompt) +
                                     static_cast<double>(usage.completion) * price.completion_ratio);
    const Quota amount = quota(std::round(tokens * price.model_ratio));
    return price.model_ratio != 0 && amount.units == 0 ? Quota{1} : amount;
}

}    // namespace opusclaw::billing
