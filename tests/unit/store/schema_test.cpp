// tests/unit/store/schema_test.cpp: tables as spec 01 section 2 lists them, on a fresh SQLite file and on one that an older New
// API left (store/schema.h, store/migrations.h).
#include "store/schema.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "store/migrations.h"
#include "unit/store/temp_database.h"

namespace opusclaw::store {
namespace {

struct Described {
    std::string name, type;
    std::optional<std::string> initial;
    bool not_null = false;
};
constexpr Column<Described> kDescribed[] = {{"name", &Described::name},
                                            {"type", &Described::type},
                                            {"dflt_value", &Described::initial},
                                            {"notnull", &Described::not_null}};

std::map<std::string, Described> columns_of(Database& database, const std::string& table) {
    return read_one(database, [&](Reader& db) {
        std::map<std::string, Described> all;
        for (const Described& column :
             db.select<Described>(kDescribed, "FROM pragma_table_info(:t)", {{"t", table}}))
            all.emplace(column.name, column);
        return all;
    });
}

std::set<std::string> indexes_in(Database& database, const std::string& table) {
    return read_one(database, [&](Reader& db) {
        std::set<std::string> all;
        constexpr std::string_view kRest =
            R"(FROM "sqlite_master" WHERE "type" = 'index' AND "tbl_name" = :t AND "sql" IS NOT NULL)";
        struct Name {
            std::string name;
        };
        constexpr Column<Name> kName[] = {{"name", &Name::name}};
        for (const Name& index : db.select<Name>(kName, kRest, {{"t", table}})) all.insert(index.name);
        return all;
    });
}

TEST(Schema, MakesTheTablesOfTheSpecification) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    const std::map<std::string, std::size_t> expected = {{"users", 29},    {"tokens", 17}, {"channels", 30},
                                                         {"abilities", 7}, {"options", 2}, {"logs", 20},
                                                         {"setups", 3}};
    for (const auto& [table, count] : expected)
        EXPECT_EQ(columns_of(*database, table).size(), count) << table;

    const auto users = columns_of(*database, "users");
    EXPECT_EQ(users.at("access_token").type, "char(32)");
    EXPECT_EQ(users.at("group").type, "varchar(64)");
    EXPECT_EQ(users.at("group").initial, "'default'");
    EXPECT_EQ(users.at("quota").type, "INT") << "as SQLite spells int";
    EXPECT_TRUE(users.at("password").not_null);
    const auto tokens = columns_of(*database, "tokens");
    EXPECT_EQ(tokens.at("expired_time").initial, "-1");
    EXPECT_EQ(tokens.at("unlimited_quota").type, "numeric");
    EXPECT_EQ(columns_of(*database, "channels").at("channel_info").type, "json");
}

TEST(Schema, MakesTheIndexesOfTheSpecification) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    EXPECT_EQ(indexes_in(*database, "logs"),
              (std::set<std::string>{"idx_created_at_id", "idx_created_at_type", "idx_logs_channel_id",
                                     "idx_logs_group", "idx_logs_ip", "idx_logs_model_name",
                                     "idx_logs_request_id", "idx_logs_token_id", "idx_logs_token_name",
                                     "idx_logs_user_id", "idx_logs_username", "idx_user_id_id",
                                     "index_username_model_name", "opus_idx_logs_other_types"}));
    EXPECT_EQ(indexes_in(*database, "tokens"),
              (std::set<std::string>{"idx_tokens_deleted_at", "idx_tokens_key", "idx_tokens_name",
                                     "idx_tokens_user_id"}));
    EXPECT_EQ(indexes_in(*database, "users").size(), 14U);
}

TEST(Schema, IsCompletedOnlyOnce) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    run_all(*database, {R"(INSERT INTO "options" ("key", "value") VALUES ('a', 'b'))"});
    migrate(*database);
    EXPECT_EQ(read_one(*database, [](Reader& db) { return db.integer(R"(SELECT COUNT(*) FROM "options")"); }),
              1);
}

