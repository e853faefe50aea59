// store/logs.cpp: writing and deleting rows of table `logs`. What stands in `content` and `other` is composed in billing and api;
// reading is in log_lists.cpp and log_sums.cpp.
#include "store/logs.h"

#include <algorithm>

#include "base/text.h"
#include "store/literal_sql.h"
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

bool is_finished(std::string_view value, std::size_t width) {
    return (width == 0 || value.size() <= width) && value.find('\0') == std::string_view::npos &&
           text::valid_utf8(value);
}

/// In the order of kInsert.
void add_row(BulkInsert& insert, const LogRow& row) {
    const auto text = [&insert](const std::string& value, std::size_t width) {
        if (is_finished(value, width))
            insert.add(value);
        else
            insert.add(width == 0 ? clean(value) : clean(value, width));
    };
    insert.add(row.user_id).add(row.created_at).add(row.type);
    text(row.content, 0);
    text(row.username, kNameWidth);
    text(row.token_name, kNameWidth);
    text(row.model_name, kNameWidth);
    insert.add(row.quota).add(row.prompt_tokens).add(row.completion_tokens).add(row.use_time);
    insert.add(row.is_stream).add(row.channel_id).add(row.token_id);
    text(row.group, kNameWidth);
    text(row.ip, kNameWidth);
    text(row.request_id, kRequestIdWidth);
    text(row.other, 0);
    insert.end_row();
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

}    // namespace

void finish_row(LogRow& row) {
    const auto finish = [](std::string& value, std::size_t width) {
        if (is_finished(value, width)) return;
        value = width == 0 ? clean(value) : clean(value, width);
    };
    for (std::string* value : {&row.content, &row.other}) finish(*value, 0);
    for (std::string* value : {&row.username, &row.token_name, &row.model_name, &row.group, &row.ip})
        finish(*value, kNameWidth);
    finish(row.request_id, kRequestIdWidth);
}

void insert_logs(Transaction& tx, std::span<const LogRow* const> rows) {
    if (rows.empty()) return;
    BulkInsert insert(tx, std::string(kInsert));
    for (const LogRow* row : rows) add_row(insert, *row);
    insert.finish();
    add_usage(tx, rows);
}

void insert_logs(Transaction& tx, std::span<const LogRow> rows) {
    std::vector<const LogRow*> all;
    all.reserve(rows.size());
    for (const LogRow& row : rows) all.push_back(&row);
    insert_logs(tx, std::span<const LogRow* const>(all));
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
