// tests/unit/store/sql_test.cpp: texts of statements per engine (store/sql.h), checked word for word. What the engines make of
// them is in the other tests of this folder.
#include "store/sql.h"

#include <gtest/gtest.h>

namespace opusclaw::store {
namespace {

TEST(EngineSql, QuotesWordsAsTheEngineDoes) {
    constexpr std::string_view kSql =
        R"(SELECT "group" FROM "users" WHERE "name" = 'say "hi": :no' AND "id" = :id)";
    EXPECT_EQ(engine_sql(Engine::Postgres, kSql), kSql);
    const std::string expected =
        R"(SELECT `group` FROM `users` WHERE `name` = 'say "hi": :no' AND `id` = :id)";
    EXPECT_EQ(engine_sql(Engine::Mysql, kSql), expected);
    EXPECT_EQ(engine_sql(Engine::Sqlite, kSql), expected);
}

TEST(EngineSql, BindsBytesByACastOnSqlite) {
    constexpr std::string_view kBlobs[] = {"info"};
    constexpr std::string_view kSql = "VALUES (:info, :information)";
    EXPECT_EQ(engine_sql(Engine::Sqlite, kSql, kBlobs), "VALUES (CAST(:info AS BLOB), :information)");
    EXPECT_EQ(engine_sql(Engine::Postgres, kSql, kBlobs), kSql);
}

TEST(UpsertSql, SpeaksEachEnginesDialect) {
    constexpr std::string_view kNames[] = {"key", "value"};
    const Upsert upsert{.table = "options", .columns = kNames, .keys = std::span(kNames).first(1)};
    const std::string insert = R"(INSERT INTO "options" ("key", "value") VALUES (:key, :value) )";
    EXPECT_EQ(upsert_sql(Engine::Sqlite, upsert),
              insert + R"(ON CONFLICT ("key") DO UPDATE SET "value" = excluded."value")");
    EXPECT_EQ(upsert_sql(Engine::Mysql, upsert),
              insert + R"(ON DUPLICATE KEY UPDATE "value" = VALUES("value"))");
}

TEST(UpsertSql, AddsToWhatIsThere) {
    constexpr std::string_view kNames[] = {"hour", "n"};
    const Upsert upsert{
        .table = "t", .columns = kNames, .keys = std::span(kNames).first(1), .conflict = OnConflict::Add};
    const std::string insert = R"(INSERT INTO "t" ("hour", "n") VALUES (:hour, :n) )";
    EXPECT_EQ(upsert_sql(Engine::Postgres, upsert),
              insert + R"(ON CONFLICT ("hour") DO UPDATE SET "n" = "t"."n" + excluded."n")");
    EXPECT_EQ(upsert_sql(Engine::Mysql, upsert),
              insert + R"(ON DUPLICATE KEY UPDATE "n" = "t"."n" + VALUES("n"))");
}

TEST(MultiRowSql, RepeatsTheTuple) {
    EXPECT_EQ(
        multi_row_sql(R"(INSERT INTO "t" ("a", "b") VALUES (:a, COALESCE(:b, ':x)')) ON CONFLICT DO NOTHING)",
                      2),
        R"(INSERT INTO "t" ("a", "b") VALUES (:a_0, COALESCE(:b_0, ':x)')), (:a_1, COALESCE(:b_1, ':x)')))"
        " ON CONFLICT DO NOTHING");
    EXPECT_EQ(multi_row_sql(R"(UPDATE "t" SET "a" = :a)", 2), "");
    EXPECT_EQ(multi_row_sql(R"(INSERT INTO "t" SELECT * FROM "u")", 2), "");
}

TEST(AddToColumn, StopsAtTheLimitsOf32Bits) {
    EXPECT_EQ(add_to_int32(Engine::Sqlite, "quota", "d"), R"("quota" = COALESCE("quota", 0) + :d)");
    EXPECT_EQ(add_to_int32(Engine::Mysql, "quota", "d"),
              R"("quota" = LEAST(GREATEST(COALESCE("quota", 0) + :d, -2147483648), 2147483647))");
    EXPECT_EQ(add_to_int64(Engine::Postgres, "quota", "d"),
              R"("quota" = CAST(COALESCE("quota", 0) AS bigint) + CAST(:d AS bigint))");
}

TEST(IdList, RoundsUpByRepeatingTheLastId) {
    const std::int64_t ids[] = {7, 8, 9};
    const IdList list = id_list(ids);
    EXPECT_EQ(list.sql, "(:id0, :id1, :id2, :id3)");
    ASSERT_EQ(list.parameters.size(), 4U);
    EXPECT_EQ(std::get<std::int64_t>(list.parameters[3].value), 9);
    EXPECT_EQ(id_list({}).sql, "(NULL)");
}

TEST(PatternCondition, TakesOnlyPercentAsAWildcard) {
    const Pattern exact = pattern_condition("name", "name", "a_b!");
    EXPECT_EQ(exact.condition, R"("name" = :name)");
    EXPECT_EQ(exact.value, "a_b!");
    const Pattern like = pattern_condition("name", "name", "a_b!%");
    EXPECT_EQ(like.condition, R"("name" LIKE :name ESCAPE '!')");
    EXPECT_EQ(like.value, "a!_b!!%");
}

}    // namespace
}    // namespace opusclaw::store
