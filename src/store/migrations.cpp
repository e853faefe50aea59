// store/migrations.cpp: opens a database of any age in place. Everything happens in one write transaction: on SQLite that is
// the lock which keeps two starting processes apart, and a failed step leaves the database as it was.
#include "store/migrations.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "store/schema.h"

namespace opusclaw::store {

namespace {

struct Named {
    std::string name;
};
constexpr Column<Named> kNamed[] = {{"name", &Named::name}};

std::vector<std::string> names(Reader& db, std::string_view rest, std::string_view table) {
    std::vector<std::string> found;
    for (Named& row : db.select<Named>(kNamed, rest, {{"table", std::string(table)}}))
        found.push_back(row.name);
    return found;
}

bool has(const std::vector<std::string>& all, std::string_view name) {
    return std::ranges::any_of(all, [name](const std::string& one) { return text::iequals(one, name); });
}

std::vector<std::string> columns_of(Reader& db, std::string_view table) {
    return names(db, "FROM pragma_table_info(:table)", table);
}

std::vector<std::string> index_names(Reader& db, std::string_view table) {
    return names(db, R"(FROM "sqlite_master" WHERE "type" = 'index' AND "tbl_name" = :table)", table);
}

void add_missing_columns(Transaction& tx, const TableSpec& table, const std::vector<std::string>& present) {
    for (const ColumnSpec& column : table.columns) {
        if (has(present, column.name)) continue;
        tx.execute(add_column_sql(tx.engine(), table, column));
        log::info("database: added the column {}.{}", table.name, column.name);
    }
}

void add_missing_indexes(Transaction& tx, const TableSpec& table) {
    const std::vector<std::string> present = index_names(tx, table.name);
    for (const IndexSpec& index : indexes_of(table)) {
        if (has(present, index.name)) continue;
        try {
            tx.execute(create_index_sql(tx.engine(), table, index));
        } catch (const Error& error) {
            if (error.code != "unique_violation") throw;
            log::warning("database: the unique index {} is left out, rows of {} contradict it", index.name,
                         table.name);
        }
    }
}

}    // namespace

void complete_schema(Transaction& tx) {
    for (const TableSpec& table : all_tables()) {
        const std::vector<std::string> present = columns_of(tx, table.name);
        if (present.empty())
            tx.execute(create_table_sql(tx.engine(), table));
        else
            add_missing_columns(tx, table, present);
        add_missing_indexes(tx, table);
    }
}

void run_migrations(Transaction& tx, std::span<const Migration> migrations, const Clock& clock) {
    for (const Migration& migration : migrations) {
        const Parameters number = {{"number", migration.number}};
        if (tx.integer(R"(SELECT COUNT(*) FROM "opus_migrations" WHERE "number" = :number)", number) != 0)
            continue;
        migration.run(tx);
        tx.execute(
            R"(INSERT INTO "opus_migrations" ("number", "name", "applied_at") VALUES (:number, :name, :at))",
            {{"number", migration.number},
             {"name", std::string(migration.name)},
             {"at", std::int64_t{to_unix(clock.unix_now())}}});
        log::info("database: migration {} ({}) done", migration.number, migration.name);
    }
}

std::span<const Migration> own_migrations() {
    return {};    // the tables alone are enough so far
}

void migrate(Database& database) {
    database.write_now([](Transaction& tx) {
        complete_schema(tx);
        run_migrations(tx, own_migrations(), system_clock());
    });
}

}    // namespace opusclaw::store
