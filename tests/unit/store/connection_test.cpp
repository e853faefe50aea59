// tests/unit/store/connection_test.cpp: what is particular to database servers: values that a column refuses, many rows in one
// statement, connections that break or grow old (store/connection.h, store/session.h).
#include "store/connection.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "unit/store/temp_database.h"

namespace opusclaw::store {
namespace {

constexpr std::string_view kInsert = R"(INSERT INTO "t" ("n", "text") VALUES (:n, :text))";

std::unique_ptr<Database> with_table(const TempDatabase& file) {
    auto database = file.open();
    run_all(*database, {R"(CREATE TABLE "t" ("n" bigint, "text" varchar(50)))"});
    return database;
}

std::int64_t count(Database& database) {
    return read_one(database, [](Reader& db) { return db.integer(R"(SELECT COUNT(*) FROM "t")").value(); });
}

TEST(Connections, RefusesWhatAColumnCannotHold) {
    if (tested_engine() == Engine::Sqlite) return;    // whose columns hold anything
    const TempDatabase file;
    const auto database = with_table(file);
    const auto code_of = [&](Value value) -> std::string {
        try {
            database->write_now([&](Transaction& tx) { tx.execute(kInsert, {{"n", 1}, {"text", value}}); });
        } catch (const Error& error) {
            EXPECT_EQ(error.kind, ErrorKind::InvalidRequest);
            EXPECT_EQ(error.detail.find("xxxxx"), std::string::npos) << error.detail;
            return error.code;
        }
        return {};
    };
    EXPECT_EQ(code_of(std::string(51, 'x')), "value_refused");
    EXPECT_EQ(code_of(std::string("a\xFF")), "value_refused");
    if (database->engine() == Engine::Postgres) {
        EXPECT_EQ(code_of(std::string("a\0b", 3)), "value_refused") << "not cut at the NUL";
    }
    EXPECT_EQ(count(*database), 0);
}

TEST(Connections, InsertsManyRowsWhateverTheirNumber) {
    const TempDatabase file;
    const auto database = with_table(file);
    for (const int rows : {1, 2, 7, 64, 130}) {
        std::vector<Parameters> sets;
        for (int i = 0; i < rows; ++i)
            sets.push_back({{"n", i}, {"text", std::to_string(rows) + ":" + std::to_string(i)}});
        database->write_now([&](Transaction& tx) { tx.execute_many(kInsert, sets); });
    }
    EXPECT_EQ(count(*database), 204);
    const auto sum = [](Reader& db) { return db.integer(R"(SELECT SUM("n") FROM "t")"); };
    EXPECT_EQ(read_one(*database, sum), 0 + 1 + 21 + 63 * 32 + 129 * 65);
}

/// Ends the server's side of all other connections to the database.
void cut_connections(const TempDatabase& file) {
    const auto session = open_session(parse_dsn(file.dsn(), {}), SessionUse::Write);
    if (session->engine() == Engine::Postgres) {
        session->execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()");
        return;
    }
    struct Id {
        std::int64_t id = 0;
    };
    constexpr Column<Id> kId[] = {{"id", &Id::id}};
    for (const Id& other : session->select<Id>(
             kId, "FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()")) {
        try {
            session->run("KILL " + std::to_string(other.id));
        } catch (const Error& error) {
            // One that was cut before may be just about to go.
            EXPECT_NE(error.detail.find("(1094)"), std::string::npos) << error.detail;
        }
    }
}

// A plan that fits any value alike would be wrong for what a fifth of all rows have.
TEST(Connections, PlansEachQuestionForItsValues) {
    if (tested_engine() != Engine::Postgres) GTEST_SKIP() << "the others know no plans for any value";
    const TempDatabase file;
    const auto database = with_table(file);
    database->read_now([](Reader& db) {
        for (int i = 0; i < 20; ++i) db.integer(R"(SELECT COUNT(*) FROM "t" WHERE "n" = :n)", {{"n", i}});
        const auto sum = [&db](const std::string& plans) {
            return db.integer(
                "SELECT CAST(SUM(" + plans +
                R"() AS bigint) FROM pg_prepared_statements WHERE statement LIKE 'SELECT COUNT%')");
        };
        EXPECT_EQ(sum("generic_plans"), 0);
        EXPECT_GE(sum("custom_plans"), 20);
        EXPECT_EQ(db.integer("SELECT CAST(current_setting('max_parallel_workers_per_gather') AS bigint)"), 0);
    });
}

TEST(Connections, ConnectsAgainWhenAConnectionBreaks) {
    if (tested_engine() == Engine::Sqlite) return;
    const TempDatabase file;
    const auto database = with_table(file);
    for (int i = 0; i < 3; ++i) {
        cut_connections(file);
        database->write_now([&](Transaction& tx) { tx.execute(kInsert, {{"n", 1}, {"text", nullptr}}); });
        cut_connections(file);
        EXPECT_EQ(count(*database), i + 1);
    }
    const auto cut_in_the_middle = [&](Transaction& tx) {
        tx.execute(kInsert, {{"n", 1}, {"text", nullptr}});
        cut_connections(file);
        tx.execute(kInsert, {{"n", 1}, {"text", nullptr}});
    };
    EXPECT_THROW(database->write_now(cut_in_the_middle), Error) << "a half-done job is not done again";
    EXPECT_EQ(count(*database), 3);
}

TEST(Connections, ReplacesOldConnections) {
    if (tested_engine() == Engine::Sqlite) return;
    const TempDatabase file;
    Database database(
        {.dsn = file.dsn(), .sqlite_path = {}, .readers = 1, .lifetime = std::chrono::seconds{1}});
    const std::string_view who = database.engine() == Engine::Mysql ? "SELECT CONNECTION_ID()"
                                                                    : "SELECT pg_backend_pid()";
    const auto connection = [&] { return read_one(database, [&](Reader& db) { return db.integer(who); }); };
    const auto first = connection();
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (connection() == first && std::chrono::steady_clock::now() < until) {}
    EXPECT_NE(connection(), first);
}

}    // namespace
}    // namespace opusclaw::store
