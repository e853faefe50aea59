// tests/unit/store/quota_data_test.cpp: hourly usage and the metadata of models, on a real SQLite file.
#include "store/quota_data.h"

#include <gtest/gtest.h>

#include "store/model_metadata.h"
#include "unit/store/temp_database.h"

namespace opusclaw::store {
namespace {

QuotaDataRow usage(std::int64_t user, std::string model, std::int64_t hour, std::int64_t quota) {
    QuotaDataRow row;
    row.user_id = user;
    row.username = "u" + std::to_string(user);
    row.model_name = std::move(model);
    row.created_at = hour;
    row.token_used = 2 * quota;
    row.count = 1;
    row.quota = quota;
    return row;
}

constexpr std::int64_t kLater = 1'700'000'000;

void add(Database& database, const std::vector<QuotaDataRow>& rows, std::int64_t now = kLater) {
    database.write_now([&](Transaction& tx) { add_quota_data(tx, rows, now); });
}

std::vector<QuotaDataRow> sums_of(Database& database, ChartBy by, TimeSpan span) {
    return read_one(database, [&](Reader& db) { return quota_sums(db, by, span); });
}

TEST(QuotaData, AddsToTheRowOfItsHour) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    add(*database, {usage(1, "m", 3600, 5), usage(1, "n", 3600, 6)});
    add(*database, {usage(1, "m", 3600, 7), usage(1, "m", 7200, 8)});
    const auto rows = read_one(
        *database, [](Reader& db) { return quota_data_of_user(db, 1, {.from = 0, .to = 10'000}); });
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].quota, 12);
    EXPECT_EQ(rows[0].count, 2);
    EXPECT_EQ(rows[0].token_used, 24);
    EXPECT_EQ(rows[2].created_at, 7200);
}

TEST(QuotaData, AddsToOneOfSeveralRows) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    const std::string row =
        R"(INSERT INTO "quota_data" ("user_id", "username", "model_name", "created_at", "quota", "count", "token_used"))"
        R"( VALUES (1, 'u1', 'm', 3600, 100, 1, NULL))";
    run_all(*database, {row, row});
    add(*database, {usage(1, "m", 3600, 1)});
    const auto sums = sums_of(*database, ChartBy::Model, {.from = 3600, .to = 3600});
    ASSERT_EQ(sums.size(), 1U);
    EXPECT_EQ(sums[0].quota, 201);
    EXPECT_EQ(sums[0].token_used, 2);
    const auto names = sums_of(*database, ChartBy::Username, {.from = 0, .to = 9999});
    ASSERT_EQ(names.size(), 1U);
    EXPECT_EQ(names[0].username, "u1");
    EXPECT_EQ(
        read_one(*database,
                 [](Reader& db) { return quota_data_of_username(db, "u1", {.from = 3601, .to = 9999}); })
            .size(),
        0U);
}

// More names than one statement asks for, in several hours, again and again.
TEST(QuotaData, AddsManyUsersAndHours) {
    constexpr std::int64_t kUsers = 150, kHours = 3, kTimes = 3;
    const TempDatabase file;
    const auto database = file.open_migrated();
    std::vector<QuotaDataRow> rows;
    for (std::int64_t user = 1; user <= kUsers; ++user)
        for (std::int64_t hour = 1; hour <= kHours; ++hour)
            for (const std::string model : {"m", "n"}) rows.push_back(usage(user, model, hour * 3600, user));
    for (std::int64_t i = 0; i < kTimes; ++i) add(*database, rows);
    for (const std::int64_t user : {std::int64_t{1}, std::int64_t{64}, std::int64_t{65}, kUsers}) {
        const auto found = read_one(*database, [user](Reader& db) {
            return quota_data_of_user(db, user, {.from = 0, .to = 99'999});
        });
        ASSERT_EQ(found.size(), static_cast<std::size_t>(2 * kHours)) << user;
        for (const QuotaDataRow& row : found) {
            EXPECT_EQ(row.quota, kTimes * user);
            EXPECT_EQ(row.count, kTimes);
            EXPECT_EQ(row.username, "u" + std::to_string(user));
        }
    }
    EXPECT_EQ(
        read_one(*database, [](Reader& db) { return db.integer(R"(SELECT COUNT(*) FROM "quota_data")"); }),
        kUsers * kHours * 2);
}

TEST(QuotaData, CountsTheChangesOfEachHour) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    add(*database, {usage(1, "m", 3600, 5), usage(1, "n", 3600, 6), usage(2, "m", 7200, 7)});
    add(*database, {usage(1, "m", 3600, 5)});
    add(*database, {});
    add(*database, {usage(1, "m", 10'800, 5)});
    using Changes = std::map<std::int64_t, std::int64_t>;
    const auto changes = [&](TimeSpan span) {
        return read_one(*database, [span](Reader& db) { return quota_data_changes(db, span); });
    };
    EXPECT_EQ(changes({.from = 0, .to = 7200}), (Changes{{3600, 2}, {7200, 1}}));
    EXPECT_EQ(changes({.from = 3601, .to = 20'000}), (Changes{{7200, 1}, {10'800, 1}}));
}

TEST(QuotaData, CountsChangesOfHoursThatAreOver) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    const std::int64_t end = 7200;
    for (const std::int64_t now : {std::int64_t{3600}, end, end + kHourCountedAfter - 1})
        add(*database, {usage(1, "m", 3600, 5)}, now);
    const auto changes = [&] {
        return read_one(*database,
                        [](Reader& db) { return quota_data_changes(db, {.from = 0, .to = 100'000}); });
    };
    using Changes = std::map<std::int64_t, std::int64_t>;
    EXPECT_EQ(changes(), Changes{});
    add(*database, {usage(1, "m", 3600, 5), usage(1, "m", 7200, 5)}, end + kHourCountedAfter);
    EXPECT_EQ(changes(), (Changes{{3600, 1}}));
}

TEST(QuotaData, CutsNamesToTheirColumns) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    std::string model;
    for (int i = 0; i < 100; ++i) model += "模";
    add(*database, {usage(1, model, 3600, 1), usage(1, model + "x", 3600, 1)});
    const auto rows = read_one(*database,
                               [](Reader& db) { return quota_data_of_user(db, 1, {.from = 0, .to = 9999}); });
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].model_name.size(), 64 * std::string_view("模").size());
}

TEST(ModelMetadata, LeavesDeletedRowsOut) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    run_all(
        *database,
        {R"(INSERT INTO "models" ("model_name", "description", "vendor_id") VALUES ('a', NULL, NULL), ('b', 'x', 3))",
         R"(UPDATE "models" SET "deleted_at" = CURRENT_TIMESTAMP WHERE "model_name" = 'b')"});
    const auto rows = read_one(*database, [](Reader& db) { return all_model_metadata(db); });
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].status, 1);
    EXPECT_EQ(rows[0].vendor_id, 0);
}

TEST(Vendors, AreInsertedOnce) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    VendorRow vendor;
    vendor.name = "OpenAI";
    vendor.icon = "OpenAI";
    const auto insert = [&] {
        database->write_now([&](Transaction& tx) { insert_missing_vendors(tx, std::span(&vendor, 1), 5); });
        return read_one(*database, [](Reader& db) { return all_vendors(db); }).size();
    };
    EXPECT_EQ(insert(), 1U);
    EXPECT_EQ(insert(), 1U);
    run_all(*database, {R"(UPDATE "vendors" SET "deleted_at" = CURRENT_TIMESTAMP)"});
    EXPECT_EQ(insert(), 1U) << "a deleted one does not count";
}

}    // namespace
}    // namespace opusclaw::store
