// tests/unit/store/database_test.cpp: transactions, threads and bound values of store/database.h on a real database.
#include "store/database.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <limits>
#include <thread>

#include "base/error.h"
#include "unit/store/temp_database.h"

namespace opusclaw::store {
namespace {

constexpr std::string_view kInsert = R"(INSERT INTO "t" ("n", "text") VALUES (:n, :text))";
constexpr std::string_view kCount = R"(SELECT COUNT(*) FROM "t")";

std::unique_ptr<Database> with_table(const TempDatabase& file) {
    auto database = file.open();
    const Engine engine = database->engine();
    const std::string id = engine == Engine::Sqlite  ? "integer"
                           : engine == Engine::Mysql ? "bigint AUTO_INCREMENT"
                                                     : "bigserial";
    run_all(*database,
            {R"(CREATE TABLE "t" ("id" )" + id + R"( PRIMARY KEY, "n" bigint, "r" double precision, )" +
             R"("flag" boolean, "text" varchar(50) UNIQUE, "j" json))"});
    return database;
}

std::int64_t count(Database& database) {
    return read_one(database, [](Reader& db) { return db.integer(kCount).value(); });
}

struct Row {
    std::int64_t n = 42;
    double r = 0.5;
    bool flag = true;
    std::string text = "default";
    std::optional<std::int64_t> maybe_n = 1;
    std::optional<std::string> maybe_text = "x";
};

TEST(Database, KeepsEveryKindOfValue) {
    const TempDatabase file;
    const auto database = with_table(file);
    constexpr std::int64_t kBig = std::numeric_limits<std::int64_t>::min();
    // PostgreSQL's texts have no NUL.
    const std::string odd = database->engine() == Engine::Postgres
                                ? std::string("a\\b'\"\xF0\x9F\x98\x80")
                                : std::string("a\0b'\"\xF0\x9F\x98\x80", 9);
    database->write_now([&](Transaction& tx) {
        tx.execute(R"(INSERT INTO "t" ("n", "r", "text", "flag") VALUES (:n, :r, :text, :flag))",
                   {{"n", kBig}, {"r", 0.1}, {"text", odd}, {"flag", false}});
    });
    constexpr Column<Row> kColumns[] = {
        {"n", &Row::n}, {"r", &Row::r}, {"text", &Row::text}, {"flag", &Row::flag}};
    const auto row = read_one(*database,
                              [&](Reader& db) { return db.select_one<Row>(kColumns, R"(FROM "t")"); });
    ASSERT_TRUE(row);
    EXPECT_EQ(row->n, kBig);
    EXPECT_EQ(row->r, 0.1);
    EXPECT_EQ(row->text, odd);
    EXPECT_FALSE(row->flag);
}

TEST(Database, ReadsNullAsTheMembersDefault) {
    const TempDatabase file;
    const auto database = with_table(file);
    run_all(*database, {R"(INSERT INTO "t" ("id") VALUES (1))"});
    constexpr Column<Row> kColumns[] = {{"n", &Row::n},       {"r", &Row::r},
                                        {"text", &Row::text}, {"flag", &Row::flag},
                                        {"n", &Row::maybe_n}, {"text", &Row::maybe_text}};
    const auto row = read_one(*database,
                              [&](Reader& db) { return db.select_one<Row>(kColumns, R"(FROM "t")"); });
    ASSERT_TRUE(row);
    EXPECT_EQ(row->n, 42);
    EXPECT_EQ(row->r, 0.5);
    EXPECT_EQ(row->text, "default");
    EXPECT_TRUE(row->flag);
    EXPECT_EQ(row->maybe_n, 1) << "the member says what NULL is";
    EXPECT_EQ(row->maybe_text, "x");
}

TEST(Database, ReadsTextAndBytesAlikeAndWritesBytes) {
    const TempDatabase file;
    const auto database = with_table(file);
    const bool sqlite = database->engine() == Engine::Sqlite;
    run_all(*database, {sqlite ? R"(INSERT INTO "t" ("j") VALUES (CAST('{"a":1}' AS BLOB)), ('{"a":2}'))"
                               : R"(INSERT INTO "t" ("j") VALUES ('{"a":1}'), ('{"a":2}'))"});
    database->write_now([](Transaction& tx) {
        tx.execute(R"(INSERT INTO "t" ("j") VALUES (:j))", {{"j", Blob{R"({"a":3})"}}});
    });
    constexpr Column<Row> kColumns[] = {{"j", &Row::text}};
    const auto rows = read_one(
        *database, [&](Reader& db) { return db.select<Row>(kColumns, R"(FROM "t" ORDER BY "id")"); });
    ASSERT_EQ(rows.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(rows[i].text, "{\"a\":" + std::to_string(i + 1) + "}");
    if (!sqlite) return;
    EXPECT_EQ(read_one(*database,
                       [](Reader& db) {
                           return db.integer(R"(SELECT COUNT(*) FROM "t" WHERE typeof("j") = 'blob')");
                       }),
              2);
}

TEST(Database, ReusesAStatementWhoseParametersChangeTheirKind) {
    const TempDatabase file;
    const auto database = with_table(file);
    database->write_now([](Transaction& tx) {
        tx.execute(kInsert, {{"n", nullptr}, {"text", nullptr}});
        tx.execute(kInsert, {{"n", 1}, {"text", "one"}});
        tx.execute(kInsert, {{"n", nullptr}, {"text", "none"}});
        tx.execute(kInsert, {{"text", "turned"}, {"n", 2}});
        tx.execute(kInsert, {{"n", 3.0}, {"text", "real"}});
    });
    const auto sum = [](Reader& db) { return db.integer(R"(SELECT SUM("n" * 2) FROM "t")"); };
    EXPECT_EQ(read_one(*database, sum), 12);
}

TEST(Database, GivesTheIdOfANewRowAndTheNumberOfTouchedOnes) {
    const TempDatabase file;
    const auto database = with_table(file);
    database->write_now([](Transaction& tx) {
        EXPECT_EQ(tx.insert(kInsert, {{"n", 1}, {"text", "a"}}), 1);
        EXPECT_EQ(tx.insert(kInsert, {{"n", 1}, {"text", "b"}}), 2);
        EXPECT_EQ(tx.execute(R"(UPDATE "t" SET "n" = 2 WHERE "n" = 1)"), 2);
        EXPECT_EQ(tx.execute(R"(UPDATE "t" SET "n" = 3 WHERE "n" = 1)"), 0);
        EXPECT_EQ(tx.integer(R"(SELECT "n" FROM "t" WHERE "id" = 99)"), std::nullopt);
    });
}

TEST(Database, TakesEverythingBackWhenTheJobThrows) {
    const TempDatabase file;
    const auto database = with_table(file);
    const auto job = [](Transaction& tx) {
        tx.execute(kInsert, {{"n", 1}, {"text", "a"}});
        throw std::runtime_error("half way");
    };
    EXPECT_THROW(database->write_now(job), std::runtime_error);
    EXPECT_EQ(count(*database), 0);
    run_all(*database, {R"(INSERT INTO "t" ("n") VALUES (1))"});
    EXPECT_EQ(count(*database), 1) << "the writer goes on";
}

TEST(Database, TellsAUniqueViolationFromOtherFailures) {
    const TempDatabase file;
    const auto database = with_table(file);
    const auto twice = [](Transaction& tx) {
        for (int i = 0; i < 2; ++i) tx.execute(kInsert, {{"n", 1}, {"text", "secret"}});
    };
    try {
        database->write_now(twice);
        FAIL() << "a second row of the same text";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind, ErrorKind::Conflict);
        EXPECT_EQ(error.code, "unique_violation");
        EXPECT_NE(error.detail.find("text"), std::string::npos) << error.detail;
        EXPECT_EQ(error.detail.find("secret"), std::string::npos)
            << "values are not for the log: " << error.detail;
    }
    try {
        database->read_now([](Reader& db) {
            db.integer(R"(SELECT "missing" FROM "t" WHERE "text" = :x)", {{"x", "secret"}});
        });
        FAIL() << "a column that is not there is not a text";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind, ErrorKind::Internal);
        EXPECT_EQ(error.code, "database_error");
        EXPECT_EQ(error.message.text, "common.database_error");
        EXPECT_EQ(error.detail.find("secret"), std::string::npos) << error.detail;
    }
}

TEST(Database, RefusesToWriteOnAReader) {
    const TempDatabase file;
    const auto database = with_table(file);
    EXPECT_THROW(database->read_now([](Reader& db) { db.integer(R"(DELETE FROM "t")"); }), Error);
    EXPECT_EQ(count(*database), 0) << "and goes on reading";
    if (database->engine() == Engine::Sqlite)
        EXPECT_THROW(database->read_now([](Reader& db) { db.integer("PRAGMA journal_mode = DELETE"); }),
                     Error);
}

TEST(Database, IsThereAfterReopening) {
    const TempDatabase file;
    {
        const auto database = with_table(file);
        run_all(*database, {R"(INSERT INTO "t" ("n") VALUES (7))"});
    }
    const auto database = file.open();
    EXPECT_EQ(count(*database), 1);
    EXPECT_EQ(read_one(*database, [](Reader& db) { return db.integer(R"(SELECT "n" FROM "t")"); }), 7);
}

TEST(Database, UsesTheWriteAheadLogUnlessToldOtherwise) {
    struct Mode {
        std::string journal_mode;
    };
    constexpr Column<Mode> kMode[] = {{"journal_mode", &Mode::journal_mode}};
    const auto mode = [&](Database& database) {
        return read_one(database,
                        [&](Reader& db) { return db.select_one<Mode>(kMode, "FROM pragma_journal_mode"); });
    };
    if (tested_engine() != Engine::Sqlite) return;
    const TempDatabase file;
    EXPECT_EQ(mode(*file.open())->journal_mode, "wal");
    EXPECT_EQ(mode(*file.open("?_pragma=journal_mode(DELETE)"))->journal_mode, "delete");
}

TEST(Database, SaysToTheOperatorWhatCannotBeOpened) {
    EXPECT_THROW(Database({.dsn = {}, .sqlite_path = "/proc/nowhere/x.db", .readers = 1}),
                 std::runtime_error);
    for (const std::string dsn : {"postgres://a:secret@127.0.0.1:1/c", "a:secret@tcp(127.0.0.1:1)/c"}) {
        try {
            const Database database({.dsn = dsn, .sqlite_path = "x.db", .readers = 1});
            FAIL() << "nobody listens there";
        } catch (const std::runtime_error& error) {
            const std::string said = error.what();
            EXPECT_NE(said.find("127.0.0.1:1/c"), std::string::npos) << said;
            EXPECT_EQ(said.find("secret"), std::string::npos) << said;
        }
    }
}

TEST(Database, RunsPostedWritesInOrderAndReportsEachOne) {
    const TempDatabase file;
    const auto database = with_table(file);
    std::promise<void> last;
    std::vector<bool> failed;    // touched on the writer's thread, then after `last`
    for (int i = 0; i < 10; ++i)
        database->post_write(
            [i](Transaction& tx) {
                EXPECT_EQ(tx.integer(kCount), (i + 1) / 2) << "odd ones are taken back";
                tx.execute(kInsert, {{"n", i}, {"text", nullptr}});
                if (i % 2 == 1) throw std::runtime_error("odd");
            },
            [&, i](const std::exception_ptr& error) {
                failed.push_back(error != nullptr);
                if (i == 9) last.set_value();
            });
    last.get_future().wait();
    ASSERT_EQ(failed.size(), 10U);
    EXPECT_EQ(count(*database), 5);
}

TEST(Database, FinishesWhatIsQueuedBeforeItCloses) {
    const TempDatabase file;
    std::atomic<int> done = 0;
    {
        const auto database = with_table(file);
        for (int i = 0; i < 50; ++i)
            database->post_write(
                [](Transaction& tx) {
                    tx.execute(kInsert, {{"n", 1}, {"text", nullptr}});
                },
                [&](const std::exception_ptr& error) { done += error == nullptr ? 1 : 0; });
    }
    EXPECT_EQ(done, 50);
    EXPECT_EQ(count(*file.open()), 50);
}

Task<> transfer(Database& database, std::int64_t from, std::int64_t to, int times) {
    for (int i = 0; i < times; ++i)
        co_await database.write([from, to](Transaction& tx) {
            tx.execute(R"(UPDATE "t" SET "n" = "n" - 1 WHERE "id" = :id)", {{"id", from}});
            tx.execute(R"(UPDATE "t" SET "n" = "n" + 1 WHERE "id" = :id)", {{"id", to}});
        });
}

Task<> watch_total(Database& database, int times) {
    for (int i = 0; i < times; ++i) {
        const auto total = co_await database.read(
            [](Reader& db) { return db.integer(R"(SELECT SUM("n") FROM "t")"); });
        EXPECT_EQ(total, 0) << "half a transaction is seen";
    }
}

TEST(Database, ServesCoroutinesAndThreadsAtOnce) {
    const TempDatabase file;
    const auto database = with_table(file);
    run_all(*database, {R"(INSERT INTO "t" ("id", "n") VALUES (1, 0), (2, 0))"});
    std::thread outside([&] {
        for (int i = 0; i < 100; ++i) {
            database->read_now([](Reader& db) { EXPECT_EQ(db.integer(R"(SELECT SUM("n") FROM "t")"), 0); });
            database->write_now(
                [](Transaction& tx) { EXPECT_EQ(tx.integer(R"(SELECT SUM("n") FROM "t")"), 0); });
        }
    });
    std::vector<Task<>> tasks;
    for (int i = 0; i < 3; ++i) {
        tasks.push_back(transfer(*database, 1, 2, 50));
        tasks.push_back(transfer(*database, 2, 1, 40));
        tasks.push_back(watch_total(*database, 100));
    }
    run_on_loop(std::move(tasks));
    outside.join();
    EXPECT_EQ(
        read_one(*database, [](Reader& db) { return db.integer(R"(SELECT "n" FROM "t" WHERE "id" = 2)"); }),
        30);
}

Task<> throw_through(Database& database, bool& caught) {
    try {
        co_await database.write([](Transaction& tx) {
            tx.execute(kInsert, {{"n", 1}, {"text", nullptr}});
            throw_error(ErrorKind::QuotaExhausted, "empty", "nothing left");
        });
    } catch (const Error& error) {
        caught = error.code == "empty";
    }
}

TEST(Database, ThrowsIntoTheCoroutineThatWaits) {
    const TempDatabase file;
    const auto database = with_table(file);
    bool caught = false;
    run_on_loop(throw_through(*database, caught));
    EXPECT_TRUE(caught);
    EXPECT_EQ(count(*database), 0);
}

TEST(Database, AsksAnotherQuestionWhileReadingRows) {
    const TempDatabase file;
    const auto database = with_table(file);
    run_all(*database, {R"(INSERT INTO "t" ("id", "n") VALUES (1, 10), (2, 20))"});
    constexpr Column<Row> kColumns[] = {{"n", &Row::n}};
    database->read_now([&](Reader& db) {
        for (const Row& row : db.select<Row>(kColumns, R"(FROM "t" ORDER BY "id")"))
            EXPECT_EQ(db.integer(R"(SELECT "id" FROM "t" WHERE "n" = :n)", {{"n", row.n}}), row.n / 10);
    });
}

}    // namespace
}    // namespace opusclaw::store
