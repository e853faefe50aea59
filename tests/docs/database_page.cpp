// tests/docs/database_page.cpp: docs/DATABASE.md, from the tables of store/schema*.cpp.
#include <algorithm>
#include <utility>

#include "docs/markdown.h"
#include "docs/pages.h"
#include "store/schema.h"

namespace opusclaw::docs {

namespace {

using store::ColumnSpec;
using store::Engine;
using store::TableSpec;

constexpr std::string_view kBeginning = R"(# Database

<!-- Made from src/store/schema*.cpp by `./dev docs`; do not edit here. -->

Opusclaw keeps its data in SQLite, PostgreSQL, or MySQL and MariaDB, in the tables that New API has. `SQL_DSN` chooses the
database, `LOG_SQL_DSN` a second one for the logs ([CONFIGURATION.md](CONFIGURATION.md)).

## A database of New API, opened in place

At its start a master brings the database up to date, under a lock: two nodes that start together wait for each other. A
slave changes nothing, and does not start as long as something is missing.

- Tables, columns and indexes that are missing are added. Rows of an older version get the column's default.
- Nothing is dropped, no row is rewritten, and columns that are wider than here stay as they are.
- On PostgreSQL and MySQL three old columns get the type they have here, which loses no value: `tokens.key` (was char(48)),
  `tokens.model_limits` (was varchar(1024)), `subscription_plans.price_amount` (was a float).
- A unique index that the rows at hand contradict is left out, with a warning in the log.
- On MySQL the database and its tables must have a character set that holds Chinese (utf8mb4, utf8, gbk, big5, gb18030).
- On SQLite the file is used with a write-ahead log, and stays in this mode.

## And given back

Stop Opusclaw, start New API on the same database. It finds its own tables with their types unchanged and everything that
was written in the meantime, and does not look at what is ours: the tables that begin with `opus_`, the
indexes that begin with `opus_idx_`, the column `midjourneys.private_data`. They may stay, for the way back, or be dropped. On
PostgreSQL `logs` and `quota_data` keep `autovacuum_vacuum_insert_scale_factor = 0.02`; `ALTER TABLE … RESET` takes it back.

JSON columns are written on SQLite as New API does it, as BLOBs; both forms are read.

## Rules

- A column may be NULL unless it says *not NULL*; zero, false and the empty text are written, not NULL, where a value is
  merely absent. There are no foreign keys.
- Balances of users are 32 bits on PostgreSQL and MySQL, as New API has them: a change that a person asks for is refused
  when it does not fit, counters stop at the limit.
- On MySQL tables are InnoDB, and texts are limited to 191 characters where `varchar(191)` stands.
- A row with `deleted_at` is deleted for everybody but the database.
)";

constexpr std::string_view kOwn = "opus_";

std::string anchor(const TableSpec& table) {
    return "[`" + std::string(table.name) + "`](#" + std::string(table.name) + ")";
}

std::string overview() {
    std::string own, theirs;
    for (const TableSpec& table : store::all_tables()) {
        std::string& list = table.name.starts_with(kOwn) ? own : theirs;
        list += row({anchor(table), cell(table.purpose)});
    }
    const std::string titles = head({"table", "what it holds"});
    std::string logs;
    for (const TableSpec& table : store::log_tables()) logs += (logs.empty() ? "" : ", ") + anchor(table);
    return "\n## Tables of New API\n\n" + titles + theirs + "\n## Tables of Opusclaw\n\n" + titles + own +
           "\nA database for logs has only " + logs + ".\n";
}

std::string remarks(const TableSpec& table, const ColumnSpec& column) {
    std::string text;
    const auto add = [&text](std::string_view words) { text.append(text.empty() ? "" : ", ").append(words); };
    if (std::ranges::find(table.primary_key, column.name) != table.primary_key.end()) add("primary key");
    if (column.not_null) add("not NULL");
    if (!column.initial.empty()) add("default " + code(column.initial));
    return text;
}

std::string columns(const TableSpec& table) {
    std::string text = head({"column", "SQLite", "MySQL, MariaDB", "PostgreSQL", "", "meaning"});
    for (const ColumnSpec& column : table.columns)
        text += row({code(column.name), store::column_type(Engine::Sqlite, column),
                     store::column_type(Engine::Mysql, column), store::column_type(Engine::Postgres, column),
                     remarks(table, column), cell(column.purpose)});
    return text;
}

std::string index_line(const store::IndexSpec& index) {
    std::string names;
    for (const std::string_view name : index.columns) names.append(names.empty() ? "" : ", ").append(name);
    std::string line = "- `" + index.name + "` (" + names + ")" + (index.unique ? ", unique" : "");
    for (const auto& [engine, words] : {std::pair{Engine::Sqlite, ", on SQLite with "},
                                        std::pair{Engine::Postgres, ", on PostgreSQL with "}}) {
        std::string more;
        for (const std::string_view name : store::more_columns(engine, index))
            more.append(more.empty() ? "" : ", ").append(name);
        if (!more.empty()) line += words + more;
    }
    if (!index.condition.empty())
        line += ", where " + code(index.condition) + (index.postgres_only ? "" : " (MySQL: all rows)");
    if (index.postgres_only) line += ", on PostgreSQL only";
    return line + "\n";
}

std::string indexes(const TableSpec& table) {
    std::string text;
    for (const store::IndexSpec& index : store::indexes_of(table)) text += index_line(index);
    for (const ColumnSpec& column : table.columns)
        if (column.index == store::ColumnIndex::PlainAndConstraint)
            text += "- " + code(column.name) + " is unique by a constraint\n";
    return text.empty() ? text : "\nIndexes:\n\n" + text;
}

}    // namespace

std::string database_page() {
    std::string page(kBeginning);
    page += overview();
    for (const TableSpec& table : store::all_tables()) {
        page += "\n### " + std::string(table.name) + "\n\n" + std::string(table.purpose);
        if (table.primary_key.size() > 1) {
            page += " Primary key: ";
            for (const std::string_view name : table.primary_key)
                page += (name == table.primary_key.front() ? "" : ", ") + std::string(name);
            page += ".";
        }
        page += "\n\n" + columns(table) + indexes(table);
    }
    return page;
}

}    // namespace opusclaw::docs