TEST(Schema, AddsToAnOlderDatabaseInPlace) {
    const TempDatabase file;
    const auto database = file.open();
    run_all(
        *database,
        {R"(CREATE TABLE "tokens" ("id" integer, "user_id" integer, "key" char(48), "name" text, "own" text, PRIMARY KEY ("id")))",
         R"(INSERT INTO "tokens" ("user_id", "key", "name", "own") VALUES (5, 'old', 'kept', 'theirs'))"});
    migrate(*database);
    const auto columns = columns_of(*database, "tokens");
    EXPECT_EQ(columns.size(), 18U) << "17 of ours and one that only they know";
    EXPECT_EQ(columns.at("key").type, "char(48)") << "not rewritten";
    EXPECT_TRUE(indexes_in(*database, "tokens").contains("idx_tokens_key"));
    EXPECT_EQ(
        read_one(*database,
                 [](Reader& db) {
                     return db.integer(
                         R"(SELECT "expired_time" FROM "tokens" WHERE "own" = 'theirs' AND "name" = 'kept')");
                 }),
        -1)
        << "an old row has the default of the new column";
}

TEST(Schema, LeavesOutAUniqueIndexThatRowsContradict) {
    const TempDatabase file;
    const auto database = file.open();
    run_all(
        *database,
        {R"(CREATE TABLE "users" ("id" integer, "username" text, "password" text NOT NULL, "aff_code" varchar(32), PRIMARY KEY ("id")))",
         R"(INSERT INTO "users" ("username", "password", "aff_code") VALUES ('a', '', ''), ('b', '', ''))"});
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
        {.number = 1, .name = "first", .run = [&](Transaction&) { ran.push_back(1); }},
        {.number = 2, .name = "second", .run = [&](Transaction&) { ran.push_back(2); }}};
    const ManualClock clock;
    for (const std::size_t count : {1U, 2U, 2U})
        database->write_now(
            [&](Transaction& tx) { run_migrations(tx, std::span(migrations).first(count), clock); });
    EXPECT_EQ(ran, (std::vector<int>{1, 2}));
}

TEST(Migrations, LeaveNothingBehindWhenTheyFail) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    const Migration failing[] = {{.number = 1, .name = "fails", .run = [](Transaction& tx) {
                                      tx.execute(R"(CREATE TABLE "half" ("id" integer))");
                                      throw std::runtime_error("in the middle");
                                  }}};
    const ManualClock clock;
    EXPECT_THROW(database->write_now([&](Transaction& tx) { run_migrations(tx, failing, clock); }),
                 std::runtime_error);
    EXPECT_TRUE(columns_of(*database, "half").empty());
    EXPECT_EQ(read_one(*database,
                       [](Reader& db) { return db.integer(R"(SELECT COUNT(*) FROM "opus_migrations")"); }),
              0);
}

TEST(SchemaSql, NamesTypesAsEachEngineDoes) {
    const TableSpec table{
        .name = "t",
        .columns = {{.name = "id", .type = ColumnType::Id},
                    {.name = "note", .type = ColumnType::LongText, .initial = "''"},
                    {.name = "name", .type = ColumnType::S191, .index = ColumnIndex::PlainAndConstraint}},
        .primary_key = {"id"},
        .indexes = {}};
    EXPECT_EQ(create_table_sql(Engine::Mysql, table),
              R"(CREATE TABLE "t" ("id" bigint AUTO_INCREMENT, "note" longtext, "name" varchar(191), )"
              R"(PRIMARY KEY ("id"), CONSTRAINT "uni_t_name" UNIQUE ("name")))");
    EXPECT_EQ(create_table_sql(Engine::Postgres, table),
              R"(CREATE TABLE "t" ("id" bigserial, "note" text DEFAULT '', "name" text, )"
              R"(PRIMARY KEY ("id"), CONSTRAINT "uni_t_name" UNIQUE ("name")))");
}

}    // namespace
}    // namespace opusclaw::store
