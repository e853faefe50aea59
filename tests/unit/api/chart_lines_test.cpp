// tests/unit/api/chart_lines_test.cpp: what is kept of charts never differs from what the database would give (api/chart_lines.h).
#include "api/chart_lines.h"

#include <gtest/gtest.h>

#include <random>

#include "unit/store/temp_database.h"

namespace opusclaw::api {
namespace {

using store::ChartBy;
using store::QuotaDataRow;
using store::Reader;
using store::TimeSpan;

constexpr std::int64_t kHour = 3600, kStart = 400'000 * kHour;

std::string lines(store::Database& database, ChartLines& charts, ChartBy by, TimeSpan span) {
    return store::read_one(database, [&](Reader& db) {
        std::string out;
        json::Writer writer(out);
        writer.begin_array();
        charts.write(db, by, span, writer);
        writer.end_array();
        return out;
    });
}

/// As if nothing had been asked for before, in one piece.
std::string fresh(store::Database& database, ChartBy by, TimeSpan span) {
    return store::read_one(database, [&](Reader& db) {
        std::string out;
        json::Writer writer(out);
        writer.begin_array();
        for (const QuotaDataRow& row : store::quota_sums(db, by, span)) write_chart_line(writer, row);
        writer.end_array();
        return out;
    });
}

QuotaDataRow row(std::int64_t user, std::string model, std::int64_t hour, std::int64_t quota) {
    return {.user_id = user,
            .username = "u" + std::to_string(user),
            .model_name = std::move(model),
            .created_at = hour,
            .token_used = 2 * quota,
            .count = 1,
            .quota = quota};
}

void add(store::Database& database, const std::vector<QuotaDataRow>& rows) {
    database.write_now([&rows](store::Transaction& tx) { store::add_quota_data(tx, rows); });
}

TEST(ChartLines, OfTheLastDayAreReadAhead) {
    const store::TempDatabase file;
    const auto database = file.open_migrated();
    add(*database, {row(1, "m", kStart, 5), row(2, "n", kStart + 23 * kHour, 7)});
    ChartLines charts;
    const std::int64_t now = kStart + 23 * kHour + 1800;
    store::read_one(*database, [&](Reader& db) {
        for (const ChartBy by : {ChartBy::Model, ChartBy::Username})
            charts.read_ahead(db, by, {now - 86'400, now});
        return true;
    });
    const std::size_t before = charts.bytes();
    EXPECT_GT(before, 0U);
    const TimeSpan asked{.from = now - 86'400, .to = now + kHour};
    for (const ChartBy by : {ChartBy::Model, ChartBy::Username})
        EXPECT_EQ(lines(*database, charts, by, asked), fresh(*database, by, asked));
    EXPECT_EQ(charts.bytes(), before);    // nothing had to be read
}

TEST(ChartLines, AreThoseOfTheRows) {
    const store::TempDatabase file;
    const auto database = file.open_migrated();
    add(*database, {row(1, "m", kStart, 5), row(2, "m", kStart, 6), row(1, "n\"", kStart + 2 * kHour, 7)});
    ChartLines charts;
    const TimeSpan span{.from = kStart, .to = kStart + 3 * kHour - 1};
    const std::string wanted =
        R"([{"id":0,"user_id":0,"username":"","model_name":"m","created_at":1440000000,"token_used":22,"count":2,"quota":11},)"
        R"({"id":0,"user_id":0,"username":"","model_name":"n\"","created_at":1440007200,"token_used":14,"count":1,"quota":7}])";
    EXPECT_EQ(lines(*database, charts, ChartBy::Model, span), wanted);
    EXPECT_EQ(lines(*database, charts, ChartBy::Model, span), wanted) << "kept";
    EXPECT_EQ(lines(*database, charts, ChartBy::Username, span), fresh(*database, ChartBy::Username, span));
    EXPECT_EQ(lines(*database, charts, ChartBy::Model, {.from = 10, .to = 5}), "[]");
}

TEST(ChartLines, OfAnHourAreReadOnceUntilItIsChanged) {
    const store::TempDatabase file;
    const auto database = file.open_migrated();
    add(*database, {row(1, "m", kStart, 5), row(1, "m", kStart + kHour, 6)});
    ChartLines charts;
    const TimeSpan span{.from = kStart, .to = kStart + 2 * kHour - 1};
    const std::string before = lines(*database, charts, ChartBy::Model, span);
    // Behind the back of what counts changes: only where the kept lines are used does it not show.
    store::run_all(*database, {R"(UPDATE "quota_data" SET "quota" = 1000)"});
    EXPECT_EQ(lines(*database, charts, ChartBy::Model, span), before);
    add(*database, {row(1, "m", kStart, 1)});
    const std::string half = lines(*database, charts, ChartBy::Model, span);
    EXPECT_NE(half.find("\"quota\":1001"), std::string::npos) << half;
    EXPECT_NE(half.find("\"quota\":6}"), std::string::npos) << half;
}

TEST(ChartLines, KeepNoMoreThanTheyMay) {
    const store::TempDatabase file;
    const auto database = file.open_migrated();
    std::vector<QuotaDataRow> rows;
    for (int hour = 0; hour < 50; ++hour) rows.push_back(row(1, "m", kStart + hour * kHour, hour));
    add(*database, rows);
    ChartLines charts(3000);
    const TimeSpan span{.from = kStart, .to = kStart + 50 * kHour};
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(lines(*database, charts, ChartBy::Model, span), fresh(*database, ChartBy::Model, span));
        EXPECT_LE(charts.bytes(), 3000U);
        EXPECT_GT(charts.bytes(), 1000U);
    }
}

// Rows of us in random hours, late ones too, between questions for random spans; some times are no beginning of an hour, as a
// program of old may have written them.
TEST(ChartLines, NeverDifferFromTheDatabase) {
    const store::TempDatabase file;
    const auto database = file.open_migrated();
    std::mt19937_64 random(5);
    const auto any = [&random](std::int64_t from, std::int64_t to) {
        return std::uniform_int_distribution<std::int64_t>(from, to)(random);
    };
    ChartLines roomy, narrow(8000);
    for (int i = 0; i < 300; ++i) {
        std::vector<QuotaDataRow> rows;
        for (std::int64_t count = any(0, 4); count > 0; --count) {
            const std::int64_t odd = any(0, 9) == 0 ? any(1, kHour - 1) : 0;
            rows.push_back(row(any(1, 5), "m" + std::to_string(any(1, 3)), kStart + any(0, 90) * kHour + odd,
                               any(-5, 100)));
        }
        add(*database, rows);
        const std::int64_t from = any(0, 20) == 0 ? any(-10, 10) : kStart + any(-5 * kHour, 95 * kHour);
        const std::int64_t length = any(0, 20) == 0 ? any(-2, 2'000 * kHour) : any(0, 60 * kHour);
        const TimeSpan span{.from = any(0, 1) == 0 ? from - from % kHour : from, .to = from + length};
        for (const ChartBy by : {ChartBy::Model, ChartBy::Username})
            for (ChartLines* charts : {&roomy, &narrow})
                ASSERT_EQ(lines(*database, *charts, by, span), fresh(*database, by, span))
                    << i << ": " << span.from << " to " << span.to;
    }
}

}    // namespace
}    // namespace opusclaw::api
