// tests/unit/store/schema_test.cpp: tables as spec 01 section 2 lists them, on a fresh database, and how they are completed and
// migrated (store/schema.h, store/migrations.h). Databases of New API are in new_api_database_test.cpp.
#include "store/schema.h"

#include <gtest/gtest.h>

#include <future>
#include <map>
#include <set>
#include <thread>

#include "store/catalog_queries.h"
#include "store/migrations.h"
#include "unit/store/new_api_tables.h"
#include "unit/store/temp_database.h"

namespace opusclaw::store {
namespace {

std::set<std::string> indexes_in(Database& database, const std::string& table) {
    const auto names = read_one(database, [&](Reader& db) { return index_names(db, table); });
    std::set<std::string> all;
    for (const std::string& name : names)
        if (!name.starts_with("sqlite_autoindex") && name != "PRIMARY" && !name.ends_with("_pkey") &&
            !name.starts_with("uni_"))
            all.insert(name);
    return all;
}

std::map<std::string, DescribedColumn> columns_in(Database& database, const std::string& table) {
    std::map<std::string, DescribedColumn> all;
    for (DescribedColumn& column : read_one(database, [&](Reader& db) { return described(db, table); }))
        all.emplace(column.name, std::move(column));
    return all;
}

/// What two makers of the same table make: the chapter's list, by hand, and ours.
void expect_same(const DescribedColumn& got, const DescribedColumn& wanted, const std::string& where) {
    EXPECT_EQ(got.type, wanted.type) << where;
    EXPECT_EQ(got.not_null, wanted.not_null) << where;
    EXPECT_EQ(got.initial, wanted.initial) << where;
}

std::set<std::string> own_indexes_of_logs(Engine engine) {
    if (engine != Engine::Postgres) return {"opus_idx_logs_other_types"};
    return {"opus_idx_logs_other_types", "opus_idx_logs_other_user_id", "opus_idx_logs_other_username",
            "opus_idx_logs_other_model_name", "opus_idx_logs_other_channel_id"};
}

TEST(Schema, MakesTheTablesOfTheSpecification) {
    const TempDatabase file, by_hand;
    const auto database = file.open_migrated(), other = by_hand.open();
    for (const NewApiTable& table : new_api_tables()) {
        run_all(*other, statements_for(other->engine(), table));
        const auto got = columns_in(*database, table.name), wanted = columns_in(*other, table.name);
        EXPECT_EQ(got.size(), table.columns.size()) << table.name;
        for (const auto& [name, column] : wanted) {
            ASSERT_TRUE(got.contains(name)) << table.name << "." << name;
            // Spec 01 section 2.17: on SQLite the price has no default; a harmless one here.
            if (table.name == "subscription_plans" && name == "price_amount") continue;
            expect_same(got.at(name), column, table.name + "." + name);
        }
        auto indexes = indexes_in(*other, table.name);
        if (std::string_view(table.name) == "logs") indexes.merge(own_indexes_of_logs(database->engine()));
        if (std::string_view(table.name) == "quota_data")
            indexes.insert({"opus_idx_qdt_models", "opus_idx_qdt_name_times", "opus_idx_qdt_users"});
        EXPECT_EQ(indexes_in(*database, table.name), indexes) << table.name;
    }
}

TEST(Schema, SaysInTheEnginesOwnWordsWhatMattersMost) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    const auto users = columns_in(*database, "users"), channels = columns_in(*database, "channels");
    const auto type = [&](std::string sqlite, std::string mysql, std::string postgres) {
        return database->engine() == Engine::Sqlite  ? sqlite
               : database->engine() == Engine::Mysql ? mysql
                                                     : postgres;
    };
    EXPECT_EQ(users.at("quota").type, type("int", "int(11)", "integer"));
    EXPECT_EQ(users.at("access_token").type, type("char(32)", "char(32)", "character(32)"));
    EXPECT_EQ(users.at("email").type, type("text", "varchar(191)", "text"));
    EXPECT_EQ(users.at("group").type, type("varchar(64)", "varchar(64)", "character varying(64)"));
    EXPECT_EQ(users.at("deleted_at").type, type("datetime", "datetime(3)", "timestamp with time zone"));
    EXPECT_EQ(channels.at("balance").type, type("real", "double", "numeric"));
    EXPECT_EQ(channels.at("weight").type, type("integer", "bigint(20) unsigned", "bigint"));
    EXPECT_EQ(channels.at("key").type, type("text", "longtext", "text"));
    EXPECT_TRUE(users.at("password").not_null);
    EXPECT_EQ(indexes_in(*database, "logs").size(), 13 + own_indexes_of_logs(database->engine()).size());
}

TEST(Schema, MakesItsOwnTables) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    for (const TableSpec& table : all_tables())
        EXPECT_FALSE(columns_in(*database, std::string(table.name)).empty()) << table.name;
    EXPECT_EQ(all_tables().size(), 36U) << "25 of New API";
    EXPECT_NO_THROW(require_migrated(*database));
    run_all(*database, {R"(DROP TABLE "checkins")"});
    EXPECT_THROW(require_migrated(*database), std::runtime_error);
}

