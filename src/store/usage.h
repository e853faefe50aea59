// store/usage.h: table `opus_usage_hourly`: what logs add up to, by hour, user, token, channel, model, group and type, so that
// statistics never scan `logs` (DESIGN section 9). Lives where the logs live: Database::logs().
#pragma once

#include "store/logs.h"
#include "store/statement.h"

namespace opusclaw::store {

inline constexpr std::int64_t kUsageHour = 3600;    // seconds; `hour` is the Unix second it begins with

struct UsageRow {
    std::int64_t hour = 0, user_id = 0, token_id = 0, channel_id = 0;
    std::string model_name, group;
    std::int64_t type = 0;
    std::int64_t requests = 0, quota = 0, prompt_tokens = 0, completion_tokens = 0, use_time = 0;
};

struct UsageFilter {    // absent, zero or empty: any
    std::optional<std::int64_t> user_id, token_id, channel_id;
    std::int64_t type = 0;
    std::int64_t from = 0, to = 0;    // hours, both inclusive
    std::string model_name, group;
};
struct UsageSum {
    std::int64_t requests = 0, quota = 0, prompt_tokens = 0, completion_tokens = 0;
};
UsageSum sum_usage(Reader& db, const UsageFilter& filter);

/// Adds log rows to their hours; insert_logs() does it, in the same transaction.
void add_usage(Transaction& tx, std::span<const LogRow> rows);

/// At start, under the lock of the migrations: notes rows of `logs` that nobody counted, because New API wrote them.
void note_uncounted_logs(Transaction& tx);
/// Counts some thousands of the noted rows. False: there are none left. Safe when several nodes do it.
bool count_old_logs(Transaction& tx);
/// Whether every row of `logs` is counted: until then the sums of old hours are too small.
bool usage_is_complete(Reader& db);

}    // namespace opusclaw::store
