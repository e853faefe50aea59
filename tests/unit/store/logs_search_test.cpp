// tests/unit/store/logs_search_test.cpp: counting, sums, rows of a token and deletion over table `logs`, and the indexes that
// statements use, on a real SQLite file.
#include <gtest/gtest.h>

#include "store/logs.h"
#include "unit/store/temp_database.h"

namespace opusclaw::store {
namespace {

/// `count` rows of one user, a second apart from 1000 on.
std::vector<LogRow> rows(int count) {
    std::vector<LogRow> all;
    for (int i = 0; i < count; ++i) {
        LogRow row;
        row.user_id = i % 3;
        row.token_id = i % 5;
        row.created_at = 1000 + i;
        row.type = i % 10 == 9 ? 5 : 2;
        row.model_name = "m" + std::to_string(i % 4);
        row.username = "u" + std::to_string(i % 3);
        row.quota = 10;
        row.prompt_tokens = 2;
        row.completion_tokens = 1;
        all.push_back(row);
    }
    return all;
}

std::unique_ptr<Database> filled(const TempDatabase& file, int count) {
    auto database = file.open_migrated();
    database->write_now([count](Transaction& tx) { insert_logs(tx, rows(count)); });
    return database;
}

TEST(LogCounts, StopAtTheBoundAndSoDoPages) {
    const TempDatabase file;
    const auto database = filled(file, 100);
    const auto page = [&](std::int64_t offset, std::int64_t most) {
        return read_one(*database, [&](Reader& db) { return list_logs(db, {}, offset, 10, most); });
    };
    EXPECT_EQ(page(0, 1000).total, 100);
    EXPECT_EQ(page(95, 1000).rows.size(), 5U);
    EXPECT_EQ(page(0, 40).total, 40);
    EXPECT_EQ(page(35, 40).rows.size(), 5U);
    EXPECT_TRUE(page(40, 40).rows.empty());
}

TEST(LogLists, AreInIdOrderWhateverTheTimes) {
    const TempDatabase file;
    const auto database = filled(file, 3);
    run_all(*database, {R"(UPDATE "logs" SET "created_at" = 5000 - "id")"});
    const LogPage page = read_one(*database,
                                  [](Reader& db) { return list_logs(db, {.from = 1, .to = 9000}, 0, 10); });
    ASSERT_EQ(page.rows.size(), 3U);
    EXPECT_EQ(page.rows[0].id, 3);
    EXPECT_EQ(page.rows[2].id, 1);
}

TEST(LogLists, OfLongSpansGoByTime) {
    const TempDatabase file;
    const auto database = filled(file, 12'000);
    const auto page = [&](std::int64_t offset) {
        return read_one(*database, [offset](Reader& db) {
            return list_logs(db, {.from = 1000, .to = 11'999}, offset, 10);
        });
    };
    EXPECT_EQ(page(0).total, 11'000);
    EXPECT_EQ(page(0).rows.at(0).created_at, 11'999);
    EXPECT_EQ(page(10'995).rows.size(), 5U);
    EXPECT_EQ(page(10'995).rows.back().created_at, 1000);
}

/// The ids of a list, as the rows themselves tell.
std::vector<std::int64_t> ids(Database& database, const LogFilter& filter, std::int64_t offset,
                              std::int64_t most = kMostLogsCounted) {
    const LogPage page = read_one(database,
                                  [&](Reader& db) { return list_logs(db, filter, offset, 5, most); });
    std::vector<std::int64_t> found;
    for (const LogRow& row : page.rows) found.push_back(row.id);
    return found;
}

using Ids = std::vector<std::int64_t>;

TEST(LogLists, OfAPatternThatVeryManyRowsMatchAreTheNewest) {
    const TempDatabase file;
    const auto database = filled(file, 100);    // id 100 is of m3, 99 of m2 …
    run_all(*database, {R"(UPDATE "logs" SET "model_name" = 'other' WHERE "id" > 90)"});
    constexpr std::int64_t kMost = 20;    // counted: there are more
    EXPECT_EQ(ids(*database, {.model_name = "m%"}, 0, kMost), (Ids{90, 89, 88, 87, 86}));
    EXPECT_EQ(ids(*database, {.model_name = "m%"}, 17, kMost), (Ids{73, 72, 71}));
    EXPECT_EQ(ids(*database, {.type = 5, .model_name = "m%"}, 0, 4), (Ids{90, 80, 70, 60}));
    EXPECT_EQ(ids(*database, {.type = 2, .model_name = "m%"}, 0, kMost), (Ids{89, 88, 87, 86, 85}));
    EXPECT_EQ(ids(*database, {.from = 1000, .to = 1049, .model_name = "m%"}, 5, kMost),
              (Ids{45, 44, 43, 42, 41}));
    EXPECT_EQ(ids(*database, {.model_name = "%2"}, 1, kMost), (Ids{83, 79, 75, 71, 67}));
}

TEST(LogLists, OfRareTypesAreNarrowedByEverything) {
    const TempDatabase file;
    const auto database = filled(file, 100);    // errors: 10, 20 … 100
    run_all(*database, {R"(UPDATE "logs" SET "token_name" = 't', "group" = 'g' WHERE "id" IN (20, 30, 31))",
                        R"(UPDATE "logs" SET "request_id" = 'r' WHERE "id" IN (40, 41))",
                        R"(UPDATE "logs" SET "channel_id" = 7 WHERE "id" IN (50, 51))"});
    EXPECT_EQ(ids(*database, {.type = 5}, 0), (Ids{100, 90, 80, 70, 60}));
    EXPECT_EQ(ids(*database, {.user_id = 0, .type = 5}, 0), (Ids{100, 70, 40, 10}));
    EXPECT_EQ(ids(*database, {.type = 5, .username = "u1"}, 0), (Ids{80, 50, 20}));
    EXPECT_EQ(ids(*database, {.type = 5, .model_name = "m1"}, 1), (Ids{70, 50, 30, 10}));
    EXPECT_EQ(ids(*database, {.type = 5, .model_name = "%1"}, 1), (Ids{70, 50, 30, 10}));
    EXPECT_EQ(ids(*database, {.type = 5, .from = 1020, .to = 1049}, 0), (Ids{50, 40, 30}));
    EXPECT_EQ(ids(*database, {.type = 5, .from = 1020, .to = 1049, .model_name = "m1"}, 0), (Ids{50, 30}));
    EXPECT_EQ(ids(*database, {.type = 5, .token_name = "t"}, 0), (Ids{30, 20}));
    EXPECT_EQ(ids(*database, {.type = 5, .group = "g"}, 0), (Ids{30, 20}));
    EXPECT_EQ(ids(*database, {.type = 5, .request_id = "r"}, 0), (Ids{40}));
    EXPECT_EQ(ids(*database, {.type = 5, .channel_id = 7}, 0), (Ids{50}));
    EXPECT_EQ(ids(*database, {.type = 4}, 0), Ids{});
}

TEST(LogSums, CountBilledRowsOnly) {
    const TempDatabase file;
    const auto database = filled(file, 100);
    const auto quota = [&](const LogFilter& filter) {
        return read_one(*database, [&](Reader& db) { return consumed_quota(db, filter); });
    };
    EXPECT_EQ(quota({}), 900);
    EXPECT_EQ(quota({.type = 5}), 900) << "the type is ignored";
    EXPECT_EQ(quota({.from = 1000, .to = 1009}), 90);
    EXPECT_EQ(quota({.username = "nobody"}), 0);
    const LogRate rate = read_one(*database, [](Reader& db) {
        return consumed_since(db, {.from = 1, .to = 2, .model_name = "m1"}, 1090);
    });
    EXPECT_EQ(rate.requests, 2) << "of 1093 and 1097; the filter's own times are ignored";
    EXPECT_EQ(rate.tokens, 6);
}

TEST(LogsOfATokens, AreTheNewest) {
    const TempDatabase file;
    const auto database = filled(file, 100);
    const auto found = read_one(*database, [](Reader& db) { return newest_logs_of_token(db, 3, 4); });
    ASSERT_EQ(found.size(), 4U);
    EXPECT_EQ(found[0].created_at, 1098);
    EXPECT_EQ(found[3].created_at, 1083);
}

std::int64_t remove_all(Database& database, std::int64_t before, std::int64_t ids) {
    LogRange range{.first = 0, .ids = ids, .before = before};
    std::int64_t rows = 0;
    do {
        const LogsDeleted deleted = write_one(database,
                                              [&](Transaction& tx) { return delete_logs(tx, range); });
        rows += deleted.rows;
        range.first = deleted.next;
    } while (range.first != 0);
    return rows;
}

TEST(LogDeletion, TakesOlderRowsRangeByRange) {
    const TempDatabase file;
    const auto database = filled(file, 100);
    // An old row behind new ones, and a gap in the ids.
    run_all(*database, {R"(UPDATE "logs" SET "created_at" = 1 WHERE "id" = 90)",
                        R"(DELETE FROM "logs" WHERE "id" BETWEEN 20 AND 29)"});
    EXPECT_EQ(remove_all(*database, 1050, 7), 41);
    EXPECT_EQ(remove_all(*database, 1050, 7), 0);
    EXPECT_EQ(read_one(*database, [](Reader& db) { return list_logs(db, {}, 0, 1); }).total, 49);
    EXPECT_EQ(remove_all(*database, 9'999, 1000), 49);
    EXPECT_EQ(remove_all(*database, 9'999, 1000), 0) << "an empty table";
}

}    // namespace
}    // namespace opusclaw::store
