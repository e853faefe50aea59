// store/migrations.cpp: opens a database of any age in place, under a lock that keeps two starting processes apart: on SQLite the
// write transaction itself, on PostgreSQL an advisory lock of the transaction, on MySQL a named lock of the connection, because
// there each change of a table ends the transaction.
#include "store/migrations.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "store/catalog_queries.h"
#include "store/journal_cursors.h"
#include "store/schema_parts.h"
#include "store/sql.h"
#include "store/usage.h"

namespace opusclaw::store {

namespace {

// --- the lock

constexpr std::string_view kPostgresLock = "SELECT pg_advisory_xact_lock(7818201946)";
// Locks of MySQL are the server's, not the database's. The most a name may have is 64 characters.
constexpr std::string_view kMysqlLock =
    "SELECT GET_LOCK(CONCAT('opus:', LEFT(MD5(DATABASE()), 32)), :seconds)";
constexpr std::string_view kMysqlUnlock = "SELECT RELEASE_LOCK(CONCAT('opus:', LEFT(MD5(DATABASE()), 32)))";
constexpr std::int64_t kLockSeconds = 600;

/// Held as long as the object lives, or to the end of the transaction.
class MigrationLock {
public:
    explicit MigrationLock(Transaction& tx) : tx_(tx) {
        if (tx.engine() == Engine::Postgres) tx.execute(kPostgresLock);
        if (tx.engine() != Engine::Mysql) return;
        if (tx.integer(kMysqlLock, {{"seconds", kLockSeconds}}) != 1)
            throw Error(ErrorKind::Unavailable, "database_error", Message::key("common.database_error"),
                        "another process keeps changing the tables");
    }
    ~MigrationLock() {
        if (tx_.engine() != Engine::Mysql) return;
        try {
            tx_.integer(kMysqlUnlock);
        } catch (const Error& error) {
            log::warning("database: the lock is released only with the connection: {}", error.what());
        }
    }
    MigrationLock(const MigrationLock&) = delete;
    MigrationLock& operator=(const MigrationLock&) = delete;

private:
    Transaction& tx_;
};

// --- columns and indexes

bool has(const std::vector<std::string>& all, std::string_view name) {
    return std::ranges::any_of(all, [name](const std::string& one) { return text::iequals(one, name); });
}

bool has(const std::vector<FoundColumn>& all, std::string_view name) {
    return std::ranges::any_of(all, [name](const FoundColumn& one) { return text::iequals(one.name, name); });
}

void add_missing_columns(Transaction& tx, const TableSpec& table, const std::vector<FoundColumn>& present) {
    for (const ColumnSpec& column : table.columns) {
        if (has(present, column.name)) continue;
        tx.execute(add_column_sql(tx.engine(), table, column));
        log::info("database: added the column {}.{}", table.name, column.name);
    }
}

void add_missing_indexes(Transaction& tx, const TableSpec& table) {
    const std::vector<std::string> present = index_names(tx, table.name);
    for (const IndexSpec& index : indexes_of(table)) {
        if (!is_index_of(tx.engine(), index) || has(present, index.name)) continue;
        const bool made = unless_taken(
            tx, [&](Transaction& inner) { inner.execute(create_index_sql(inner.engine(), table, index)); });
        if (!made)
            log::warning("database: the unique index {} is left out, rows of {} contradict it", index.name,
                         table.name);
    }
}

// --- types of old columns

struct OldColumn {
    std::string_view table, column;
    std::array<std::string_view, 3> good;    // names of the type that need no change
    enum class OnFailure { Go, Stop } on_failure;
};

// Spec 01 section 1.3 (a), (b), and char(48), from which PostgreSQL cuts the blanks when it is made a varchar.
constexpr OldColumn kOldColumns[] = {
    {"subscription_plans", "price_amount", {"numeric", "decimal"}, OldColumn::OnFailure::Go},
    {"tokens", "model_limits", {"text", "mediumtext", "longtext"}, OldColumn::OnFailure::Stop},
    {"tokens", "key", {"character varying", "varchar", "text"}, OldColumn::OnFailure::Go},
};

/// What it is declared as now; whether it takes NULL stays as it was found.
std::string alter_sql(Engine engine, const OldColumn& old, const FoundColumn& found) {
    const auto table = std::ranges::find(all_tables(), old.table, &TableSpec::name);
    ColumnSpec column = *std::ranges::find(table->columns, old.column, &ColumnSpec::name);
    column.not_null = found.not_null;
    return alter_column_sql(engine, *table, column, found.collation);
}

void alter(Transaction& tx, const OldColumn& old) {
    const std::vector<FoundColumn> columns = columns_of(tx, old.table);
    const auto found = std::ranges::find(columns, old.column, &FoundColumn::name);
    if (found == columns.end() || std::ranges::find(old.good, text::lower(found->type)) != old.good.end())
        return;
    try {
        inside_savepoint(tx,
                         [&](Transaction& inner) { inner.execute(alter_sql(inner.engine(), old, *found)); });
        log::info("database: the column {}.{} has its present type now", old.table, old.column);
    } catch (const Error& error) {
        if (old.on_failure == OldColumn::OnFailure::Stop) throw;
        log::error("database: the column {}.{} stays a {}: {}", old.table, old.column, found->type,
                   error.what());
    }
}

}    // namespace

void alter_old_columns(Transaction& tx) {
    if (tx.engine() == Engine::Sqlite) return;
    for (const OldColumn& old : kOldColumns) alter(tx, old);
}

void complete_schema(Transaction& tx, std::span<const TableSpec> tables) {
    for (const TableSpec& table : tables) {
        const std::vector<FoundColumn> present = columns_of(tx, table.name);
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

namespace {

// These got their further columns later than the others.
constexpr std::string_view kOwnRows = "idx_user_id_id", kOwnModels = "idx_logs_user_id";

/// 0: another engine.
std::int64_t postgres_version(Transaction& tx) {
    if (tx.engine() != Engine::Postgres) return 0;
    return tx.integer("SELECT CAST(current_setting('server_version_num') AS bigint)").value_or(0);
}

/// Whether it has as many columns as it should have here. On SQLite and PostgreSQL.
bool is_wide(Transaction& tx, const IndexSpec& index) {
    const std::string columns = tx.engine() == Engine::Sqlite
                                    ? "SELECT COUNT(*) FROM pragma_index_info('" + index.name + "')"
                                    : "SELECT COUNT(*) FROM pg_attribute WHERE attrelid = to_regclass('" +
                                          index.name + "')";
    const std::size_t wanted = index.columns.size() + more_columns(tx.engine(), index).size();
    return static_cast<std::size_t>(tx.integer(columns).value_or(0)) == wanted;
}

/// Indexes that New API makes with fewer columns, or we did before; one of that name is taken for the same.
void widen(Transaction& tx, bool (*chosen)(std::string_view name)) {
    for (const TableSpec& table : all_tables()) {
        if (columns_of(tx, table.name).empty()) continue;    // a log database
        for (const IndexSpec& index : indexes_of(table)) {
            if (more_columns(tx.engine(), index).empty() || !chosen(index.name) || is_wide(tx, index))
                continue;
            const std::string any = "SELECT 1 FROM \"" + std::string(table.name) + "\" LIMIT 1";
            if (tx.integer(any)) log::info("database: makes the index {} anew", index.name);
            tx.execute("DROP INDEX IF EXISTS \"" + index.name + "\"");
            tx.execute(create_index_sql(tx.engine(), table, index));
        }
    }
}

void widen_indexes(Transaction& tx) {
    widen(tx, [](std::string_view name) { return name != kOwnRows; });
}

void widen_own_rows(Transaction& tx) {
    widen(tx, [](std::string_view name) { return name == kOwnRows; });
}

void widen_own_models(Transaction& tx) {
    widen(tx, [](std::string_view name) { return name == kOwnModels; });
}

/// The indexes of before have no times. And PostgreSQL trusts an index alone only for rows that a vacuum has been at: by itself that
/// comes when a fifth of the table is new.
void put_times_into_indexes(Transaction& tx) {
    widen(tx, [](std::string_view) { return true; });
    constexpr std::int64_t kVacuumsNewRows = 130'000;
    if (postgres_version(tx) < kVacuumsNewRows) return;
    for (const std::string_view table : {"logs", "quota_data", "opus_usage_hourly", "opus_usage_totals"}) {
        if (columns_of(tx, table).empty()) continue;    // a log database
        tx.execute("ALTER TABLE \"" + std::string(table) +
                   "\" SET (autovacuum_vacuum_insert_scale_factor = 0.02)");
    }
}

/// PostgreSQL puts rows where there is room, so those of one user lie all over the table. With the amounts in their key sums are
/// read from that alone; the other engines keep the whole rows there anyway.
void cover_usage(Transaction& tx) {
    constexpr std::int64_t kHasInclude = 110'000;
    if (postgres_version(tx) < kHasInclude) return;
    for (const auto& [table, key] :
         {std::pair{"opus_usage_hourly",
                    R"("user_id", "hour", "token_id", "channel_id", "model_name", "group", "type")"},
          std::pair{"opus_usage_totals",
                    R"("channel_id", "seconds", "start", "model_name", "group", "type")"}}) {
        const std::string alter = "ALTER TABLE \"" + std::string(table) + "\" ";
        const std::string name = "\"" + std::string(table) + "_pkey\"";
        tx.execute(alter + "DROP CONSTRAINT IF EXISTS " + name);
        tx.execute(alter + "ADD CONSTRAINT " + name + " PRIMARY KEY (" + key +
                   R"() INCLUDE ("requests", "quota", "prompt_tokens", "completion_tokens"))");
    }
}

}    // namespace

std::span<const Migration> own_migrations() {
    static const Migration kMigrations[] = {
        {.number = 1, .name = "usage totals", .run = fill_usage_totals},
        {.number = 2, .name = "database id", .run = give_database_id},
        {.number = 3, .name = "wider indexes", .run = widen_indexes},
        {.number = 4, .name = "usage in its keys", .run = cover_usage},
        {.number = 5, .name = "a user's own rows", .run = widen_own_rows},
        {.number = 6, .name = "times in indexes", .run = put_times_into_indexes},
        {.number = 7, .name = "a user's models", .run = widen_own_models},
    };
    return kMigrations;
}

namespace {

enum class Role { Main, LogsOnly };

void migrate_one(Database& database, Role role) {
    database.write_now([&database, role](Transaction& tx) {
        const MigrationLock lock(tx);
        check_mysql(tx);
        if (role == Role::Main) alter_old_columns(tx);
        complete_schema(tx, role == Role::Main ? all_tables() : log_tables());
        if (tx.engine() == Engine::Mysql) {
            tx.execute("COMMIT");    // the changes of tables have ended the transaction already
            tx.execute("BEGIN");
        }
        run_migrations(tx, own_migrations(), system_clock());
        if (role == Role::LogsOnly || !database.logs_are_apart()) note_uncounted_logs(tx);
        if (tx.engine() == Engine::Mysql) tx.execute("COMMIT");    // before the lock is released
    });
}

}    // namespace

void migrate(Database& database) {
    try {
        migrate_one(database, Role::Main);
        if (database.logs_are_apart()) migrate_one(database.logs(), Role::LogsOnly);
    } catch (const Error& error) {
        throw std::runtime_error("the database cannot be brought up to date: " + error.detail);
    }
}

void require_migrated(Database& database) {
    const auto check = [](Reader& db, std::span<const TableSpec> tables) {
        for (const TableSpec& table : tables) {
            const std::vector<FoundColumn> present = columns_of(db, table.name);
            for (const ColumnSpec& column : table.columns)
                if (!has(present, column.name))
                    throw std::runtime_error("the database lacks " + std::string(table.name) + "." +
                                             std::string(column.name) +
                                             ": start a master of this version first");
        }
    };
    const auto look = [&check](Database& where, std::span<const TableSpec> tables) {
        where.read_now([&](Reader& db) {
            check_mysql(db);
            check(db, tables);
        });
    };
    look(database, all_tables());
    if (database.logs_are_apart()) look(database.logs(), log_tables());
}

}    // namespace opusclaw::store
