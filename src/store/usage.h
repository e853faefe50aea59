// store/usage.h: what logs add up to, kept by the transaction that writes or deletes them, so that statistics never scan `logs`
// (DESIGN section 9): `opus_usage_hourly` by hour, user, token, channel, model, group and type; `opus_usage_totals` without user
// and token, by hour and by day. Both live where the logs live: Database::logs().
#pragma once

#include "store/logs.h"
#include "store/statement.h"

namespace opusclaw::store {

inline constexpr std::int64_t kUsageHour = 3600;    // seconds; `hour` is the Unix second it begins with
inline constexpr std::int64_t kUsageDay = 24 * kUsageHour;
inline constexpr std::size_t kUsageNameWidth =
    191;    // characters, of models and groups; longer names are cut

struct UsageFilter {    // absent, zero or empty: any
    std::optional<std::int64_t> user_id, token_id, channel_id;
    std::int64_t type = 0;
    std::int64_t from = 0, to = 0;    // the hours that these Unix seconds lie in, both inclusive
    std::string model_name;           // a pattern as LogFilter's
    std::string group;
    // MySQL: by what names are compared, as it calls it; empty: by their bytes, as on the other engines.
    std::string model_collation, group_collation;
};
struct UsageSum {
    std::int64_t requests = 0, quota = 0, prompt_tokens = 0, completion_tokens = 0;
};
UsageSum sum_usage(Reader& db, const UsageFilter& filter);
/// Its quota alone.
std::int64_t sum_used_quota(Reader& db, const UsageFilter& filter);
/// Whether sum_usage() finds the same rows by this name or pattern as the log does: not for names as long as those that are cut.
bool usage_tells_name(std::string_view name);

/// Adds log rows to their hours; insert_logs() does it, in the same transaction.
void add_usage(Transaction& tx, std::span<const LogRow* const> rows);
/// Takes log rows off again, but for those that were never counted; delete_logs() does it, in the same transaction.
void remove_usage(Transaction& tx, std::span<const LogRow> rows);
/// After rows with the largest ids were deleted: these ids may come back, and are not to be counted as old ones.
void forget_uncounted_beyond(Transaction& tx, std::int64_t last_id);

/// At start, under the lock of the migrations: notes rows of `logs` that nobody counted, because New API wrote them.
void note_uncounted_logs(Transaction& tx);
/// Counts some thousands of the noted rows. False: there are none left. Safe when several nodes do it.
bool count_old_logs(Transaction& tx);
/// Whether every row of `logs` is counted: until then the sums of old hours are too small. What another program writes between rows
/// of ours, while we run, is not noticed.
bool usage_is_complete(Reader& db);
/// For databases that have the hourly usage from before there were totals: adds it up.
void fill_usage_totals(Transaction& tx);

}    // namespace opusclaw::store
