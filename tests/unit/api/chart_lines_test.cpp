// tests/unit/api/chart_lines_test.cpp: what is stored of charts never differs from what the rows would give (api/chart_lines.h,
// api/chart_keeper.h).
#include "api/chart_lines.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>

#include "api/chart_keeper.h"
#include "store/chart_hours.h"
#include "store/state.h"
#include "unit/store/temp_database.h"

namespace opusclaw::api {
namespace {

using store::ChartBy;
using store::QuotaDataRow;
using store::Reader;
using store::TimeSpan;

constexpr std::int64_t kHour = 3600, kStart = 400'000 * kHour;
constexpr ChartBy kBoth[] = {ChartBy::Model, ChartBy::Username};

std::string lines(store::Database& database, ChartBy by, TimeSpan span) {
    return store::read_one(database, [&](Reader& db) {
        std::string out;
        json::Writer writer(out);
        writer.begin_array();
        write_chart_lines(db, by, span, writer);
        writer.end_array();
        return out;
    });
}

/// From the rows alone.
std::string fresh(store::Database& database, ChartBy by, TimeSpan span) {
    return "[" + store::read_one(database, [&](Reader& db) { return read_chart_lines(db, by, span); }) + "]";
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

/// Each look at it takes some time.
class TickingClock : public ManualClock {
public:
    using ManualClock::ManualClock;
    SteadyTime steady() const override {
        ticked_ += tick;
        return ManualClock::steady() + ticked_;
    }
    std::chrono::milliseconds tick{0};

private:
    mutable std::chrono::milliseconds ticked_{0};
};

class Charts : public testing::Test {
protected:
    void add(const std::vector<QuotaDataRow>& rows) {
        const std::int64_t now = to_unix(clock.unix_now());
        database->write_now([&](store::Transaction& tx) { store::add_quota_data(tx, rows, now); });
    }
    void go_to(std::int64_t at) { clock.advance(std::chrono::seconds(at - to_unix(clock.unix_now()))); }
    void step() { store::run_on_loop(keeper->step()); }
    /// What a minute and a half of the job do.
    void keep() {
        for (int i = 0; i < 3; ++i) {
            step();
            clock.advance(std::chrono::seconds(30));
        }
    }
    void start_keeper() { keeper = std::make_unique<ChartKeeper>(*database, clock); }
    std::vector<std::int64_t> kept(ChartBy by) {
        std::vector<std::int64_t> hours;
        store::read_one(*database, [&](Reader& db) {
            for (const store::ChartHour& hour :
                 store::find_chart_hours(db, by, {.from = 0, .to = kStart + 10'000 * kHour}))
                hours.push_back((hour.hour - kStart) / kHour);
            return true;
        });
        return hours;
    }

    const store::TempDatabase file;
    const std::unique_ptr<store::Database> database = file.open_migrated();
    TickingClock clock{kStart};
    std::unique_ptr<ChartKeeper> keeper = std::make_unique<ChartKeeper>(*database, clock);
};

using Hours = std::vector<std::int64_t>;

TEST_F(Charts, HaveTheLinesOfTheRows) {
    add({row(1, "m", kStart, 5), row(2, "m", kStart, 6), row(1, "n\"", kStart + 2 * kHour, 7)});
    const TimeSpan span{.from = kStart, .to = kStart + 3 * kHour - 1};
    const std::string wanted =
        R"([{"id":0,"user_id":0,"username":"","model_name":"m","created_at":1440000000,"token_used":22,"count":2,"quota":11},)"
        R"({"id":0,"user_id":0,"username":"","model_name":"n\"","created_at":1440007200,"token_used":14,"count":1,"quota":7}])";
    EXPECT_EQ(lines(*database, ChartBy::Model, span), wanted);
    go_to(kStart + 5 * kHour);
    keep();
    EXPECT_EQ(kept(ChartBy::Model), (Hours{0, 2}));
    EXPECT_EQ(lines(*database, ChartBy::Model, span), wanted) << "stored";
    EXPECT_EQ(lines(*database, ChartBy::Username, span), fresh(*database, ChartBy::Username, span));
    EXPECT_EQ(lines(*database, ChartBy::Model, {.from = 10, .to = 5}), "[]");
}

TEST_F(Charts, OfAnHourAreStoredWhenItIsOverForAWhile) {
    add({row(1, "m", kStart, 5)});
    go_to(kStart + kHour + store::kHourKeptAfter - 200);
    keep();
    EXPECT_EQ(kept(ChartBy::Model), Hours{});
    go_to(kStart + kHour + store::kHourKeptAfter);
    keep();
    EXPECT_EQ(kept(ChartBy::Model), Hours{0});
    EXPECT_EQ(kept(ChartBy::Username), Hours{0});
}

TEST_F(Charts, OfAnHourAreAddedUpOnceUntilItIsChanged) {
    add({row(1, "m", kStart, 5), row(1, "m", kStart + kHour, 6)});
    go_to(kStart + 3 * kHour);
    keep();
    const TimeSpan span{.from = kStart, .to = kStart + 2 * kHour - 1};
    const std::string before = lines(*database, ChartBy::Model, span);
    // Behind the back of what counts changes: only where the stored lines are used does it not show.
    store::run_all(*database, {R"(UPDATE "quota_data" SET "quota" = 1000)"});
    EXPECT_EQ(lines(*database, ChartBy::Model, span), before);
    add({row(1, "m", kStart, 1)});
    const auto shows_the_change = [&](const char* when) {
        const std::string half = lines(*database, ChartBy::Model, span);
        EXPECT_NE(half.find("\"quota\":1001"), std::string::npos) << when << half;
        EXPECT_NE(half.find("\"quota\":6}"), std::string::npos) << when << half;
    };
    shows_the_change("at once: ");
    EXPECT_EQ(kept(ChartBy::Model), Hours{1});
    keep();
    EXPECT_EQ(kept(ChartBy::Model), (Hours{0, 1}));
    shows_the_change("stored: ");
}

TEST_F(Charts, OfTheLastMonthAreStored) {
    constexpr std::int64_t kMonth = 31 * 24;
    add({row(1, "m", kStart, 1), row(1, "m", kStart + kHour, 2), row(1, "m", kStart + kMonth * kHour, 3)});
    go_to(kStart + (kMonth + 1) * kHour + store::kHourKeptAfter);
    keep();
    EXPECT_EQ(kept(ChartBy::Username), (Hours{1, kMonth}));
    clock.advance(std::chrono::hours(1));
    add({row(1, "m", kStart + (kMonth + 1) * kHour, 3)});
    keep();
    EXPECT_EQ(kept(ChartBy::Username), (Hours{kMonth, kMonth + 1}));
}

TEST_F(Charts, AreAddedUpWhereTheStoredTextIsBroken) {
    add({row(1, "m", kStart, 5)});
    go_to(kStart + 2 * kHour);
    keep();
    const TimeSpan span{.from = kStart, .to = kStart + kHour - 1};
    for (const char* text : {"", "!", "AAAA"}) {
        store::run_all(*database, {std::string(R"(UPDATE "opus_chart_hours" SET "lines" = ')") + text + "'"});
        for (const ChartBy by : kBoth)
            EXPECT_EQ(lines(*database, by, span), fresh(*database, by, span)) << text;
    }
}

// What came too late to be counted as a change: by a slow clock, or in a transaction that took minutes.
TEST_F(Charts, OfAnHourAreAddedUpOnceMoreHoursLater) {
    add({row(1, "m", kStart, 5)});
    go_to(kStart + 2 * kHour);
    keep();
    const auto uncounted = [this](std::int64_t quota) {
        database->write_now([&](store::Transaction& tx) {
            store::add_quota_data(tx, std::vector{row(1, "m", kStart, quota)}, kStart);
        });
    };
    uncounted(6);
    const TimeSpan span{.from = kStart, .to = kStart + kHour - 1};
    keep();
    EXPECT_NE(lines(*database, ChartBy::Model, span), fresh(*database, ChartBy::Model, span));
    go_to(kStart + kHour + store::kHourFinalAfter);
    keep();
    EXPECT_EQ(lines(*database, ChartBy::Model, span), fresh(*database, ChartBy::Model, span));
    EXPECT_NE(lines(*database, ChartBy::Model, span).find("\"quota\":11"), std::string::npos);
    start_keeper();
    store::run_all(*database, {R"(UPDATE "quota_data" SET "quota" = 1000)"});
    keep();
    EXPECT_NE(lines(*database, ChartBy::Model, span).find("\"quota\":11"), std::string::npos) << "not again";
}

TEST_F(Charts, OfHoursThatAreNotOverAreForgotten) {
    add({row(1, "m", kStart, 5)});
    TickingClock wrong{kStart + 10 * kHour};
    ChartKeeper by_it(*database, wrong);
    wrong.advance(std::chrono::seconds(60));
    store::run_on_loop(by_it.step());
    EXPECT_EQ(kept(ChartBy::Model), Hours{0});
    // The clock is right again, for a keeper of before and for a new one.
    add({row(1, "m", kStart, 7)});
    go_to(kStart + 600);
    step();
    EXPECT_EQ(kept(ChartBy::Model), Hours{});
    go_to(kStart + 2 * kHour);
    keep();
    const TimeSpan span{.from = kStart, .to = kStart + kHour - 1};
    EXPECT_EQ(kept(ChartBy::Model), Hours{0});
    EXPECT_EQ(lines(*database, ChartBy::Model, span), fresh(*database, ChartBy::Model, span));
}

TEST_F(Charts, AreAddedUpInShortSteps) {
    std::vector<QuotaDataRow> rows;
    for (std::int64_t hour = 0; hour < 40; ++hour) rows.push_back(row(1, "m", kStart + hour * kHour, 1));
    add(rows);
    go_to(kStart + 41 * kHour);
    clock.tick = std::chrono::milliseconds(30);
    std::size_t steps = 0;
    for (std::size_t before = 0; before < 40; before = kept(ChartBy::Model).size(), ++steps) {
        step();
        const Hours now = kept(ChartBy::Model);
        ASSERT_LE(now.size(), before + 4) << "a tenth of a second";
        ASSERT_TRUE(now.empty() || now.back() == 39) << "the latest first";
        ASSERT_LT(steps, 1000U);
    }
    EXPECT_GE(steps, 10U);
}

TEST_F(Charts, OfOneHourThatFailsKeepNoOtherFromBeingStored) {
    add({row(1, "m", kStart, 5), row(2, "broken", kStart + kHour, 6), row(1, "m", kStart + 2 * kHour, 7)});
    go_to(kStart + 4 * kHour);
    if (database->engine() != store::Engine::Sqlite) GTEST_SKIP() << "a trigger of SQLite's";
    store::run_all(*database,
                   {"CREATE TRIGGER \"refuse\" BEFORE INSERT ON \"opus_chart_hours\" WHEN NEW.\"hour\" = " +
                    std::to_string(kStart + kHour) + " BEGIN SELECT RAISE(ABORT, 'no'); END"});
    int failed = 0;
    for (int i = 0; i < 8; ++i) {
        net::Loop loop(0);
        std::exception_ptr failure;
        std::vector<Task<>> tasks;
        tasks.push_back(keeper->step());
        net::TaskGroup group(loop);
        loop.post([&] { group.start(store::run_and_stop(loop, std::move(tasks), failure)); });
        loop.run();
        failed += loop.broken_invariants() > 0 || failure ? 1 : 0;
        clock.advance(std::chrono::seconds(61));
    }
    EXPECT_EQ(failed, 2) << "once for each kind of chart, and not again within the hour";
    EXPECT_EQ(kept(ChartBy::Model), (Hours{0, 2}));
    EXPECT_EQ(kept(ChartBy::Username), (Hours{0, 2}));
}

TEST_F(Charts, AreOneMastersJob) {
    add({row(1, "m", kStart, 5)});
    go_to(kStart + 2 * kHour);
    store::write_one(*database, [&](store::Transaction& tx) {
        return store::take_lease(
            tx,
            {.name = "chart_hours", .holder = "another", .now = to_unix(clock.unix_now()), .seconds = 100});
    });
    step();
    EXPECT_EQ(kept(ChartBy::Model), Hours{});
    clock.advance(std::chrono::seconds(101));
    step();
    EXPECT_EQ(kept(ChartBy::Model), Hours{0});
}

// Rows in random hours, late ones too, between questions for random spans and steps of the job; some times are no beginning of an
// hour, as a program of old may have written them.
TEST_F(Charts, NeverDifferFromTheRows) {
    std::mt19937_64 random(5);
    const auto any = [&random](std::int64_t from, std::int64_t to) {
        return std::uniform_int_distribution<std::int64_t>(from, to)(random);
    };
    const bool server = store::tested_engine() != store::Engine::Sqlite;
    for (int i = 0; i < (server ? 60 : 300); ++i) {
        clock.advance(std::chrono::seconds(any(0, 1500)));
        const std::int64_t now = to_unix(clock.unix_now());
        std::vector<QuotaDataRow> rows;
        for (std::int64_t count = any(0, 4); count > 0; --count) {
            const std::int64_t at = now - (any(0, 2) == 0 ? 0 : any(0, 60 * kHour));
            const std::int64_t odd = any(0, 9) == 0 ? any(1, kHour - 1) : 0;
            rows.push_back(
                row(any(1, 5), "m" + std::to_string(any(1, 3)), at - at % kHour + odd, any(-5, 100)));
        }
        add(rows);
        if (any(0, 2) == 0) keep();
        const std::int64_t from = any(0, 20) == 0 ? any(-10, 10) : now - any(-5 * kHour, 80 * kHour);
        const std::int64_t length = any(0, 20) == 0 ? any(-2, 2'000 * kHour) : any(0, 60 * kHour);
        const TimeSpan span{.from = any(0, 1) == 0 ? from - from % kHour : from, .to = from + length};
        for (const ChartBy by : kBoth)
            ASSERT_EQ(lines(*database, by, span), fresh(*database, by, span))
                << i << ": " << span.from << " to " << span.to;
    }
    EXPECT_GT(kept(ChartBy::Model).size(), 5U);
}

}    // namespace
}    // namespace opusclaw::api
