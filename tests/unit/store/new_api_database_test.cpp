// tests/unit/store/new_api_database_test.cpp: databases as New API leaves them, opened in place: nothing is lost or rewritten, odd rows
// are read, older columns reach their declared type, and what New API declares is still there when it comes back.
#include <gtest/gtest.h>

#include "store/channels.h"
#include "store/logs.h"
#include "store/migrations.h"
#include "store/tokens.h"
#include "store/usage.h"
#include "store/users.h"
#include "unit/store/new_api_tables.h"
#include "unit/store/temp_database.h"

namespace opusclaw::store {
namespace {

std::unique_ptr<Database> as_new_api_leaves_it(const TempDatabase& file) {
    auto database = file.open();
    for (const NewApiTable& table : new_api_tables())
        run_all(*database, statements_for(database->engine(), table));
    return database;
}

std::string json_literal(Engine engine, const std::string& json) {
    return engine == Engine::Sqlite ? "CAST('" + json + "' AS BLOB)" : "'" + json + "'";
}

/// NULLs where only an older version leaves them, blanks, padded texts, JSON as bytes.
void insert_odd_rows(Database& database) {
    const std::string info = json_literal(database.engine(), R"({"is_multi_key":true,"multi_key_size":2})");
    const std::string no = database.engine() == Engine::Postgres ? "false" : "0";
    run_all(
        database,
        {R"(INSERT INTO "users" ("id", "username", "password", "access_token", "quota", "group", "setting") )"
         R"(VALUES (1, 'root', 'x', 'abcdefghijklmnopqrstuvwxyz012', 2147483647, 'default', '{}'))",
         R"(INSERT INTO "users" ("id", "username", "password", "role", "status", "quota", "group", "email", "remark") )"
         R"(VALUES (2, ' blank ', '', NULL, NULL, NULL, NULL, NULL, NULL))",
         R"(INSERT INTO "users" ("id", "username", "password", "role", "deleted_at") )"
         R"(VALUES (3, 'gone', '', 100, '2026-01-01 00:00:00'))",
         R"(INSERT INTO "tokens" ("id", "user_id", "key", "name", "allow_ips", "unlimited_quota") )"
         R"(VALUES (1, 1, 'KeyOfTheOwner', '', NULL, NULL), (2, 1, 'second', NULL, '', )" +
             no + ")",
         R"(INSERT INTO "channels" ("id", "key", "name", "channel_info", "weight", "priority", "models") )"
         R"(VALUES (1, 'k1', 'bytes', )" +
             info + R"(, NULL, NULL, 'm'), (2, 'k2', '  ', NULL, 0, 9, NULL))",
         R"(INSERT INTO "logs" ("id", "user_id", "created_at", "type", "model_name", "quota", "group") )"
         R"(VALUES (10, 1, 7205, 2, 'gpt', 5, 'vip'), (11, 1, 7300, 2, 'gpt', 6, 'vip'), (12, NULL, NULL, NULL, NULL, NULL, NULL))",
         R"(INSERT INTO "options" ("key", "value") VALUES ('SystemName', 'Mine '), ('Odd', NULL))",
         R"(INSERT INTO "redemptions" ("id", "user_id", "key", "quota") VALUES (1, 1, 'short', NULL))",
         R"(INSERT INTO "subscription_plans" ("id", "title", "price_amount") VALUES (1, 'Plan', 9.99))"});
}

void expect_odd_rows(Database& database) {
    database.read_now([](Reader& db) {
        const auto root = find_user(db, 1), blank = find_user(db, 2);
        ASSERT_TRUE(root && blank);
        EXPECT_EQ(root->access_token, "abcdefghijklmnopqrstuvwxyz012") << "29 characters in a char(32)";
        EXPECT_EQ(root->quota, 2147483647);
        EXPECT_TRUE(find_user_by_access_token(db, "abcdefghijklmnopqrstuvwxyz012"));
        EXPECT_EQ(blank->username, " blank ");
        EXPECT_EQ(blank->role, 1);
        EXPECT_EQ(blank->quota, 0);
        EXPECT_EQ(blank->group, "default");
        EXPECT_EQ(blank->access_token, std::nullopt);
        EXPECT_FALSE(find_user(db, 3));
        const auto token = find_token_by_key(db, "KeyOfTheOwner");
        ASSERT_TRUE(token);
        EXPECT_EQ(token->allow_ips, std::nullopt);
        EXPECT_FALSE(token->unlimited_quota);
        EXPECT_EQ(token->expired_time, -1);
        const auto channels = all_channels(db);
        ASSERT_EQ(channels.size(), 2U);
        EXPECT_EQ(channels[0].channel_info, R"({"is_multi_key":true,"multi_key_size":2})");
        EXPECT_EQ(channels[0].weight, std::nullopt);
        EXPECT_EQ(channels[1].name, "  ");
        EXPECT_EQ(channels[1].channel_info, "");
        EXPECT_EQ(channels[1].priority, 9);
        EXPECT_EQ(list_logs(db, {}, 0, 10).total, 3);
    });
}

TEST(NewApiDatabase, IsOpenedInPlaceWithItsOddRows) {
    const TempDatabase file;
    const auto database = as_new_api_leaves_it(file);
    insert_odd_rows(*database);
    for (int i = 0; i < 2; ++i) {
        migrate(*database);
        expect_odd_rows(*database);
    }
}

TEST(NewApiDatabase, StaysWhatItsOwnerDeclared) {
    const TempDatabase file, untouched;
    const auto ours = as_new_api_leaves_it(file), theirs = as_new_api_leaves_it(untouched);
    insert_odd_rows(*ours);
    migrate(*ours);
    for (const NewApiTable& table : new_api_tables()) {
        const auto got = read_one(*ours, [&](Reader& db) { return described(db, table.name); });
        const auto wanted = read_one(*theirs, [&](Reader& db) { return described(db, table.name); });
        ASSERT_GE(got.size(), wanted.size()) << table.name;
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            const std::string where = table.name + "." + wanted[i].name;
            EXPECT_EQ(got[i].name, wanted[i].name) << where;
            EXPECT_EQ(got[i].type, wanted[i].type) << where;
            EXPECT_EQ(got[i].not_null, wanted[i].not_null) << where;
            EXPECT_EQ(got[i].initial, wanted[i].initial) << where;
        }
        for (std::size_t i = wanted.size(); i < got.size(); ++i) EXPECT_FALSE(got[i].not_null) << got[i].name;
    }
}

TEST(NewApiDatabase, KeepsJsonAsBytesOnSqlite) {
    if (tested_engine() != Engine::Sqlite) return;
    const TempDatabase file;
    const auto database = as_new_api_leaves_it(file);
    insert_odd_rows(*database);
    migrate(*database);
    ChannelRow row;
    row.key = "new";
    row.channel_info = R"({"is_multi_key":false})";
    write_one(*database, [&](Transaction& tx) { return insert_channel(tx, row); });
    EXPECT_EQ(read_one(*database,
                       [](Reader& db) {
                           return db.integer(
                               R"(SELECT COUNT(*) FROM "channels" WHERE typeof("channel_info") = 'blob')");
                       }),
              2);
}

/// tokens and subscription_plans as older versions declared them.
std::vector<std::string> older_tables(Engine engine) {
    const std::string id = declared_type(engine, "id");
    const std::string real = engine == Engine::Postgres ? "double precision" : "double";
    return {
        R"(CREATE TABLE "tokens" ("id" )" + id +
            R"(, "user_id" bigint, "key" char(48), "name" varchar(191), "model_limits" varchar(1024) DEFAULT '',)" +
            R"( "own" varchar(20), PRIMARY KEY ("id")))",
        R"(INSERT INTO "tokens" ("user_id", "key", "name", "model_limits", "own") )"
        R"(VALUES (5, 'short', 'kept', 'a,b', 'theirs'))",
        R"(CREATE TABLE "subscription_plans" ("id" )" + id + R"(, "price_amount" )" + real +
            R"(, PRIMARY KEY ("id")))",
        R"(INSERT INTO "subscription_plans" ("price_amount") VALUES (9.99))"};
}

TEST(NewApiDatabase, OfAnOlderVersionIsCompleted) {
    const TempDatabase file;
    const auto database = file.open();
    run_all(*database, older_tables(database->engine()));
    migrate(*database);
    migrate(*database);
    database->read_now([](Reader& db) {
        const auto token = find_token_by_key(db, "short");
        ASSERT_TRUE(token) << "without the blanks of its char(48)";
        EXPECT_EQ(token->name, "kept");
        EXPECT_EQ(token->model_limits, "a,b");
        EXPECT_EQ(token->expired_time, -1) << "an old row has the default of the new column";
        EXPECT_EQ(db.integer(R"(SELECT COUNT(*) FROM "tokens" WHERE "own" = 'theirs')"), 1);
        EXPECT_EQ(
            db.integer(
                R"(SELECT COUNT(*) FROM "subscription_plans" WHERE "title" = '' AND "currency" = 'USD')"),
            1);
        for (const DescribedColumn& column : described(db, "tokens")) {
            if (column.name == "key") {
                EXPECT_EQ(column.type, db.engine() == Engine::Sqlite  ? "char(48)"
                                       : db.engine() == Engine::Mysql ? "varchar(128)"
                                                                      : "character varying(128)");
            }
            if (column.name == "model_limits" && db.engine() != Engine::Sqlite) {
                EXPECT_EQ(column.type, "text");
            }
        }
        if (db.engine() != Engine::Sqlite) {
            for (const DescribedColumn& column : described(db, "subscription_plans"))
                if (column.name == "price_amount")
                    EXPECT_NE(column.type.find("(10,6)"), std::string::npos) << column.type;
        }
    });
}

TEST(NewApiDatabase, KeepsWhatElseWasSaidOfAConvertedColumn) {
    const TempDatabase file;
    const auto database = file.open();
    const Engine engine = database->engine();
    const std::string id = declared_type(engine, "id");
    const std::string real = engine == Engine::Postgres ? "double precision" : "double";
    const std::string exact = engine == Engine::Mysql ? " COLLATE utf8mb4_bin" : "";
    run_all(*database, {R"(CREATE TABLE "subscription_plans" ("id" )" + id + R"(, "price_amount" )" + real +
                            R"( NOT NULL DEFAULT 0, PRIMARY KEY ("id")))",
                        R"(CREATE TABLE "tokens" ("id" )" + id + R"(, "key" char(48))" + exact +
                            R"( NOT NULL, PRIMARY KEY ("id")))"});
    migrate(*database);
    run_all(*database, {R"(INSERT INTO "subscription_plans" ("title") VALUES ('without a price'))",
                        R"(INSERT INTO "tokens" ("key") VALUES ('Key'), ('key'))"});
    database->read_now([](Reader& db) {
        EXPECT_EQ(db.integer(R"(SELECT COUNT(*) FROM "subscription_plans" WHERE "price_amount" = 0)"), 1);
        for (const std::string table : {"subscription_plans", "tokens"})
            for (const DescribedColumn& column : described(db, table))
                if (column.name == "price_amount" || column.name == "key") EXPECT_TRUE(column.not_null);
    });
}

TEST(NewApiDatabase, KeepsAPriceThatDoesNotFit) {
    const TempDatabase file;
    const auto database = file.open();
    run_all(*database, older_tables(database->engine()));
    run_all(*database, {R"(UPDATE "subscription_plans" SET "price_amount" = 123456789)"});
    migrate(*database);
    EXPECT_EQ(
        read_one(*database,
                 [](Reader& db) {
                     return db.integer(
                         R"(SELECT COUNT(*) FROM "subscription_plans" WHERE "price_amount" = 123456789)");
                 }),
        1);
}

TEST(NewApiDatabase, OnMysqlIsRefusedWithACharacterSetThatHasNoChinese) {
    if (tested_engine() != Engine::Mysql) return;
    const TempDatabase file;
    const auto database = file.open();
    run_all(*database, {R"(CREATE TABLE "logs" ("id" bigint PRIMARY KEY) CHARACTER SET latin1)"});
    try {
        migrate(*database);
        FAIL() << "latin1";
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string(error.what()).find("logs (latin1_swedish_ci)"), std::string::npos)
            << error.what();
    }
    try {
        require_migrated(*database);
        FAIL() << "a slave looks, too";
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string(error.what()).find("logs (latin1_swedish_ci)"), std::string::npos)
            << error.what();
    }
    run_all(*database, {R"(DROP TABLE "logs")",
                        R"(CREATE TABLE "logs" ("id" bigint PRIMARY KEY) CHARACTER SET utf8mb3)"});
    EXPECT_NO_THROW(migrate(*database)) << "the newer name of utf8";
}

TEST(NewApiDatabase, OnMysqlMustHaveTransactionsWhereMoneyIs) {
    if (tested_engine() != Engine::Mysql) return;
    const TempDatabase file;
    const auto database = file.open();
    run_all(*database, {R"(CREATE TABLE "tokens" ("id" bigint PRIMARY KEY) ENGINE=MyISAM)"});
    EXPECT_THROW(migrate(*database), std::runtime_error);
}

}    // namespace
}    // namespace opusclaw::store
