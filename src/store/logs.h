// store/logs.h: table `logs` (spec 01 section 2.6; 03 section 14): one row a relayed request and for what administrators do.
#pragma once

#include "store/statement.h"

namespace opusclaw::store {

enum class LogType : std::int64_t {
    Unknown = 0,
    TopUp = 1,
    Consume = 2,
    Manage = 3,
    System = 4,
    Error = 5,
    Refund = 6
};

struct LogRow {
    std::int64_t id = 0, user_id = 0, created_at = 0, type = 0;
    std::string content, username, token_name, model_name;
    std::int64_t quota = 0, prompt_tokens = 0, completion_tokens = 0, use_time = 0;
    bool is_stream = false;
    std::int64_t channel_id = 0, token_id = 0;
    std::string group, ip, request_id, other;
};

struct LogFilter {    // absent or empty: any (spec 03 section 14.2)
    std::optional<std::int64_t> user_id;
    std::int64_t type = 0;
    std::int64_t from = 0, to = 0;    // created_at, inclusive
    std::string model_name, username, token_name, group, request_id;
    std::int64_t channel_id = 0;
};
struct LogPage {
    std::vector<LogRow> rows;
    std::int64_t total = 0;
};
/// Totals are counted up to here, and only up to ten thousand where an index alone does not tell: a larger number would be read
/// row by row, and pages end there.
inline constexpr std::int64_t kMostLogsCounted = 100'000;
/// Newest first, by id. Of ten thousand rows and more in a span of time that nothing else narrows: by time, then id.
LogPage list_logs(Reader& db, const LogFilter& filter, std::int64_t offset, std::int64_t limit,
                  std::int64_t most_counted = kMostLogsCounted);
/// The newest rows of a token.
std::vector<LogRow> newest_logs_of_token(Reader& db, std::int64_t token_id, std::int64_t limit);

/// Sums over rows of type Consume; the filter's type is ignored. What statistics ask goes through these two.
std::int64_t consumed_quota(Reader& db, const LogFilter& filter);
struct LogRate {
    std::int64_t requests = 0, tokens = 0;    // tokens: prompt and completion
};
/// Since `from` (unix seconds, inclusive); the filter's own times are ignored.
LogRate consumed_since(Reader& db, const LogFilter& filter, std::int64_t from);

/// Deleting history by ranges of ids (spec 03 section 14.2): `ids` ids from `first` on, of which rows with created_at < `before` go.
struct LogRange {
    std::int64_t first = 0, ids = 0, before = 0;
};
/// Rows deleted, and the id behind the range; `next` is 0 when no older row is left anywhere.
struct LogsDeleted {
    std::int64_t rows = 0, next = 0;
};
LogsDeleted delete_logs(Transaction& tx, const LogRange& range);
/// As insert_logs() would write it: columns cut to their width, text valid UTF-8 without NUL.
void finish_row(LogRow& row);
/// Columns are cut to their width, text is valid UTF-8 without NUL. The rows are added to the hourly usage (store/usage.h).
void insert_logs(Transaction& tx, std::span<const LogRow> rows);
void insert_logs(Transaction& tx, std::span<const LogRow* const> rows);

}    // namespace opusclaw::store
