// store/logs.cpp: statements over table `logs`. What stands in `content` and `other` is composed in billing and api.
#include "store/logs.h"

#include "base/text.h"
#include "store/sql.h"

namespace opusclaw::store {

namespace {

constexpr Column<LogRow> kColumns[] = {
    {"id", &LogRow::id},
    {"user_id", &LogRow::user_id},
    {"created_at", &LogRow::created_at},
    {"type", &LogRow::type},
    {"content", &LogRow::content},
    {"username", &LogRow::username},
    {"token_name", &LogRow::token_name},
    {"model_name", &LogRow::model_name},
    {"quota", &LogRow::quota},
    {"prompt_tokens", &LogRow::prompt_tokens},
    {"completion_tokens", &LogRow::completion_tokens},
    {"use_time", &LogRow::use_time},
    {"is_stream", &LogRow::is_stream},
    {"channel_id", &LogRow::channel_id},
    {"token_id", &LogRow::token_id},
    {"group", &LogRow::group},
    {"ip", &LogRow::ip},
    {"request_id", &LogRow::request_id},
    {"other", &LogRow::other},
};

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

Parameters empty_row() {
    Parameters p;
    for (const std::string_view name :
         {"user_id", "created_at", "type", "content", "username", "token_name", "model_name", "quota",
          "prompt_tokens", "completion_tokens", "use_time", "is_stream", "channel_id", "token_id", "group",
          "ip", "request_id", "other"})
        p.push_back({name, nullptr});
    return p;
}

struct Where {
    std::string sql;
    Parameters parameters;

    void add(std::string_view condition, std::string_view name, Value value) {
        sql.append(sql.empty() ? " WHERE " : " AND ").append(condition);
        parameters.push_back({name, std::move(value)});
    }
    void add_pattern(std::string_view column, std::string_view typed) {
        if (typed.empty()) return;
        Pattern pattern = pattern_condition(column, column, typed);
        add(pattern.condition, column, std::move(pattern.value));
    }
    void add_text(std::string_view condition, std::string_view name, const std::string& value) {
        if (!value.empty()) add(condition, name, value);
    }
};

Where where(const LogFilter& filter) {
    Where out;
    if (filter.user_id) out.add(R"("user_id" = :user_id)", "user_id", *filter.user_id);
    if (filter.type != 0) out.add(R"("type" = :type)", "type", filter.type);
    if (filter.from != 0) out.add(R"("created_at" >= :from)", "from", filter.from);
    if (filter.to != 0) out.add(R"("created_at" <= :to)", "to", filter.to);
    out.add_pattern("model_name", filter.model_name);
    out.add_text(R"("username" = :username)", "username", filter.username);
    out.add_text(R"("token_name" = :token_name)", "token_name", filter.token_name);
    out.add_text(R"("group" = :group)", "group", filter.group);
    out.add_text(R"("request_id" = :request_id)", "request_id", filter.request_id);
    if (filter.channel_id != 0) out.add(R"("channel_id" = :channel_id)", "channel_id", filter.channel_id);
    return out;
}

}    // namespace

LogPage list_logs(Reader& db, const LogFilter& filter, std::int64_t offset, std::int64_t limit) {
    Where wanted = where(filter);
    LogPage page;
    page.total = db.integer(R"(SELECT COUNT(*) FROM "logs")" + wanted.sql, wanted.parameters).value_or(0);
    wanted.parameters.push_back({"limit", limit});
    wanted.parameters.push_back({"offset", offset});
    page.rows = db.select<LogRow>(
        kColumns, "FROM \"logs\"" + wanted.sql + R"( ORDER BY "id" DESC LIMIT :limit OFFSET :offset)",
        wanted.parameters);
    return page;
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
}

}    // namespace opusclaw::store
