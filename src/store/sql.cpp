// store/sql.cpp: texts of statements per engine. A small scanner finds quoted words and parameters; everything else of a
// statement is already in the subset that the engines share.
#include "store/sql.h"

#include <algorithm>
#include <bit>

#include "base/text.h"

namespace opusclaw::store {

namespace {

bool is_word(char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::size_t word_end(std::string_view sql, std::size_t at) {
    while (at < sql.size() && is_word(sql[at])) ++at;
    return at;
}

void append_quoted(std::string& out, std::string_view name) { out.append("\"").append(name).append("\""); }

void append_list(std::string& out, std::span<const std::string_view> names, std::string_view before,
                 std::string_view after) {
    for (std::size_t i = 0; i < names.size(); ++i)
        out.append(i == 0 ? "" : ", ").append(before).append(names[i]).append(after);
}

std::string sum(Engine engine, std::string_view column, std::string_view expression) {
    const std::string stored = "COALESCE(\"" + std::string(column) + "\", 0)";
    const std::string added(expression);
    // PostgreSQL types a parameter after its neighbour: beside a 32-bit column a larger number would be refused.
    if (engine == Engine::Postgres) return "CAST(" + stored + " AS bigint) + CAST(" + added + " AS bigint)";
    return stored + " + " + added;
}

std::string assignment(std::string_view column, std::string_view expression) {
    std::string out;
    append_quoted(out, column);
    return out.append(" = ").append(expression);
}

}    // namespace

std::string engine_sql(Engine engine, std::string_view sql, std::span<const std::string_view> blobs) {
    const char quote = engine == Engine::Postgres ? '"' : '`';
    std::string out;
    out.reserve(sql.size() + 16 * blobs.size());
    bool in_text = false;
    for (std::size_t i = 0; i < sql.size(); ++i) {
        const char c = sql[i];
        if (c == '\'') in_text = !in_text;
        if (!in_text && c == '"') {
            out += quote;
            continue;
        }
        if (in_text || c != ':' || engine != Engine::Sqlite) {
            out += c;
            continue;
        }
        const std::size_t end = word_end(sql, i + 1);
        const std::string_view name = sql.substr(i + 1, end - i - 1);
        const bool blob = std::ranges::find(blobs, name) != blobs.end();
        out.append(blob ? "CAST(:" : ":").append(name).append(blob ? " AS BLOB)" : "");
        i = end - 1;
    }
    return out;
}

namespace {

/// Past the bracket that closes the one at `open`; npos when there is none.
std::size_t past_brackets(std::string_view sql, std::size_t open) {
    bool in_text = false;
    int depth = 0;
    for (std::size_t i = open; i < sql.size(); ++i) {
        if (sql[i] == '\'') in_text = !in_text;
        if (in_text) continue;
        if (sql[i] == '(') ++depth;
        if (sql[i] == ')' && --depth == 0) return i + 1;
    }
    return std::string_view::npos;
}

void append_tuple(std::string& out, std::string_view tuple, std::size_t number) {
    bool in_text = false;
    for (std::size_t i = 0; i < tuple.size(); ++i) {
        if (tuple[i] == '\'') in_text = !in_text;
        out += tuple[i];
        if (in_text || tuple[i] != ':') continue;
        const std::size_t end = word_end(tuple, i + 1);
        out.append(tuple.substr(i + 1, end - i - 1)).append("_").append(std::to_string(number));
        i = end - 1;
    }
}

}    // namespace

std::string multi_row_sql(std::string_view sql, std::size_t rows) {
    constexpr std::string_view kValues = " VALUES (";
    const std::size_t at = sql.find(kValues);
    if (!sql.starts_with("INSERT") || at == std::string_view::npos) return {};
    const std::size_t open = at + kValues.size() - 1, end = past_brackets(sql, open);
    if (end == std::string_view::npos) return {};
    std::string out(sql.substr(0, open));
    for (std::size_t i = 0; i < rows; ++i) {
        if (i > 0) out += ", ";
        append_tuple(out, sql.substr(open, end - open), i);
    }
    return out.append(sql.substr(end));
}

std::string upsert_sql(Engine engine, const Upsert& upsert) {
    std::string out = "INSERT INTO ";
    append_quoted(out, upsert.table);
    append_list(out.append(" ("), upsert.columns, "\"", "\"");
    append_list(out.append(") VALUES ("), upsert.columns, ":", "");
    if (engine == Engine::Mysql) {
        out.append(") ON DUPLICATE KEY UPDATE ");
    } else {
        append_list(out.append(") ON CONFLICT ("), upsert.keys, "\"", "\"");
        out.append(") DO UPDATE SET ");
    }
    bool first = true;
    for (const std::string_view column : upsert.columns) {
        if (std::ranges::find(upsert.keys, column) != upsert.keys.end()) continue;
        append_quoted(out.append(first ? "" : ", "), column);
        out += " = ";
        if (upsert.conflict == OnConflict::Add) {
            append_quoted(out, upsert.table);
            append_quoted(out += '.', column);
            out += " + ";
        }
        append_quoted(out.append(engine == Engine::Mysql ? "VALUES(" : "excluded."), column);
        if (engine == Engine::Mysql) out += ')';
        first = false;
    }
    return out;
}

std::string add_expression(Engine engine, Width width, std::string_view column, std::string_view expression) {
    const std::string total = sum(engine, column, expression);
    if (engine == Engine::Sqlite || width == Width::Int64) return assignment(column, total);
    return assignment(column, "LEAST(GREATEST(" + total + ", -2147483648), 2147483647)");
}

std::string add_to_int32(Engine engine, std::string_view column, std::string_view parameter) {
    return add_expression(engine, Width::Int32, column, ":" + std::string(parameter));
}

std::string change_int32(Engine engine, std::string_view column, std::string_view parameter) {
    return assignment(column, sum(engine, column, ":" + std::string(parameter)));
}

std::string add_to_int64(Engine engine, std::string_view column, std::string_view parameter) {
    return add_expression(engine, Width::Int64, column, ":" + std::string(parameter));
}

std::string sum_of(Engine engine, std::string_view expression) {
    const std::string sum = "COALESCE(SUM(" + std::string(expression) + "), 0)";
    switch (engine) {
        case Engine::Postgres: return "CAST(" + sum + " AS bigint)";
        case Engine::Mysql: return "CAST(" + sum + " AS SIGNED)";
        case Engine::Sqlite: break;
    }
    return sum;
}

std::string_view for_update(Engine engine) { return engine == Engine::Sqlite ? "" : " FOR UPDATE"; }

bool storable(std::string_view text) {
    return text.find('\0') == std::string_view::npos && text::valid_utf8(text);
}

namespace {

/// The names must outlive the parameters, which only view them.
std::vector<std::string> id_names(std::string_view behind) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < kMaxIdsInList; ++i)
        names.push_back(("id" + std::to_string(i)).append(behind));
    return names;
}

IdList list_of(std::span<const std::int64_t> ids, std::size_t places, std::span<const std::string> names) {
    if (ids.empty()) return {"(NULL)", {}};
    IdList list;
    list.parameters.reserve(places);
    list.sql = "(";
    for (std::size_t i = 0; i < places; ++i) {
        list.sql.append(i == 0 ? ":" : ", :").append(names[i]);
        list.parameters.push_back({names[i], ids[std::min(i, ids.size() - 1)]});
    }
    list.sql += ")";
    return list;
}

std::span<const std::int64_t> at_most_a_list(std::span<const std::int64_t> ids) {
    return ids.first(std::min(ids.size(), kMaxIdsInList));
}

std::span<const std::string> first_names() {
    static const std::vector<std::string> kNames = id_names("");
    return kNames;
}

}    // namespace

IdList id_list(std::span<const std::int64_t> ids) {
    ids = at_most_a_list(ids);
    return list_of(ids, std::bit_ceil(ids.size()), first_names());
}

IdLists id_lists(std::span<const std::int64_t> first, std::span<const std::int64_t> second) {
    static const std::vector<std::string> kSecondNames = id_names("b");
    first = at_most_a_list(first);
    second = at_most_a_list(second);
    const std::size_t places = std::bit_ceil(std::max(first.size(), second.size()));
    return {list_of(first, places, first_names()), list_of(second, places, kSecondNames)};
}

Pattern pattern_condition(std::string_view column, std::string_view parameter, std::string_view typed) {
    Pattern pattern;
    append_quoted(pattern.condition, column);
    if (typed.find('%') == std::string_view::npos) {
        pattern.condition.append(" = :").append(parameter);
        pattern.value = typed;
        return pattern;
    }
    pattern.condition.append(" LIKE :").append(parameter).append(" ESCAPE '!'");
    for (const char c : typed) {
        if (c == '!' || c == '_') pattern.value += '!';
        pattern.value += c;
    }
    return pattern;
}

}    // namespace opusclaw::store
