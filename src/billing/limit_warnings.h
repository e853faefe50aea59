// billing/limit_warnings.h: which balances and counters of users have stopped at the limit of a 32-bit column (spec 01 section 2.1): what
// went beyond is on record nowhere else.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/balances.h"

namespace opusclaw::billing {

/// Each is told once an hour, however often it is met. Not thread-safe.
class LimitWarnings {
public:
    /// A line for each that is due; `now` in Unix seconds. None for columns of 64 bits.
    std::vector<std::string> take(const store::Balances& balances, std::int64_t now);

private:
    std::map<std::pair<std::int64_t, std::string_view>, std::int64_t> told_;    // when; by user and column
};

}    // namespace opusclaw::billing
