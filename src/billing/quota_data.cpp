// billing/quota_data.cpp: sums by user, name, model and hour. The statements are store/quota_data's.
#include "billing/quota_data.h"

#include <map>
#include <string_view>
#include <tuple>

namespace opusclaw::billing {
namespace {

constexpr std::int64_t kHour = 3600;

// User, name, model, hour; the names are the settlements'.
using Key = std::tuple<std::int64_t, std::string_view, std::string_view, std::int64_t>;

struct Sum {
    std::int64_t tokens = 0, count = 0;
    Quota quota;
};

}    // namespace

std::vector<store::QuotaDataRow> quota_data_of(std::span<const Settlement> group) {
    std::map<Key, Sum> sums;
    for (const Settlement& settlement : group) {
        if (!settlement.in_quota_data || !settlement.log) continue;
        const store::LogRow& row = *settlement.log;
        Sum& sum =
            sums[Key{row.user_id, row.username, row.model_name, row.created_at - row.created_at % kHour}];
        sum.tokens += row.prompt_tokens + row.completion_tokens;
        ++sum.count;
        sum.quota += Quota{row.quota};
    }
    std::vector<store::QuotaDataRow> rows;
    rows.reserve(sums.size());
    for (const auto& [key, sum] : sums) {
        const auto& [user, username, model, hour] = key;
        rows.push_back({.user_id = user,
                        .username = std::string(username),
                        .model_name = std::string(model),
                        .created_at = hour,
                        .token_used = sum.tokens,
                        .count = sum.count,
                        .quota = sum.quota.units});
    }
    return rows;
}

}    // namespace opusclaw::billing
