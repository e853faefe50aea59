// tests/unit/store/literal_sql_test.cpp: values as text can never become SQL, sums come to every row of their ids, in an order in which
// two nodes never wait for each other, and statements that go to the server together fail together (store/literal_sql.h).
#include "store/literal_sql.h"

#include <gtest/gtest.h>

#include <limits>
#include <thread>

#include "base/error.h"
#include "unit/store/temp_database.h"

namespace opusclaw::store {
namespace {

constexpr std::string_view kInsert = R"(INSERT INTO "t" ("id", "text", "yes") VALUES (:id, :text, :yes))";

struct Row {
    std::int64_t id = 0, amount = 0, small = 0, stamp = 0;
    std::string text;
    bool yes = false;
};
constexpr Column<Row> kColumns[] = {{"id", &Row::id},       {"amount", &Row::amount}, {"small", &Row::small},
                                    {"stamp", &Row::stamp}, {"text", &Row::text},     {"yes", &Row::yes}};

class Literals : public testing::Test {
protected:
    Literals() {
        run_all(
            *database_,
            {R"(CREATE TABLE "t" ("id" bigint PRIMARY KEY, "amount" bigint, "small" int, "stamp" bigint, "text" )" +
             std::string(server() ? "varchar(2000)" : "text") + R"(, "yes" boolean))"});
    }
    static bool server() { return tested_engine() != Engine::Sqlite; }
    std::vector<Row> rows() {
        return read_one(*database_,
                        [](Reader& db) { return db.select<Row>(kColumns, R"(FROM "t" ORDER BY "id")"); });
    }
    void insert(std::int64_t count) {
        database_->write_now([count](Transaction& tx) {
            BulkInsert insert(tx, std::string(kInsert));
            for (std::int64_t id = 1; id <= count; ++id)
                insert.add(id).add(std::string_view("row")).add(id % 2 == 0).end_row();
            insert.finish();
        });
    }

