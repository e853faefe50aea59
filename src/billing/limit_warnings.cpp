// billing/limit_warnings.cpp: a figure that is the limit itself counts as one that has stopped.
#include "billing/limit_warnings.h"

#include <fmt/format.h>

#include <limits>

namespace opusclaw::billing {
namespace {

constexpr std::int64_t kHour = 3600;

struct Figure {
    std::string_view name;
    std::int64_t store::UserBalance::*value;
};
constexpr Figure kFigures[] = {{"balance", &store::UserBalance::quota},
                               {"used quota", &store::UserBalance::used_quota},
                               {"request count", &store::UserBalance::request_count}};

bool at_limit(std::int64_t value) {
    using Narrow = std::numeric_limits<std::int32_t>;
    return value == Narrow::min() || value == Narrow::max();
}

}    // namespace

std::vector<std::string> LimitWarnings::take(const store::Balances& balances, std::int64_t now) {
    std::vector<std::string> lines;
    if (!balances.narrow) return lines;
    for (const store::UserBalance& user : balances.users) {
        for (const Figure& figure : kFigures) {
            if (!at_limit(user.*figure.value)) continue;
            // Forgotten when it is due again, so that this holds no more than an hour's.
            std::erase_if(told_, [now](const auto& entry) { return now - entry.second >= kHour; });
            if (!told_.try_emplace({user.id, figure.name}, now).second) continue;
            lines.push_back(fmt::format("the {} of user {} has stopped at the limit of its column",
                                        figure.name, user.id));
        }
    }
    return lines;
}

}    // namespace opusclaw::billing
