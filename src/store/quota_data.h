// store/quota_data.h: table `quota_data`, usage by user, model and hour (spec 01 section 2.11; 03 section 15). Rows of one user, model
// and hour may be several (nodes of New API made them side by side): readers add up.
#pragma once

#include <map>

#include "store/statement.h"

namespace opusclaw::store {

inline constexpr std::int64_t kQuotaHour = 3600;    // seconds

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
/// order of user ids, so that locks of two nodes never cross.
void add_quota_data(Transaction& tx, std::span<const QuotaDataRow> rows);

// By time, then name.
std::vector<QuotaDataRow> quota_data_of_user(Reader& db, std::int64_t user_id, TimeSpan span);
std::vector<QuotaDataRow> quota_data_of_username(Reader& db, std::string_view username, TimeSpan span);

/// What a chart has a line for in each hour.
enum class ChartBy { Model, Username };
/// Sums by time and name, in this order (names by their bytes); what is not asked by stays empty, as does user_id.
std::vector<QuotaDataRow> quota_sums(Reader& db, ChartBy by, TimeSpan span);
/// How often add_quota_data() has changed each hour; hours that it never changed are missing. Who reads this first and the rows then
/// may keep them until the number is another one. What other programs write is not counted.
std::map<std::int64_t, std::int64_t> quota_data_changes(Reader& db, TimeSpan span);

}    // namespace opusclaw::store
