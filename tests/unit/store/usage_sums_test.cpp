// tests/unit/store/usage_sums_test.cpp: sums from the hourly usage are those over the rows themselves, for random rows of us and of New
// API, random spans and filters, and after deletions at random (store/usage.h, store/log_sums.cpp).
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "store/logs.h"
#include "store/sql.h"
#include "store/state.h"
#include "store/usage.h"
#include "unit/store/temp_database.h"

namespace opusclaw::store {
namespace {

constexpr std::int64_t kBegin = 1'700'000'000;
constexpr std::int64_t kStep = 1200;    // seconds from row to row: 600 rows are more than eight days

using Random = std::mt19937_64;    // each test has its own, begun with a fixed number

std::int64_t any(Random& random, std::int64_t from, std::int64_t to) {
    return std::uniform_int_distribution<std::int64_t>(from, to)(random);
}

std::string any_of(Random& random, std::initializer_list<const char*> words) {
    return *(words.begin() + any(random, 0, static_cast<std::int64_t>(words.size()) - 1));
}

LogRow any_row(Random& random, std::int64_t number) {
    LogRow row;
    row.created_at = kBegin + number * kStep + any(random, -7'000, 7'000);
    row.user_id = any(random, 1, 4);
    row.token_id = any(random, 0, 3);
    row.channel_id = any(random, 0, 3);
    row.type = any(random, 0, 9) == 0 ? 5 : 2;
    row.model_name = any_of(random, {"gpt-4o", "GPT-4o", "gpt-4o ", "claude", "a_b", "axb", ""});
    row.group = any_of(random, {"default", "vip", ""});
    row.username = "user" + std::to_string(row.user_id);
    row.token_name = any_of(random, {"one", "two"});
    row.quota = any(random, -5, 1000);
    row.prompt_tokens = any(random, 0, 100);
    row.completion_tokens = any(random, 0, 100);
    return row;
}

std::int64_t any_time(Random& random) {
    const std::int64_t at = kBegin + any(random, -10 * kStep, 620 * kStep);
    switch (any(random, 0, 6)) {
        case 0: return 0;
        case 1: return at - at % kUsageHour;
        case 2: return at - at % kUsageHour - 1;
        case 3: return at - at % kUsageDay;
        case 4: return any(random, 0, 4) == 0 ? any(random, -9'000, 9'000) : at;
        default: return at;
    }
}

LogFilter any_filter(Random& random) {
    const auto sometimes = [&random] { return any(random, 0, 3) == 0; };
    LogFilter filter{.from = any_time(random), .to = any_time(random)};
    if (filter.to != 0 && filter.from > filter.to && any(random, 0, 9) != 0)
        std::swap(filter.from, filter.to);
    if (sometimes()) filter.user_id = any(random, 1, 5);
    if (sometimes()) filter.channel_id = any(random, 1, 4);
    if (sometimes())
        filter.model_name = any_of(
            random, {"gpt-4o", "GPT-4o", "gpt-4o ", "claude", "gpt%", "%4o%", "%o ", "a_b", "none"});
    if (sometimes()) filter.group = any_of(random, {"default", "vip", "none"});
    if (any(random, 0, 9) == 0) filter.token_name = "one";
    if (any(random, 0, 9) == 0) filter.username = "user2";
    return filter;
}

std::string told(const LogFilter& filter) {
    return "from " + std::to_string(filter.from) + " to " + std::to_string(filter.to) + " user " +
           std::to_string(filter.user_id.value_or(0)) + " channel " + std::to_string(filter.channel_id) +
           " model '" + filter.model_name + "' group '" + filter.group + "' token '" + filter.token_name +
           "' name '" + filter.username + "'";
}

/// By the plainest statement there is.
std::int64_t quota_of_rows(Reader& db, const LogFilter& filter) {
    std::string where = R"( WHERE "type" = 2)";
    Parameters parameters;
    const auto add = [&](std::string_view condition, std::string_view name, Value value) {
        where.append(" AND ").append(condition);
        parameters.push_back({name, std::move(value)});
    };
    if (filter.from != 0) add(R"("created_at" >= :from)", "from", filter.from);
    if (filter.to != 0) add(R"("created_at" <= :to)", "to", filter.to);
    if (filter.user_id) add(R"("user_id" = :user)", "user", *filter.user_id);
    if (filter.channel_id != 0) add(R"("channel_id" = :channel)", "channel", filter.channel_id);
    if (!filter.group.empty()) add(R"("group" = :group)", "group", filter.group);
    if (!filter.token_name.empty()) add(R"("token_name" = :token)", "token", filter.token_name);
    if (!filter.username.empty()) add(R"("username" = :username)", "username", filter.username);
    if (!filter.model_name.empty()) {
        Pattern pattern = pattern_condition("model_name", "model", filter.model_name);
        add(pattern.condition, "model", std::move(pattern.value));
    }
    return db.integer("SELECT " + sum_of(db.engine(), "\"quota\"") + " FROM \"logs\"" + where, parameters)
        .value_or(0);
}

void expect_same_sums(Database& database, Random& random, int filters) {
    for (int i = 0; i < filters; ++i) {
        const LogFilter filter = any_filter(random);
        const auto [rows, sum] = read_one(database, [&](Reader& db) {
            return std::pair(quota_of_rows(db, filter), consumed_quota(db, filter));
        });
        ASSERT_EQ(sum, rows) << told(filter);
    }
}

void insert_ours(Database& database, Random& random, std::int64_t first, std::int64_t count) {
    database.write_now([&](Transaction& tx) {
        for (std::int64_t i = 0; i < count;) {
            std::vector<LogRow> rows;
            for (std::int64_t group = any(random, 1, 20); group > 0 && i < count; --group, ++i)
                rows.push_back(any_row(random, first + i));
            insert_logs(tx, rows);
        }
    });
}

/// Behind our back, and some of them with NULLs.
void insert_as_new_api(Database& database, Random& random, std::int64_t first, std::int64_t count) {
    database.write_now([&](Transaction& tx) {
        for (std::int64_t i = 0; i < count; ++i) {
            const LogRow row = any_row(random, first + i);
            const bool gap = any(random, 0, 20) == 0;
            tx.execute(
                R"(INSERT INTO "logs" ("user_id", "created_at", "type", "model_name", "quota", "group", "channel_id"))"
                R"( VALUES (:user, :at, 2, :model, :quota, :group, :channel))",
                {{"user", row.user_id},
                 {"at", gap ? Value(nullptr) : Value(row.created_at)},
                 {"model", row.model_name},
                 {"quota", row.quota},
                 {"group", gap ? Value(nullptr) : Value(row.group)},
                 {"channel", row.channel_id}});
        }
    });
}

void delete_before(Database& database, Random& random, std::int64_t before) {
    LogRange range{.first = 0, .ids = any(random, 3, 300), .before = before};
    do {
        range.first = write_one(database, [&](Transaction& tx) { return delete_logs(tx, range); }).next;
    } while (range.first != 0);
}

std::int64_t rows_in(Database& database, const std::string& table) {
    return read_one(database,
                    [&](Reader& db) { return *db.integer("SELECT COUNT(*) FROM \"" + table + "\""); });
}

bool count_step(Database& database) {
    return write_one(database, [](Transaction& tx) { return count_old_logs(tx); });
}

TEST(UsageSums, AreThoseOverTheRows) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    Random random(7);
    insert_ours(*database, random, 0, 600);
    expect_same_sums(*database, random, 200);
    for (const std::int64_t rows : {100, 350}) {
        delete_before(*database, random, kBegin + rows * kStep + any(random, 0, kUsageDay));
        expect_same_sums(*database, random, 80);
    }
    insert_ours(*database, random, 300, 100);
    expect_same_sums(*database, random, 80);
    delete_before(*database, random, kBegin + 900 * kStep);
    EXPECT_EQ(rows_in(*database, "logs"), 0);
    EXPECT_EQ(rows_in(*database, "opus_usage_hourly"), 0) << "nothing is left behind";
    EXPECT_EQ(rows_in(*database, "opus_usage_totals"), 0);
}

TEST(UsageSums, OfAModelOrGroupAreReadFromTheUsage) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    Random random(8);
    insert_ours(*database, random, 0, 100);
    const LogFilter filters[] = {{.model_name = "gpt-4o"}, {.model_name = "gpt%"}, {.group = "vip"}};
    const auto sums = [&] {
        std::vector<std::int64_t> all;
        for (const LogFilter& filter : filters)
            all.push_back(read_one(*database, [&](Reader& db) { return consumed_quota(db, filter); }));
        return all;
    };
    const std::vector<std::int64_t> before = sums();
    // Behind the back of what adds up: where the rows are not looked at it does not show.
    run_all(*database, {R"(UPDATE "logs" SET "quota" = 0)"});
    EXPECT_EQ(sums(), before);
    EXPECT_GT(before[0], 0);
}

