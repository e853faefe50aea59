// tests/unit/store/new_api_tables.h: databases as New API leaves them, made from tests/data/store/new_api_tables.txt without a look at
// the code under test: the types of each engine stand here a second time.
#pragma once

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/text.h"
#include "store/statement.h"

namespace opusclaw::store {

struct NewApiColumn {
    std::string name, type, initial;    // type in the shorthand of the chapter
    std::set<std::string> flags;
    bool has(const std::string& flag) const { return flags.contains(flag); }
};
struct NewApiIndex {
    std::string name, columns;    // comma list
    bool unique = false, live = false;
};
struct NewApiTable {
    std::string name;
    std::vector<NewApiColumn> columns;
    std::vector<NewApiIndex> indexes;    // those of single columns included
};

inline NewApiColumn parse_column(const std::string& line) {
    NewApiColumn column;
    std::string rest = line;
    if (const std::size_t at = rest.find(" ="); at != std::string::npos) {
        const bool quoted = rest[at + 2] == '\'';
        const std::size_t end = quoted ? rest.find('\'', at + 3) + 1
                                       : std::min(rest.find(' ', at + 2), rest.size());
        column.initial = rest.substr(at + 2, end - at - 2);
        rest.erase(at, end - at);
    }
    std::istringstream words(rest);
    words >> column.name >> column.type;
    for (std::string flag; words >> flag;) column.flags.insert(flag);
    return column;
}

inline NewApiIndex parse_index(const std::string& line) {
    NewApiIndex index;
    std::istringstream words(line);
    std::string flag;
    words >> flag >> index.name >> index.columns;
    while (words >> flag) (flag == "unique" ? index.unique : index.live) = true;
    return index;
}

inline std::vector<NewApiTable> new_api_tables() {
    std::ifstream file(TEST_DATA "/store/new_api_tables.txt");
    std::vector<NewApiTable> tables;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line.starts_with('#')) continue;
        if (line.starts_with("table ")) {
            tables.push_back({.name = line.substr(6), .columns = {}, .indexes = {}});
        } else if (line.starts_with("index ")) {
            tables.back().indexes.push_back(parse_index(line));
        } else {
            NewApiTable& table = tables.back();
            table.columns.push_back(parse_column(line));
            const NewApiColumn& column = table.columns.back();
            if (column.has("ix") || column.has("ux"))
                table.indexes.push_back({.name = "idx_" + table.name + "_" + column.name,
                                         .columns = column.name,
                                         .unique = column.has("ux")});
        }
    }
    return tables;
}

/// As CREATE TABLE says it.
inline std::string declared_type(Engine engine, const std::string& type) {
    struct Row {
        std::string_view type, sqlite, mysql, postgres;
    };
    constexpr Row kRows[] = {{"id", "integer", "bigint AUTO_INCREMENT", "bigserial"},
                             {"uid", "integer", "bigint unsigned AUTO_INCREMENT", "bigserial"},
                             {"i64", "integer", "bigint", "bigint"},
                             {"i32", "int", "int", "integer"},
                             {"u64", "integer", "bigint unsigned", "bigint"},
                             {"u32", "integer", "int unsigned", "bigint"},
                             {"f64", "real", "double", "decimal"},
                             {"bool", "numeric", "boolean", "boolean"},
                             {"ltext", "text", "longtext", "text"},
                             {"s191", "text", "varchar(191)", "text"},
                             {"text", "text", "text", "text"},
                             {"c32", "char(32)", "char(32)", "char(32)"},
                             {"json", "json", "json", "json"},
                             {"ts", "datetime", "datetime(3) NULL", "timestamptz"},
                             {"price", "decimal(10,6)", "decimal(10,6)", "decimal(10,6)"}};
    const auto row = std::ranges::find(kRows, type, &Row::type);
    if (row != std::end(kRows))
        return std::string(engine == Engine::Sqlite  ? row->sqlite
                           : engine == Engine::Mysql ? row->mysql
                                                     : row->postgres);
    if (engine == Engine::Sqlite && type.starts_with('s')) return "text";
    return "varchar(" + type.substr(1) + ")";
}

