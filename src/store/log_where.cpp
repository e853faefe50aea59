// store/log_where.cpp: one condition for each member of a filter, and the choice of an index. What is asked of the rows is decided
// in log_lists.cpp and log_sums.cpp.
#include "store/log_where.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "store/sql.h"

namespace opusclaw::store {

namespace {

constexpr auto kConsume = static_cast<std::int64_t>(LogType::Consume);
constexpr std::int64_t kDay = 86'400;
constexpr std::size_t kMostMatches = 200;    // names that one pattern may stand for

class Builder {
public:
    void add(std::string_view condition) {
        query_.where.append(query_.where.empty() ? " WHERE " : " AND ").append(condition);
    }
    void add(std::string_view condition, std::string_view name, Value value) {
        add(condition);
        query_.parameters.push_back({name, std::move(value)});
    }
    void add_pattern(std::string_view column, std::string_view typed) {
        if (typed.empty()) return;
        Pattern pattern = pattern_condition(column, column, typed);
        add(pattern.condition, column, std::move(pattern.value));
    }
    void add_text(std::string_view condition, std::string_view name, const std::string& value) {
        if (!value.empty()) add(condition, name, value);
    }
    void add_parameter(Parameter parameter) { query_.parameters.push_back(std::move(parameter)); }
    LogQuery take() { return std::move(query_); }

private:
    LogQuery query_;
};

/// The number stands in the text, so that the partial index over all types but Consume is found.
std::string type_condition(std::int64_t type) {
    const std::string equal = "\"type\" = " + std::to_string(type);
    return type == kConsume ? equal : equal + " AND \"type\" <> " + std::to_string(kConsume);
}

void add_times(Builder& out, const LogFilter& filter) {
    if (filter.from != 0) out.add(R"("created_at" >= :from)", "from", filter.from);
    if (filter.to != 0) out.add(R"("created_at" <= :to)", "to", filter.to);
}

/// Of model names in the log those that a pattern matches, read by leaps from name to name. nullopt: too many to name.
std::optional<std::vector<std::string>> logged_models_like(Reader& db, const std::string& typed) {
    constexpr std::int64_t kMostNames = 5000;
    struct Name {
        std::string name;
    };
    constexpr Column<Name> kName[] = {{"name", &Name::name}};
    Pattern pattern = pattern_condition("name", "typed", typed);
    // Each step finds the next name behind the last one: as many look-ups as there are names, however many rows.
    const std::string names =
        R"(FROM (WITH RECURSIVE "names" ("name", "step") AS (SELECT MIN("model_name"), 1 FROM "logs" UNION ALL)"
        R"( SELECT (SELECT MIN("model_name") FROM "logs" WHERE "model_name" > "names"."name"), "step" + 1 FROM "names")"
        R"( WHERE "name" IS NOT NULL AND "step" < :most) SELECT "name", "step" FROM "names") AS "all_names")";
    const std::optional<std::int64_t> steps = db.integer(R"(SELECT MAX("step") )" + names,
                                                         {{"most", kMostNames}});
    if (steps.value_or(0) >= kMostNames) return std::nullopt;
    const std::vector<Name> found = db.select<Name>(kName,
                                                    names + " WHERE " + pattern.condition + " LIMIT :limit",
                                                    {{"most", kMostNames},
                                                     {"typed", std::move(pattern.value)},
                                                     {"limit", std::int64_t{kMostMatches} + 1}});
    if (found.size() > kMostMatches) return std::nullopt;
    std::vector<std::string> matches;
    for (const Name& row : found) matches.push_back(row.name);
    return matches;
}

/// Not empty. Lengths are rounded up by repeating the last name, so that few different statements are prepared.
void add_names(Builder& out, const std::vector<std::string>& names) {
    // The names of parameters must outlive the parameters, which only view them.
    static const std::vector<std::string> kPlaces = [] {
        std::vector<std::string> places;
        for (std::size_t i = 0; i < std::bit_ceil(kMostMatches); ++i)
            places.push_back("name" + std::to_string(i));
        return places;
    }();
    std::string list;
    for (std::size_t i = 0; i < std::bit_ceil(names.size()); ++i) {
        list.append(i == 0 ? ":" : ", :").append(kPlaces[i]);
        out.add_parameter({kPlaces[i], names[std::min(i, names.size() - 1)]});
    }
    out.add("\"model_name\" IN (" + list + ")");
}

/// The ids around a span of time. Ids rise with time but for rows that were stored late; of a thousand rows at either end the
/// outermost id counts.
void add_id_range(Builder& out, Reader& db, const LogFilter& filter) {
    constexpr std::string_view kFirst =
        R"(SELECT MIN("id") FROM (SELECT "id" FROM "logs" WHERE "created_at" >= :time ORDER BY "created_at" LIMIT 1000))"
        R"( AS "edge")";
    constexpr std::string_view kLast =
        R"(SELECT MAX("id") FROM (SELECT "id" FROM "logs" WHERE "created_at" <= :time ORDER BY "created_at" DESC LIMIT 1000))"
        R"( AS "edge")";
    // Times are as people send them, up to the largest numbers.
    if (filter.from > kDay) {
        if (const auto first = db.integer(kFirst, {{"time", filter.from - kDay}}))
            out.add(R"("id" >= :first_id)", "first_id", *first);
    }
    if (filter.to > 0 && filter.to < std::numeric_limits<std::int64_t>::max() - kDay) {
        if (const auto last = db.integer(kLast, {{"time", filter.to + kDay}}))
            out.add(R"("id" <= :last_id)", "last_id", *last);
    }
}

bool is_rare(std::int64_t type) { return type != 0 && type != kConsume; }

void add_conditions(Builder& out, const LogFilter& filter) {
    if (filter.type != 0) out.add(type_condition(filter.type));
    if (filter.user_id) out.add(R"("user_id" = :user_id)", "user_id", *filter.user_id);
    add_times(out, filter);
    out.add_pattern("model_name", filter.model_name);
    out.add_text(R"("username" = :username)", "username", filter.username);
    out.add_text(R"("token_name" = :token_name)", "token_name", filter.token_name);
    out.add_text(R"("group" = :group)", "group", filter.group);
    out.add_text(R"("request_id" = :request_id)", "request_id", filter.request_id);
    if (filter.channel_id != 0) out.add(R"("channel_id" = :channel_id)", "channel_id", filter.channel_id);
}

/// But for rare types.
int narrowing(const LogFilter& filter) {
    const auto given = [](bool condition) { return condition ? 1 : 0; };
    const bool whole_model = !filter.model_name.empty() && filter.model_name.find('%') == std::string::npos;
    return given(filter.user_id.has_value()) + given(filter.channel_id != 0) + given(whole_model) +
           given(!filter.username.empty()) + given(!filter.token_name.empty()) +
           given(!filter.group.empty()) + given(!filter.request_id.empty());
}

}    // namespace

LogQuery log_query(Reader& db, const LogFilter& filter) {
    Builder out;
    LogFilter rest = filter;
    std::optional<std::vector<std::string>> names;
    if (filter.model_name.find('%') != std::string::npos) names = logged_models_like(db, filter.model_name);
    if (names) rest.model_name.clear();
    add_conditions(out, rest);
    if (names && !names->empty()) add_names(out, *names);
    const int conditions = narrowing(rest);
    const bool narrowed = conditions > 0 || names || is_rare(rest.type);
    const bool timed = rest.from != 0 || rest.to != 0;
    if (timed && narrowed) add_id_range(out, db, rest);
    LogQuery query = out.take();
    query.timed = timed;
    query.narrowed = conditions + (is_rare(rest.type) ? 1 : 0);
    query.by_names = names.has_value();
    query.nothing = names && names->empty();
    if (is_rare(rest.type) && conditions == 0 && !names) {
        query.walk = LogWalk::Types;
    } else if (timed && !narrowed) {
        query.walk = LogWalk::Time;
    }
    return query;
}

LogQuery short_span_query(const LogFilter& filter) {
    Builder out;
    add_conditions(out, filter);
    LogQuery query = out.take();
    query.timed = true;
    query.walk = LogWalk::Time;
    return query;
}

std::string from_logs(Engine engine, LogWalk walk) {
    const std::string table = R"(FROM "logs")";
    if (walk == LogWalk::Planner || engine == Engine::Postgres) return table;
    if (walk == LogWalk::Ids)
        return table + (engine == Engine::Mysql ? " FORCE INDEX (PRIMARY)" : " NOT INDEXED");
    const std::string index = walk == LogWalk::Time ? R"("idx_created_at_type")"
                                                    : R"("opus_idx_logs_other_types")";
    return table + (engine == Engine::Mysql ? " FORCE INDEX (" + index + ")" : " INDEXED BY " + index);
}

}    // namespace opusclaw::store