    TempDatabase file_;
    std::unique_ptr<Database> database_ = file_.open();
};

std::string literal(Engine engine, std::string_view text) { return LiteralSql(engine).value(text).text(); }

TEST(LiteralSql, SpellsValuesAsTheEngineReadsThem) {
    EXPECT_EQ(literal(Engine::Postgres, R"(it's a "b\)"), R"('it''s a "b\')");
    EXPECT_EQ(literal(Engine::Mysql, "''"), "''''''");
    EXPECT_EQ(literal(Engine::Mysql, R"(a\')"), "_utf8mb4 X'615C27'") << "whatever a backslash means there";
    EXPECT_EQ(LiteralSql(Engine::Postgres).value(true).text(), "true");
    EXPECT_EQ(LiteralSql(Engine::Mysql).value(true).text(), "1");
    EXPECT_EQ(LiteralSql(Engine::Mysql).value(std::numeric_limits<std::int64_t>::min()).text(),
              "-9223372036854775808");
    EXPECT_THROW(literal(Engine::Postgres, std::string_view("a\0b", 3)), Error);
}

TEST_F(Literals, StoresEveryTextAsItIs) {
    const std::vector<std::string> texts = {"",
                                            "'",
                                            "''",
                                            "\\",
                                            "\\'",
                                            "'; DROP TABLE \"t\"; --",
                                            ":id :text ::",
                                            "\"quoted\" `back`",
                                            "%s $1 ?",
                                            "额度",
                                            "😀",
                                            "/*",
                                            "a\nb\tc\x1A",
                                            "x\\",
                                            "E'\\x41'",
                                            "'||'",
                                            std::string(1900, '\'')};
    database_->write_now([&](Transaction& tx) {
        BulkInsert insert(tx, std::string(kInsert));
        std::int64_t id = 0;
        for (const std::string& text : texts) insert.add(++id).add(text).add(id % 2 == 0).end_row();
        insert.finish();
    });
    const auto stored = rows();
    ASSERT_EQ(stored.size(), texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        EXPECT_EQ(stored[i].text, texts[i]);
        EXPECT_EQ(stored[i].yes, i % 2 == 1);
    }
}

TEST_F(Literals, InsertsMoreThanFitsIntoOneStatement) {
    constexpr std::int64_t kRows = 700;
    const std::string text(1900, 'x');
    database_->write_now([&](Transaction& tx) {
        BulkInsert insert(tx, std::string(kInsert));
        for (std::int64_t id = 1; id <= kRows; ++id) insert.add(id).add(text).add(true).end_row();
        insert.finish();
        EXPECT_EQ(tx.integer(R"(SELECT COUNT(*) FROM "t")"), kRows) << "in the same transaction";
    });
    EXPECT_EQ(rows().size(), static_cast<std::size_t>(kRows));
}

TEST_F(Literals, AddSumsToManyRowsAndSkipMissingOnes) {
    constexpr std::int64_t kRows = 250;    // more than one statement takes on MySQL
    insert(kRows);
    run_all(*database_, {R"(UPDATE "t" SET "small" = 2147483640 WHERE "id" = 1)",
                         R"(UPDATE "t" SET "small" = -2147483640 WHERE "id" = 2)"});
    constexpr SumColumn kChanged[] = {{"amount"}, {"small", Width::Int32}};
    std::vector<SumRow> sums;
    for (std::int64_t id = -1; id <= kRows + 3; ++id)
        sums.push_back({.id = id, .amounts = {5'000'000'000 + id, id == 2 ? -100 : 100}});
    const SumUpdate update{.table = "t", .columns = kChanged, .stamped = "stamp", .stamp = 77};
    for (int i = 0; i < 2; ++i) database_->write_now([&](Transaction& tx) { add_sums(tx, update, sums); });
    const auto stored = rows();
    ASSERT_EQ(stored.size(), static_cast<std::size_t>(kRows));
    for (const Row& row : stored) {
        EXPECT_EQ(row.amount, 2 * (5'000'000'000 + row.id));
        EXPECT_EQ(row.stamp, 77);
        if (row.id > 2) EXPECT_EQ(row.small, 200);
    }
    EXPECT_EQ(stored[0].small, server() ? 2'147'483'647 : 2'147'483'840);
    EXPECT_EQ(stored[1].small, server() ? -2'147'483'648 : -2'147'483'840);
}

TEST_F(Literals, AddSumsOfTheLargestNumbers) {
    insert(1);
    constexpr SumColumn kChanged[] = {{"amount"}, {"small", Width::Int32}};
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    const SumRow sums[] = {{.id = 1, .amounts = {kMost, 1}}, {.id = kMost, .amounts = {1, 1}}};
    database_->write_now(
        [&](Transaction& tx) { add_sums(tx, {.table = "t", .columns = kChanged, .stamped = {}}, sums); });
    EXPECT_EQ(rows().at(0).amount, kMost);
}

// What fails on the way is thrown by whatever comes next, the commit at the latest; nothing of it stays, and the next job begins anew.
TEST_F(Literals, FailWithTheirTransaction) {
    insert(3);
    const auto twice = [](Transaction& tx) {
        BulkInsert insert(tx, std::string(kInsert));
        insert.add(std::int64_t{10}).add(std::string_view("new")).add(true).end_row();
        insert.add(std::int64_t{3}).add(std::string_view("se'cret")).add(true).end_row();
        insert.finish();
    };
    try {
        database_->write_now(twice);
        FAIL() << "the key was there";
    } catch (const Error& error) {
        EXPECT_EQ(error.code, "unique_violation");
        EXPECT_EQ(error.detail.find("cret"), std::string::npos) << error.detail;
    }
    EXPECT_THROW(database_->write_now([&](Transaction& tx) {
        twice(tx);
        tx.integer("SELECT 1");
    }),
                 Error);
    EXPECT_THROW(database_->write_now([](Transaction& tx) {
        BulkInsert insert(tx, std::string(kInsert));
        insert.add(std::int64_t{11}).add(std::string_view("x")).add(true).end_row();
        insert.finish();
        throw std::runtime_error("taken back");
    }),
                 std::runtime_error);
    EXPECT_EQ(rows().size(), 3U);
    insert(0);
    EXPECT_EQ(rows().size(), 3U);
}

TEST_F(Literals, AreTakenBackWithTheJobThatTheyBelongTo) {
    insert(1);
    database_->write_now([](Transaction& tx) {
        const auto put = [](std::int64_t id) {
            return [id](Transaction& inner) {
                BulkInsert insert(inner, std::string(kInsert));
                insert.add(id).add(std::string_view("x")).add(true).end_row();
                insert.finish();
            };
        };
        EXPECT_TRUE(unless_taken(tx, put(2)));
        EXPECT_FALSE(unless_taken(tx, put(1)));
        EXPECT_TRUE(unless_taken(tx, put(3)));
    });
    EXPECT_EQ(rows().size(), 3U);
}

// Two nodes change the same rows at once: locks in the order of ids never cross, whatever order the rows lie in.
TEST_F(Literals, OfTwoNodesNeverWaitForEachOther) {
    if (!server()) return;    // whose writers take turns anyway
    constexpr std::int64_t kRows = 60;
    constexpr int kRounds = 60;
    insert(kRows);
    // New versions of rows lie elsewhere in the table: by place, the order is another.
    for (const std::int64_t id : {7, 1, 30, 2})
        run_all(*database_, {R"(UPDATE "t" SET "text" = 'moved' WHERE "id" = )" + std::to_string(id)});
    const auto add = [this](std::int64_t step) {
        const auto database = file_.open();
        constexpr SumColumn kChanged[] = {{"amount"}};
        std::vector<SumRow> sums;
        for (std::int64_t id = 1; id <= kRows; id += step) sums.push_back({.id = id, .amounts = {1}});
        for (int i = 0; i < kRounds; ++i)
            EXPECT_NO_THROW(database->write_now([&](Transaction& tx) {
                add_sums(tx, {.table = "t", .columns = kChanged, .stamped = {}}, sums);
            }));
    };
    std::thread one(add, 1), other(add, 3);
    one.join();
    other.join();
    for (const Row& row : rows()) EXPECT_EQ(row.amount, row.id % 3 == 1 ? 2 * kRounds : kRounds);
}

}    // namespace
}    // namespace opusclaw::store
