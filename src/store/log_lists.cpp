// store/log_lists.cpp: pages of table `logs` (spec 03 section 14.2). No list reads the table from end to end: totals are counted up
// to a bound, and rows are walked along the index that leads to few of them.
#include <algorithm>
#include <bit>

#include "store/log_where.h"
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

constexpr std::int64_t kSortedWhole = 10'000;    // rows that are sorted by id at once

/// Counting goes on until here: through an index alone, or with a look at each row.
std::int64_t bound_of(const LogQuery& query, const LogFilter& filter, std::int64_t most) {
    const int others = (query.timed || filter.type == static_cast<std::int64_t>(LogType::Consume)) ? 1 : 0;
    const bool in_index = query.narrowed + others <= 1 && filter.model_name.find('%') == std::string::npos;
    return in_index ? most : std::min(most, kSortedWhole);
}

/// Where rows or their ids come from.
struct Source {
    std::string from;
    Parameters parameters;
};

/// Of many models the newest rows of each, which an index has in the order of their ids. Among all rows those of models that are
/// no longer in use would be found behind any number of others.
Source newest_of_models(Engine engine, const LogQuery& query, std::int64_t most) {
    Source source{.from = {}, .parameters = query.parameters};
    const std::string where = from_logs(engine, LogWalk::Models) +
                              (query.others.empty() ? " WHERE " : query.others + " AND ");
    for (std::size_t i = 0; i < query.names; ++i) {
        const std::string name(name_place(i));
        source.from.append(i == 0 ? "FROM (" : " UNION ALL ").append(R"(SELECT "id" FROM (SELECT "id" )");
        source.from.append(where).append(R"("model_name" = :)").append(name);
        source.from.append(R"( ORDER BY "id" DESC LIMIT :most) AS ")").append(name).append("\"");
    }
    source.from.append(R"() AS "models")");
    // The list of all names is rounded up.
    for (std::size_t i = query.names; i < std::bit_ceil(query.names); ++i)
        std::erase_if(source.parameters, [i](const Parameter& p) { return p.name == name_place(i); });
    source.parameters.push_back({"most", most});
    return source;
}

Source as_asked(Engine engine, const LogQuery& query) {
    return {.from = from_logs(engine, query.walk) + query.where, .parameters = query.parameters};
}

/// What is counted: from the newer end, unless MySQL, which would walk its primary key for the order. At the older end there may be a day
/// of others before the span. Of a list of models PostgreSQL would gather all rows before it counts the first.
Source counted(Engine engine, const LogQuery& query, std::int64_t bound) {
    if (engine == Engine::Postgres && query.names > 0 && query.narrowed == 0)
        return newest_of_models(engine, query, bound);
    Source source = as_asked(engine, query);
    if (engine != Engine::Mysql && query.names == 0 && query.narrowed == 1)
        source.from += R"( ORDER BY "id" DESC)";
    return source;
}

std::int64_t count(Reader& db, const LogQuery& query, std::int64_t bound) {
    Source source = counted(db.engine(), query, bound);
    source.parameters.push_back({"bound", bound});
    const std::string sql = "SELECT COUNT(*) FROM (SELECT 1 " + source.from + " LIMIT :bound) AS \"found\"";
    return db.integer(sql, source.parameters).value_or(0);
}

/// By id; of many rows in a span of time, which nothing else narrows, by time first.
std::string order_of(Engine engine, const LogQuery& query, std::int64_t total) {
    if (total < kSortedWhole) {
        // Servers would walk the primary key for the order and may find the last row at its other end.
        return engine == Engine::Sqlite ? R"( ORDER BY "id" DESC)" : R"( ORDER BY "id" + 0 DESC)";
    }
    if (query.walk != LogWalk::Time) return R"( ORDER BY "id" DESC)";
    // MySQL walks idx_created_at_type only when its columns are named in their order.
    return engine == Engine::Mysql ? R"( ORDER BY "created_at" DESC, "type" DESC, "id" DESC)"
                                   : R"( ORDER BY "created_at" DESC, "id" DESC)";
}

}    // namespace

LogPage list_logs(Reader& db, const LogFilter& filter, std::int64_t offset, std::int64_t limit,
                  std::int64_t most_counted) {
    LogQuery query = log_query(db, filter);
    LogPage page;
    if (query.nothing) return page;
    const std::int64_t bound = bound_of(query, filter, most_counted);
    page.total = count(db, query, bound);
    // No more rows are asked for than there are: looking for one that does not exist would read everything.
    const std::int64_t left = page.total - offset;
    if (left <= 0) return page;
    const std::int64_t rows = std::min(limit, left);
    const bool many_models = query.names > 0 && query.narrowed == 0 && page.total >= bound;
    Source source = many_models ? newest_of_models(db.engine(), query, offset + rows)
                                : as_asked(db.engine(), query);
    source.parameters.push_back({"limit", rows});
    source.parameters.push_back({"offset", offset});
    // The ids first: what is skipped need not be read, only its place in an index.
    const std::string order = order_of(db.engine(), query, page.total);
    page.rows = db.select<LogRow>(kColumns,
                                  R"(FROM "logs" WHERE "id" IN (SELECT "id" FROM (SELECT "id" )" +
                                      source.from + order + R"( LIMIT :limit OFFSET :offset) AS "page"))" +
                                      order,
                                  source.parameters);
    return page;
}

std::vector<LogRow> newest_logs_of_token(Reader& db, std::int64_t token_id, std::int64_t limit) {
    return db.select<LogRow>(kColumns,
                             R"(FROM "logs" WHERE "token_id" = :token_id ORDER BY "id" DESC LIMIT :limit)",
                             {{"token_id", token_id}, {"limit", limit}});
}

}    // namespace opusclaw::store