/// CREATE TABLE and CREATE INDEX, without what Opusclaw adds.
inline std::vector<std::string> statements_for(Engine engine, const NewApiTable& table) {
    std::string create = "CREATE TABLE \"" + table.name + "\" (", key, unique;
    for (const NewApiColumn& column : table.columns) {
        if (column.has("opus")) continue;
        create += "\"" + column.name + "\" " + declared_type(engine, column.type);
        if (column.has("nn")) create += " NOT NULL";
        const bool big = column.type == "ltext" || column.type == "text";
        std::string initial = column.initial;
        if (engine != Engine::Postgres && initial == "true") initial = "1";
        if (engine != Engine::Postgres && initial == "false") initial = "0";
        if (!initial.empty() && !(engine == Engine::Mysql && big)) create += " DEFAULT " + initial;
        create += ", ";
        if (column.has("pk") || column.type == "id" || column.type == "uid")
            key.append(key.empty() ? "" : ", ").append("\"" + column.name + "\"");
        if (column.has("uq"))
            unique += ", CONSTRAINT \"uni_" + table.name + "_" + column.name + "\" UNIQUE (\"" + column.name +
                      "\")";
    }
    std::vector<std::string> all = {create + "PRIMARY KEY (" + key + ")" + unique + ")"};
    for (const NewApiIndex& index : table.indexes) {
        std::string columns;
        for (const std::string_view name : text::split(index.columns, ','))
            columns.append(columns.empty() ? "\"" : ", \"").append(name).append("\"");
        all.push_back(std::string(index.unique ? "CREATE UNIQUE INDEX \"" : "CREATE INDEX \"") + index.name +
                      "\" ON \"" + table.name + "\" (" + columns + ")" +
                      (index.live && engine != Engine::Mysql ? " WHERE \"deleted_at\" IS NULL" : ""));
    }
    return all;
}

/// A column as the engine describes it.
struct DescribedColumn {
    std::string name, type;
    bool not_null = false;
    std::optional<std::string> initial;
};

inline std::vector<DescribedColumn> described(Reader& db, const std::string& table) {
    constexpr Column<DescribedColumn> kColumns[] = {{"name", &DescribedColumn::name},
                                                    {"type", &DescribedColumn::type},
                                                    {"required", &DescribedColumn::not_null},
                                                    {"initial", &DescribedColumn::initial}};
    constexpr std::string_view kSqlite =
        R"(FROM (SELECT "name", lower("type") AS "type", "notnull" AS "required", "dflt_value" AS "initial")"
        R"( FROM pragma_table_info(:t)) "found")";
    constexpr std::string_view kMysql =
        R"(FROM (SELECT COLUMN_NAME AS "name", COLUMN_TYPE AS "type", IS_NULLABLE = 'NO' AS "required",)"
        R"( COLUMN_DEFAULT AS "initial" FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE())"
        R"( AND TABLE_NAME = :t ORDER BY ORDINAL_POSITION) "found")";
    constexpr std::string_view kPostgres =
        R"(FROM (SELECT a.attname AS "name", format_type(a.atttypid, a.atttypmod) AS "type", a.attnotnull AS "required",)"
        R"( pg_get_expr(d.adbin, d.adrelid) AS "initial" FROM pg_attribute a LEFT JOIN pg_attrdef d ON)"
        R"( d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid = CAST(CAST(:t AS text) AS regclass))"
        R"( AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) "found")";
    const std::string_view rest = db.engine() == Engine::Sqlite  ? kSqlite
                                  : db.engine() == Engine::Mysql ? kMysql
                                                                 : kPostgres;
    return db.select<DescribedColumn>(kColumns, rest, {{"t", table}});
}

}    // namespace opusclaw::store