TEST(Schema, IsCompletedOnlyOnce) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    run_all(*database, {R"(INSERT INTO "options" ("key", "value") VALUES ('a', 'b'))"});
    migrate(*database);
    EXPECT_EQ(read_one(*database, [](Reader& db) { return db.integer(R"(SELECT COUNT(*) FROM "options")"); }),
              1);
}

TEST(Schema, LeavesOutAUniqueIndexThatRowsContradict) {
    const TempDatabase file;
    const auto database = file.open();
    run_all(
        *database,
        {R"(CREATE TABLE "users" ("id" integer, "username" varchar(191), "password" text NOT NULL, "aff_code" varchar(32), PRIMARY KEY ("id")))",
         R"(INSERT INTO "users" ("id", "username", "password", "aff_code") VALUES (1, 'a', '', ''), (2, 'b', '', ''))"});
    migrate(*database);
    const std::set<std::string> indexes = indexes_in(*database, "users");
    EXPECT_FALSE(indexes.contains("idx_users_aff_code"));
    EXPECT_TRUE(indexes.contains("idx_users_access_token"));
}

TEST(Migrations, RunOnceAndInOrder) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    std::vector<int> ran;
    const Migration migrations[] = {
        {.number = 1001, .name = "first", .run = [&](Transaction&) { ran.push_back(1); }},
        {.number = 1002, .name = "second", .run = [&](Transaction&) { ran.push_back(2); }}};
    const ManualClock clock;
    for (const std::size_t count : {1U, 2U, 2U})
        database->write_now(
            [&](Transaction& tx) { run_migrations(tx, std::span(migrations).first(count), clock); });
    EXPECT_EQ(ran, (std::vector<int>{1, 2}));
}

TEST(Migrations, MakeTheIndexOfBeforeTellMore) {
    if (tested_engine() != Engine::Sqlite) GTEST_SKIP() << "servers keep theirs";
    const TempDatabase file;
    const auto database = file.open_migrated();
    run_all(*database,
            {R"(DROP INDEX "opus_idx_logs_other_types")",
             R"(CREATE INDEX "opus_idx_logs_other_types" ON "logs" ("type", "id") WHERE "type" <> 2)",
             R"(DROP INDEX "idx_user_id_id")", R"(CREATE INDEX "idx_user_id_id" ON "logs" ("user_id", "id"))",
             R"(DELETE FROM "opus_migrations" WHERE "number" IN (3, 5))"});
    const auto columns = [&](const std::string& index) {
        return read_one(*database, [&](Reader& db) {
            return db.integer("SELECT COUNT(*) FROM pragma_index_info('" + index + "')");
        });
    };
    EXPECT_EQ(columns("opus_idx_logs_other_types"), 2);
    EXPECT_EQ(columns("idx_user_id_id"), 2);
    migrate(*database);
    EXPECT_EQ(columns("opus_idx_logs_other_types"), 9);
    EXPECT_EQ(columns("idx_user_id_id"), 5);
}

TEST(Migrations, MakeOnlyNarrowIndexesAnew) {
    if (tested_engine() != Engine::Postgres) GTEST_SKIP() << "about PostgreSQL's";
    const TempDatabase file;
    const auto database = file.open_migrated();
    run_all(*database,
            {R"(DROP INDEX "idx_logs_username")",
             R"(CREATE INDEX "idx_logs_username" ON "logs" ("username", "id"))",
             R"(DROP INDEX "idx_logs_user_id")", R"(CREATE INDEX "idx_logs_user_id" ON "logs" ("user_id"))",
             R"(DELETE FROM "opus_migrations" WHERE "number" IN (3, 6, 7))"});
    const auto number = [&](const std::string& sql) {
        return read_one(*database, [&](Reader& db) { return db.integer(sql); });
    };
    const std::string file_of_group = "SELECT CAST(pg_relation_filenode('idx_logs_group') AS bigint)";
    const auto before = number(file_of_group);
    migrate(*database);
    const auto columns = [&](const std::string& index) {
        return number("SELECT COUNT(*) FROM pg_attribute WHERE attrelid = to_regclass('" + index + "')");
    };
    EXPECT_EQ(columns("idx_logs_username"), 3);
    EXPECT_EQ(columns("idx_logs_user_id"), 4);
    EXPECT_EQ(number(file_of_group), before) << "as wide as it should be";
    EXPECT_EQ(number("SELECT COUNT(*) FROM pg_class WHERE relname = 'logs' AND"
                     " 'autovacuum_vacuum_insert_scale_factor=0.02' = ANY (reloptions)"),
              1);
}