TEST(UsageSums, AreRightWhileOldRowsAreCounted) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    Random random(8);
    run_all(*database, {R"(DELETE FROM "opus_state")"});    // as before the first start
    insert_as_new_api(*database, random, 0, 5'200);
    migrate(*database);
    insert_ours(*database, random, 300, 50);
    expect_same_sums(*database, random, 20);
    EXPECT_TRUE(count_step(*database));
    // Some of these were counted, others not yet.
    delete_before(*database, random, kBegin + 250 * kStep);
    while (count_step(*database)) {}
    EXPECT_TRUE(read_one(*database, [](Reader& db) { return usage_is_complete(db); }));
    expect_same_sums(*database, random, 100);
    run_all(*database, {R"(UPDATE "logs" SET "created_at" = 1 WHERE "created_at" IS NULL)"});
    delete_before(*database, random, kBegin + 9'000 * kStep);
    EXPECT_EQ(rows_in(*database, "opus_usage_hourly"), 0) << "a row without a time counts in the first hour";
    EXPECT_EQ(rows_in(*database, "opus_usage_totals"), 0);
}

TEST(UsageSums, AreRightWhenAnotherProgramHasWritten) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    Random random(11);
    insert_ours(*database, random, 0, 100);
    insert_as_new_api(*database, random, 50, 100);
    expect_same_sums(*database, random, 30);
    delete_before(*database, random, kBegin + 70 * kStep);
    migrate(*database);
    while (count_step(*database)) {}
    EXPECT_TRUE(read_one(*database, [](Reader& db) { return usage_is_complete(db); }));
    expect_same_sums(*database, random, 60);
}

