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
    const std::string& where() const { return query_.where; }
    void add_parameter(Parameter parameter) { query_.parameters.push_back(std::move(parameter)); }
    LogQuery take() { return std::move(query_); }

private:
    LogQuery query_;
};

/// The number stands in the text, so that the partial index over all types but Consume is found; unless a request is named, whose
/// rows are fewer.
std::string type_condition(const LogFilter& filter) {
    const std::string number = std::to_string(filter.type);
    if (!filter.request_id.empty()) return "\"type\" + 0 = " + number;
    const std::string equal = "\"type\" = " + number;
    return filter.type == kConsume ? equal : equal + " AND \"type\" <> " + std::to_string(kConsume);
}

/// By what the rows of a filter are found. PostgreSQL would read the index of a condition that many rows fulfil beside the one that
/// leads to few; the others are only checked there, in a form that no index knows.
enum class FoundBy { Time, Others };

class Conditions {
public:
    Conditions(Engine engine, FoundBy by) : checked_(engine == Engine::Postgres), by_(by) {}

    std::string of_time(std::string condition) const {
        return by_ == FoundBy::Time ? condition : only_checked(std::move(condition));
    }
    std::string of_others(std::string condition) const {
        return by_ == FoundBy::Others ? condition : only_checked(std::move(condition));
    }
    /// The column equals the parameter that is called like it.
    std::string equal(std::string_view column) const {
        std::string condition = "\"" + std::string(column) + "\" = :";
        return of_others(std::move(condition.append(column)));
    }

private:
    /// Its statistics still tell how many rows fulfil it, unlike those of an expression over the column.
    std::string only_checked(std::string condition) const {
        return checked_ ? "(" + condition + ") IS TRUE" : condition;
    }

    bool checked_;
    FoundBy by_;
};

void add_times(Builder& out, const LogFilter& filter, const Conditions& conditions) {
    if (filter.from != 0) out.add(conditions.of_time(R"("created_at" >= :from)"), "from", filter.from);
    if (filter.to != 0) out.add(conditions.of_time(R"("created_at" <= :to)"), "to", filter.to);
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
    std::string list;
    for (std::size_t i = 0; i < std::bit_ceil(names.size()); ++i) {
        list.append(i == 0 ? ":" : ", :").append(name_place(i));
        out.add_parameter({name_place(i), names[std::min(i, names.size() - 1)]});
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

void add_conditions(Builder& out, const LogFilter& filter, const Conditions& conditions) {
    const auto add_number = [&](std::string_view column, std::int64_t value) {
        out.add(conditions.equal(column), column, value);
    };
    const auto add_text = [&](std::string_view column, const std::string& value) {
        if (!value.empty()) out.add(conditions.equal(column), column, value);
    };
    if (filter.type != 0) out.add(type_condition(filter));
    if (filter.user_id) add_number("user_id", *filter.user_id);
    add_times(out, filter, conditions);
    if (!filter.model_name.empty()) {
        Pattern pattern = pattern_condition("model_name", "model_name", filter.model_name);
        out.add(conditions.of_others(std::move(pattern.condition)), "model_name", std::move(pattern.value));
    }
    add_text("username", filter.username);
    add_text("token_name", filter.token_name);
    add_text("group", filter.group);
    add_text("request_id", filter.request_id);
    if (filter.channel_id != 0) add_number("channel_id", filter.channel_id);
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
    // To MySQL names that differ by blanks at the end are one; LIKE tells them apart.
    const bool blank = db.engine() == Engine::Mysql && filter.model_name.ends_with(' ');
    if (filter.model_name.find('%') != std::string::npos && !blank)
        names = logged_models_like(db, filter.model_name);
    if (names) rest.model_name.clear();
    const int conditions = narrowing(rest);
    const bool narrowed = conditions > 0 || names || is_rare(rest.type);
    const bool timed = rest.from != 0 || rest.to != 0;
    add_conditions(out, rest, Conditions(db.engine(), narrowed ? FoundBy::Others : FoundBy::Time));
    if (timed && narrowed) add_id_range(out, db, rest);
    std::string others = out.where();
    if (names && !names->empty()) add_names(out, *names);
    LogQuery query = out.take();
    query.others = std::move(others);
    query.timed = timed;
    query.narrowed = conditions + (is_rare(rest.type) ? 1 : 0);
    query.names = names ? names->size() : 0;
    query.nothing = names && names->empty();
    // SQLite's index of them tells all but the request; elsewhere statistics tell which index leads to fewer rows.
    const bool told = db.engine() == Engine::Sqlite ? rest.request_id.empty() : conditions == 0 && !names;
    if (is_rare(rest.type) && told) {
        query.walk = LogWalk::Types;
    } else if (timed && !narrowed) {
        query.walk = LogWalk::Time;
    }
    return query;
}

LogQuery short_span_query(Engine engine, const LogFilter& filter) {
    Builder out;
    add_conditions(out, filter, Conditions(engine, FoundBy::Time));
    LogQuery query = out.take();
    query.timed = true;
    query.walk = LogWalk::Time;
    return query;
}

std::string_view name_place(std::size_t number) {
    // Parameters only view their names.
    static const std::vector<std::string> kPlaces = [] {
        std::vector<std::string> places;
        for (std::size_t i = 0; i < std::bit_ceil(kMostMatches); ++i)
            places.push_back("name" + std::to_string(i));
        return places;
    }();
    return kPlaces.at(number);
}

std::string from_logs(Engine engine, LogWalk walk) {
    const std::string table = R"(FROM "logs")";
    if (walk == LogWalk::Planner || engine == Engine::Postgres) return table;
    const std::string index = walk == LogWalk::Time    ? R"("idx_created_at_type")"
                              : walk == LogWalk::Types ? R"("opus_idx_logs_other_types")"
                                                       : R"("idx_logs_model_name")";
    return table + (engine == Engine::Mysql ? " FORCE INDEX (" + index + ")" : " INDEXED BY " + index);
}

}    // namespace opusclaw::store
