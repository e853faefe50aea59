// store/usage_rows.h: log rows added up by hours and days, and how the sums are written into the two tables of store/usage.h.
// Internal to store/.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "store/logs.h"
#include "store/statement.h"

namespace opusclaw::store {

inline constexpr std::int64_t kAllChannels = -1;    // in opus_usage_totals: the rows of all channels together

/// What the hourly usage knows of a log row.
inline constexpr Column<LogRow> kCountedColumns[] = {
    {"id", &LogRow::id},
    {"user_id", &LogRow::user_id},
    {"created_at", &LogRow::created_at},
    {"type", &LogRow::type},
    {"model_name", &LogRow::model_name},
    {"quota", &LogRow::quota},
    {"prompt_tokens", &LogRow::prompt_tokens},
    {"completion_tokens", &LogRow::completion_tokens},
    {"use_time", &LogRow::use_time},
    {"channel_id", &LogRow::channel_id},
    {"token_id", &LogRow::token_id},
    {"group", &LogRow::group},
};

/// Of what a time lies in: a multiple of `seconds`. Times before 1970 are rounded up, as the databases do it.
constexpr std::int64_t usage_start(std::int64_t at, std::int64_t seconds) { return at - at % seconds; }

struct UsageAmounts {
    std::int64_t requests = 0, quota = 0, prompt_tokens = 0, completion_tokens = 0, use_time = 0;

    UsageAmounts& operator+=(const UsageAmounts& more);
    UsageAmounts operator-() const;
};

struct UsageKeys {
    std::int64_t hour = 0, user_id = 0, token_id = 0, channel_id = 0;
    std::string model_name, group;
    std::int64_t type = 0;
};

/// Gathers rows, then changes the tables once a key. Keys are written in their order: the same on every node, so that row locks do
/// not cross.
class UsageRows {
public:
    explicit UsageRows(Engine engine) : engine_(engine) {}
    /// Names are cut here. Amounts below zero take off.
    void add(UsageKeys keys, const UsageAmounts& amounts);
    void store(Transaction& tx) const;
    /// As store(), for what was taken off: rows that stand for no request any more go.
    void store_removed(Transaction& tx) const;

private:
    using HourlyKey = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::string,
                                 std::string, std::int64_t>;
    using TotalsKey =
        std::tuple<std::int64_t, std::int64_t, std::int64_t, std::string, std::string, std::int64_t>;

    using Totals = std::map<TotalsKey, UsageAmounts>;

    std::string as_stored(std::string name) const;
    Totals totals() const;

    Engine engine_;
    std::map<HourlyKey, UsageAmounts> hourly_;
};

}    // namespace opusclaw::store