TEST(Migrations, MakeTheIndexOfAUsersModelsAnewAlone) {
    if (tested_engine() != Engine::Postgres) GTEST_SKIP() << "about PostgreSQL's";
    const TempDatabase file;
    const auto database = file.open_migrated();
    run_all(*database,
            {R"(DROP INDEX "idx_logs_user_id")", R"(CREATE INDEX "idx_logs_user_id" ON "logs" ("user_id"))",
             R"(DELETE FROM "opus_migrations" WHERE "number" = 7)"});
    migrate(*database);
    EXPECT_EQ(read_one(*database,
                       [](Reader& db) {
                           return db.integer(
                               "SELECT COUNT(*) FROM pg_attribute"
                               " WHERE attrelid = to_regclass('idx_logs_user_id')");
                       }),
              4);
}

TEST(Schema, AddsEachColumnOfItsOwnTablesWhereItIsMissing) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    for (const TableSpec& table : all_tables()) {
        if (!table.name.starts_with("opus_")) continue;
        for (const ColumnSpec& column : table.columns) {
            const bool indexed = std::ranges::any_of(table.indexes, [&](const IndexSpec& index) {
                return std::ranges::find(index.columns, column.name) != index.columns.end();
            });
            if (indexed || std::ranges::find(table.primary_key, column.name) != table.primary_key.end())
                continue;
            run_all(*database, {"ALTER TABLE \"" + std::string(table.name) + "\" DROP COLUMN \"" +
                                std::string(column.name) + "\""});
        }
    }
    EXPECT_THROW(require_migrated(*database), std::runtime_error);
    migrate(*database);
    EXPECT_NO_THROW(require_migrated(*database));
}

TEST(Migrations, LeaveNothingBehindWhenTheyFail) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    const Migration failing[] = {{.number = 1001, .name = "fails", .run = [](Transaction& tx) {
                                      tx.execute(
                                          R"(INSERT INTO "opus_state" ("name", "value") VALUES ('half', 1))");
                                      throw std::runtime_error("in the middle");
                                  }}};
    const ManualClock clock;
    EXPECT_THROW(database->write_now([&](Transaction& tx) { run_migrations(tx, failing, clock); }),
                 std::runtime_error);
    database->read_now([](Reader& db) {
        EXPECT_EQ(db.integer(R"(SELECT COUNT(*) FROM "opus_state" WHERE "name" = 'half')"), 0);
        EXPECT_EQ(db.integer(R"(SELECT COUNT(*) FROM "opus_migrations" WHERE "number" > 1000)"), 0);
    });
}

TEST(Migrations, LetTwoNodesStartTogether) {
    const TempDatabase file;
    constexpr int kNodes = 4;
    std::vector<std::future<void>> nodes;
    for (int i = 0; i < kNodes; ++i)
        nodes.push_back(std::async(std::launch::async, [&file] { file.open_migrated(); }));
    for (std::future<void>& node : nodes) EXPECT_NO_THROW(node.get());
    const auto database = file.open();
    EXPECT_NO_THROW(require_migrated(*database));
}

TEST(SchemaSql, NamesTypesAsEachEngineDoes) {
    const TableSpec table{
        .name = "t",
        .columns = {{.name = "id", .type = ColumnType::Id},
                    {.name = "note", .type = ColumnType::LongText, .initial = "''"},
                    {.name = "name", .type = ColumnType::S191, .index = ColumnIndex::PlainAndConstraint}},
        .primary_key = {"id"},
        .indexes = {}};
    EXPECT_EQ(
        create_table_sql(Engine::Mysql, table),
        R"(CREATE TABLE "t" ("id" bigint AUTO_INCREMENT, "note" longtext, "name" varchar(191), )"
        R"(PRIMARY KEY ("id"), CONSTRAINT "uni_t_name" UNIQUE ("name"), KEY "idx_t_name" ("name")) ENGINE=InnoDB)");
    EXPECT_EQ(create_table_sql(Engine::Postgres, table),
              R"(CREATE TABLE "t" ("id" bigserial, "note" text DEFAULT '', "name" text, )"
              R"(PRIMARY KEY ("id"), CONSTRAINT "uni_t_name" UNIQUE ("name")))");
}

}    // namespace
}    // namespace opusclaw::store
