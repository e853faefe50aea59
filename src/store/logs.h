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
/// Newest first.
LogPage list_logs(Reader& db, const LogFilter& filter, std::int64_t offset, std::int64_t limit);
/// Columns are cut to their width, text is valid UTF-8 without NUL.
void insert_logs(Transaction& tx, std::span<const LogRow> rows);

}    // namespace opusclaw::store