TEST(UsageSums, ForgetOldRowsWhoseIdsMayComeBack) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    Random random(9);
    run_all(*database, {R"(DELETE FROM "opus_state")"});
    insert_as_new_api(*database, random, 0, 20);
    migrate(*database);
    delete_before(*database, random, kBegin + 100 * kStep);
    insert_ours(*database, random, 0, 20);
    while (count_step(*database)) {}
    EXPECT_EQ(read_one(*database, [](Reader& db) { return sum_usage(db, {}).requests; }),
              rows_in(*database, "logs"));
}

TEST(UsageSums, CountWhatNewApiWritesBehindADeletion) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    Random random(11);
    insert_ours(*database, random, 0, 30);
    delete_before(*database, random, kBegin + 100 * kStep);
    insert_as_new_api(*database, random, 0, 10);
    migrate(*database);
    while (count_step(*database)) {}
    EXPECT_EQ(read_one(*database, [](Reader& db) { return sum_usage(db, {}).requests; }),
              rows_in(*database, "logs"));
}

// Another node has stored rows that this one does not see yet: going back would have them counted twice at the next start.
TEST(UsageSums, NeverForgetHowFarOthersHaveCounted) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    Random random(12);
    run_all(*database, {R"(UPDATE "opus_state" SET "value" = 1000 WHERE "name" = 'usage_counted')"});
    insert_ours(*database, random, 0, 5);
    EXPECT_EQ(read_one(*database, [](Reader& db) { return find_state(db, "usage_counted"); }), 1000);
}

TEST(UsageTotals, AreFilledFromTheHourlyUsageOfBefore) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    Random random(10);
    insert_ours(*database, random, 0, 300);
    const std::int64_t rows = rows_in(*database, "opus_usage_totals");
    run_all(*database, {R"(DROP TABLE "opus_usage_totals")", R"(DELETE FROM "opus_migrations")"});
    migrate(*database);
    EXPECT_EQ(rows_in(*database, "opus_usage_totals"), rows);
    expect_same_sums(*database, random, 60);
}

}    // namespace
}    // namespace opusclaw::store
