// store/quota_data.h: table `quota_data`, usage by user, model and hour (spec 01 section 2.11; 03 section 15). Rows of one user, model
// and hour may be several (nodes of New API made them side by side): readers add up.
#pragma once

#include <map>

#include "store/statement.h"

namespace opusclaw::store {

inline constexpr std::int64_t kQuotaHour = 3600;    // seconds
/// Changes of an hour are counted from so many seconds behind its end: before that it changes all the time, and nobody keeps it.
inline constexpr std::int64_t kHourCountedAfter = 120;
/// From so many seconds behind its end what is read of an hour may be kept, by its count of changes. What lies between is for
/// transactions that take long, clocks of nodes that differ, and programs that write five minutes late (New API).
inline constexpr std::int64_t kHourKeptAfter = 420;
/// From so many seconds behind its end it may be kept for good: whatever was later than that has come by now.
inline constexpr std::int64_t kHourFinalAfter = 6 * 3600;

struct QuotaDataRow {
    std::int64_t id = 0, user_id = 0;
    std::string username, model_name;
    std::int64_t created_at = 0;    // unix seconds, the beginning of an hour
    std::int64_t token_used = 0, count = 0, quota = 0;
};

/// Unix seconds, both ends count.
struct TimeSpan {
    std::int64_t from = 0, to = 0;
};

/// Adds each row to the one of its user, name, model and hour, or inserts it. Names are cut to their column. The transaction has
/// changed the users' own rows: their locks keep other nodes from inserting the same hour until this one commits. `rows` in the
/// order of user ids, so that locks of two nodes never cross. `now`: Unix seconds, by which an hour is over; not earlier than the
/// transaction began.
void add_quota_data(Transaction& tx, std::span<const QuotaDataRow> rows, std::int64_t now);

// By time, then name.
std::vector<QuotaDataRow> quota_data_of_user(Reader& db, std::int64_t user_id, TimeSpan span);
std::vector<QuotaDataRow> quota_data_of_username(Reader& db, std::string_view username, TimeSpan span);

/// What a chart has a line for in each hour.
enum class ChartBy { Model, Username };
/// Sums by time and name, in this order (names by their bytes); what is not asked by stays empty, as does user_id.
std::vector<QuotaDataRow> quota_sums(Reader& db, ChartBy by, TimeSpan span);
/// How often add_quota_data() has changed each hour after kHourCountedAfter; hours that it never changed then are missing. Who reads
/// this first and then the rows of an hour that ended kHourKeptAfter ago may keep them until the number is another one. What other
/// programs write is not counted.
std::map<std::int64_t, std::int64_t> quota_data_changes(Reader& db, TimeSpan span);

}    // namespace opusclaw::store
