// store/logs.cpp: writing and deleting rows of table `logs`. What stands in `content` and `other` is composed in billing and api;
// reading is in log_lists.cpp and log_sums.cpp.
#include "store/logs.h"

#include <algorithm>

#include "base/text.h"
#include "store/sql.h"
#include "store/usage.h"
#include "store/usage_rows.h"

namespace opusclaw::store {

namespace {

constexpr std::string_view kInsert =
    R"(INSERT INTO "logs" ("user_id", "created_at", "type", "content", "username", "token_name", "model_name", "quota",)"
    R"( "prompt_tokens", "completion_tokens", "use_time", "is_stream", "channel_id", "token_id", "group", "ip",)"
    R"( "request_id", "other"))"
    R"( VALUES (:user_id, :created_at, :type, :content, :username, :token_name, :model_name, :quota, :prompt_tokens,)"
    R"( :completion_tokens, :use_time, :is_stream, :channel_id, :token_id, :group, :ip, :request_id, :other))";

// Characters: varchar(191) where names are indexed on MySQL, varchar(64) for the request id.
constexpr std::size_t kNameWidth = 191, kRequestIdWidth = 64;

std::string clean(const std::string& value) {
    if (value.find('\0') == std::string::npos && text::valid_utf8(value)) return value;
    return text::clean_utf8(value);
}

std::string clean(const std::string& value, std::size_t width) {
    std::string out = clean(value);
    if (out.size() > width) out.resize(text::cut_utf8(out, width).size());
    return out;
}

// Values only, in the order of the names below: rows of a group share one vector of parameters.
void set_row(Parameters& p, const LogRow& row) {
    std::size_t i = 0;
    const auto next = [&p, &i](Value value) { p[i++].value = std::move(value); };
    next(row.user_id);
    next(row.created_at);
    next(row.type);
    next(clean(row.content));
    next(clean(row.username, kNameWidth));
    next(clean(row.token_name, kNameWidth));
    next(clean(row.model_name, kNameWidth));
    next(row.quota);
    next(row.prompt_tokens);
    next(row.completion_tokens);
    next(row.use_time);
    next(row.is_stream);
    next(row.channel_id);
    next(row.token_id);
    next(clean(row.group, kNameWidth));
    next(clean(row.ip, kNameWidth));
    next(clean(row.request_id, kRequestIdWidth));
    next(clean(row.other));
}

std::int64_t delete_by_id(Transaction& tx, std::span<const LogRow> rows) {
    std::int64_t deleted = 0;
    std::vector<std::int64_t> ids;
    for (const LogRow& row : rows) {
        ids.push_back(row.id);
        if (ids.size() < kMaxIdsInList && row.id != rows.back().id) continue;
        const IdList list = id_list(ids);
        deleted += tx.execute(R"(DELETE FROM "logs" WHERE "id" IN )" + list.sql, list.parameters);
        ids.clear();
    }
    return deleted;
}

Parameters empty_row() {
    Parameters p;
    for (const std::string_view name :
         {"user_id", "created_at", "type", "content", "username", "token_name", "model_name", "quota",
          "prompt_tokens", "completion_tokens", "use_time", "is_stream", "channel_id", "token_id", "group",
          "ip", "request_id", "other"})
        p.push_back({name, nullptr});
    return p;
}

}    // namespace

void finish_row(LogRow& row) {
    const auto finish = [](std::string& value, std::size_t width) {
        const bool short_enough = width == 0 || value.size() <= width;
        if (short_enough && value.find('\0') == std::string::npos && text::valid_utf8(value)) return;
        value = width == 0 ? clean(value) : clean(value, width);
    };
    for (std::string* value : {&row.content, &row.other}) finish(*value, 0);
    for (std::string* value : {&row.username, &row.token_name, &row.model_name, &row.group, &row.ip})
        finish(*value, kNameWidth);
    finish(row.request_id, kRequestIdWidth);
}

void insert_logs(Transaction& tx, std::span<const LogRow> rows) {
    if (rows.empty()) return;
    // On SQLite a row is a prepared statement of its own, so one set of parameters is filled again and again; on servers the
    // rows of a chunk make one statement.
    constexpr std::size_t kChunk = 100;
    std::vector<Parameters> sets(tx.engine() == Engine::Sqlite ? 1 : std::min(kChunk, rows.size()),
                                 empty_row());
    for (std::size_t i = 0; i < rows.size(); i += sets.size()) {
        const std::size_t count = std::min(sets.size(), rows.size() - i);
        for (std::size_t k = 0; k < count; ++k) set_row(sets[k], rows[i + k]);
        tx.execute_many(kInsert, std::span(sets).first(count));
    }
    add_usage(tx, rows);
}

LogsDeleted delete_logs(Transaction& tx, const LogRange& range) {
    const Parameters before = {{"before", range.before}};
    constexpr std::string_view kOlder = R"(SELECT 1 FROM "logs" WHERE "created_at" < :before LIMIT 1)";
    if (!tx.integer(kOlder, before)) return {};
    LogsDeleted deleted;
    // Where the range ends: ids have gaps, and a range of numbers might be empty for long.
    const auto last = tx.integer(
        R"(SELECT MAX("id") FROM (SELECT "id" FROM "logs" WHERE "id" >= :first ORDER BY "id" LIMIT :ids) AS "range")",
        {{"first", range.first}, {"ids", range.ids}});
    if (!last) return {};
    // Exactly the rows that are read here go, whatever else is stored meanwhile: they are taken off the hourly usage.
    const std::vector<LogRow> rows = tx.select<LogRow>(
        kCountedColumns,
        R"(FROM "logs" WHERE "id" >= :first AND "id" <= :last AND "created_at" < :before ORDER BY "id")" +
            std::string(for_update(tx.engine())),
        {{"first", range.first}, {"last", *last}, {"before", range.before}});
    remove_usage(tx, rows);
    deleted.rows = delete_by_id(tx, rows);
    forget_uncounted_beyond(tx, tx.integer(R"(SELECT MAX("id") FROM "logs")").value_or(0));
    deleted.next = *last + 1;
    return deleted;
}

}    // namespace opusclaw::store
