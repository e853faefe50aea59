// tests/unit/store/log_plans_test.cpp: no statement over table `logs` reads it from end to end, whatever is asked for (spec 03
// section 14.2; DESIGN section 9). Every function of the repositories is called with every way to filter, and the plans of all
// its statements are read, on SQLite and PostgreSQL.
#include <gtest/gtest.h>

#include <functional>

#include "base/text.h"
#include "store/logs.h"
#include "store/quota_data.h"
#include "store/usage.h"
#include "unit/store/plan_watch.h"
#include "unit/store/temp_database.h"

namespace opusclaw::store {
namespace {

constexpr std::int64_t kHour = 3600, kStart = 500'000 * kHour;
constexpr int kBusyRows = 10'050, kRareRows = 30;    // lists sort fewer than ten thousand rows themselves

LogRow row(std::string_view name, std::int64_t id, std::int64_t number) {
    LogRow row;
    row.user_id = row.token_id = row.channel_id = id;
    row.created_at = kStart + number;
    row.type = number % 20 == 9 ? 5 : 2;
    row.username = row.token_name = row.model_name = row.group = row.request_id = name;
    row.quota = 10;
    return row;
}

/// One user with many rows, one with few.
std::unique_ptr<Database> filled(const TempDatabase& file) {
    auto database = file.open_migrated();
    database->write_now([](Transaction& tx) {
        std::vector<LogRow> rows;
        for (int i = 0; i < kBusyRows; ++i) rows.push_back(row("busy", 1, i));
        for (int i = 0; i < kRareRows; ++i) rows.push_back(row("rare", 2, i * 300));
        insert_logs(tx, rows);
    });
    return database;
}

using Part = std::function<void(LogFilter&)>;
constexpr std::size_t kSpan = 0;

std::vector<Part> parts(const std::string& name, std::int64_t id) {
    return {[](LogFilter& f) { f.from = kStart + 100, f.to = kStart + 20'000; },
            [](LogFilter& f) { f.type = 2; },
            [](LogFilter& f) { f.type = 5; },
            [](LogFilter& f) { f.type = 1; },
            [](LogFilter& f) { f.from = kStart; },
            [](LogFilter& f) { f.to = kStart + 20'000; },
            [id](LogFilter& f) { f.user_id = id; },
            [id](LogFilter& f) { f.channel_id = id; },
            [name](LogFilter& f) { f.username = name; },
            [name](LogFilter& f) { f.token_name = name; },
            [name](LogFilter& f) { f.group = name; },
            [name](LogFilter& f) { f.request_id = name; },
            [name](LogFilter& f) { f.model_name = name; },
            [name](LogFilter& f) { f.model_name = name.substr(0, 2) + "%"; },
            [](LogFilter& f) { f.model_name = "%r%"; }};
}

/// Every part and every pair of them, with a span of time and without, for both users.
std::vector<LogFilter> filters() {
    std::vector<LogFilter> all = {LogFilter{}};
    for (const auto& [name, id] : {std::pair{"busy", 1}, std::pair{"rare", 2}}) {
        const std::vector<Part> given = parts(name, id);
        const auto add = [&](std::initializer_list<std::size_t> chosen) {
            LogFilter filter;
            for (const std::size_t i : chosen) given[i](filter);
            all.push_back(std::move(filter));
        };
        for (std::size_t i = 0; i < given.size(); ++i)
            for (std::size_t j = i; j < given.size(); ++j) {
                add({i, j});
                add({kSpan, i, j});
            }
    }
    return all;
}

/// Nothing is sought, or what nearly every row fulfils, and a LIMIT ends it: as many rows are read as are counted or shown.
bool may_walk(const std::string& sql) {
    const std::size_t inner = sql.find(R"((SELECT )");
    if (inner == std::string::npos || sql.find(" LIMIT ", inner) == std::string::npos) return false;
    const std::size_t where = sql.find(" WHERE ", inner);
    return where == std::string::npos || sql.substr(where).starts_with(R"( WHERE "type" = 2 LIMIT)") ||
           sql.substr(where).starts_with(R"( WHERE "type" = 2 ORDER BY "id" DESC LIMIT)");
}

bool reads_all(Engine engine, const std::string& step) {
    if (engine == Engine::Postgres) return step.find("Seq Scan on logs") != std::string::npos;
    return step == "SCAN logs" || step.starts_with("SCAN logs ");
}

std::string described(const SeenPlan& plan) {
    std::string out = plan.sql;
    for (const std::string& step : plan.steps) out += "\n    " + step;
    return out;
}

std::vector<std::string> scans(Engine engine, const std::vector<SeenPlan>& plans) {
    std::vector<std::string> found;
    for (const SeenPlan& plan : plans)
        if (std::ranges::any_of(plan.steps, [&](const auto& step) { return reads_all(engine, step); }) &&
            !may_walk(plan.sql))
            found.push_back(described(plan));
    return found;
}

/// What the job's statements would read from end to end; the job runs in a transaction of its own.
std::vector<std::string> scans_of(Database& database, const std::function<void(Transaction&)>& job) {
    return write_one(database, [&](Transaction& tx) {
        // On a table as small as this one a server reads everything if it may.
        if (tx.engine() == Engine::Postgres) tx.execute("SET LOCAL enable_seqscan = off");
        PlanWatch watch(tx);
        job(watch);
        const std::vector<SeenPlan> plans = watch.take();
        EXPECT_FALSE(plans.empty());
        return scans(tx.engine(), plans);
    });
}

class LogPlans : public testing::Test {
protected:
    void SetUp() override {
        if (tested_engine() == Engine::Mysql) GTEST_SKIP() << "its plans are told in another form";
    }
    void expect_no_scan(Database& database, const std::function<void(Transaction&)>& job) {
        for (const std::string& scan : scans_of(database, job)) ADD_FAILURE() << scan;
    }
};

TEST_F(LogPlans, AScanIsSeen) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    const auto found = scans_of(*database, [](Transaction& tx) {
        tx.integer(R"(SELECT COUNT(*) FROM "logs" WHERE "content" = :text LIMIT 1)",
                   {{"text", std::string("x")}});
    });
    EXPECT_EQ(found.size(), 1U);
}

TEST_F(LogPlans, ListsReadNoMoreThanTheyMust) {
    const TempDatabase file;
    const auto database = filled(file);
    expect_no_scan(*database, [](Transaction& tx) {
        for (const LogFilter& filter : filters()) {
            list_logs(tx, filter, 0, 10);
            list_logs(tx, filter, 5, 10, 20);    // more than are counted
        }
    });
}

TEST_F(LogPlans, SumsReadNoMoreThanTheyMust) {
    const TempDatabase file;
    const auto database = filled(file);
    expect_no_scan(*database, [](Transaction& tx) {
        for (const LogFilter& filter : filters()) {
            consumed_quota(tx, filter);
            consumed_since(tx, filter, kStart + 10'000);
        }
    });
}

TEST_F(LogPlans, SumsReadNoMoreWhileOldRowsAreCounted) {
    const TempDatabase file;
    const auto database = filled(file);
    run_all(*database, {R"(INSERT INTO "opus_usage_gaps" ("low_id", "high_id") VALUES (1, 5000))"});
    expect_no_scan(*database, [](Transaction& tx) {
        for (LogFilter filter : filters()) {
            filter.from = std::max(filter.from, kStart);
            consumed_quota(tx, filter);
        }
        while (count_old_logs(tx)) {}
    });
}

TEST_F(LogPlans, OwnRowsOfAModelOrTypeAreFoundInTheIndexAlone) {
    const TempDatabase file;
    const auto database = filled(file);
    const bool postgres = database->engine() == Engine::Postgres;
    std::vector<std::pair<LogFilter, std::string>> cases = {
        {{.user_id = 1, .model_name = "busy"},
         postgres ? "Index Only Scan using idx_logs_user_id"
                  : "SEARCH logs USING COVERING INDEX idx_user_id_id (user_id=?"}};
    // SQLite has an index of the rare types for it.
    if (postgres) cases.push_back({{.user_id = 1, .type = 5}, "Only Scan using opus_idx_logs_other_user_id"});
    for (const auto& [filter, wanted] : cases) {
        const std::string plan = write_one(*database, [&](Transaction& tx) {
            if (postgres) tx.execute("SET LOCAL enable_seqscan = off");
            if (postgres) tx.execute("SET LOCAL enable_bitmapscan = off");
            PlanWatch watch(tx);
            list_logs(watch, filter, 0, 10);
            return described(watch.take().at(0));
        });
        EXPECT_NE(plan.find(wanted), std::string::npos) << plan;
    }
}

TEST_F(LogPlans, RowsOfASpanAreCountedInTheIndexAlone) {
    if (tested_engine() != Engine::Postgres) GTEST_SKIP() << "SQLite looks at each, which costs it less";
    const TempDatabase file;
    const auto database = filled(file);
    const std::pair<LogFilter, std::string> cases[] = {
        {{.username = "busy"}, "idx_logs_username"},    {{.token_name = "busy"}, "idx_logs_token_name"},
        {{.group = "busy"}, "idx_logs_group"},          {{.model_name = "busy"}, "idx_logs_model_name"},
        {{.channel_id = 1}, "idx_logs_channel_id"},     {{.user_id = 1}, "idx_user_id_id"},
        {{.model_name = "bu%"}, "idx_logs_model_name"},
    };
    for (auto [filter, wanted] : cases) {
        filter.from = kStart + 100;
        filter.to = kStart + 20'000;
        const auto plans = write_one(*database, [&filter](Transaction& tx) {
            tx.execute("SET LOCAL enable_seqscan = off");
            tx.execute("SET LOCAL enable_bitmapscan = off");
            PlanWatch watch(tx);
            list_logs(watch, filter, 0, 10);
            return watch.take();
        });
        const bool found = std::ranges::any_of(plans, [&wanted](const SeenPlan& plan) {
            return plan.sql.starts_with("SELECT COUNT(*)") &&
                   described(plan).find("Only Scan Backward using " + wanted) != std::string::npos;
        });
        EXPECT_TRUE(found) << wanted << "\n" << described(plans.at(plans.size() - 2));
    }
}

TEST_F(LogPlans, ServersFindRareTypesByWhatElseIsAsked) {
    if (tested_engine() != Engine::Postgres) GTEST_SKIP() << "SQLite has one index for all of it";
    const TempDatabase file;
    const auto database = filled(file);
    // Failures of others: neither the type nor the other condition leads to few rows alone.
    database->write_now([](Transaction& tx) {
        std::vector<LogRow> rows;
        for (int i = 0; i < kBusyRows; ++i) rows.push_back(row("failing", 3, i));
        for (LogRow& other : rows) other.type = 5;
        insert_logs(tx, rows);
    });
    run_all(*database, {R"(ANALYZE "logs")"});
    const std::pair<LogFilter, std::string> cases[] = {
        {{.type = 5, .username = "busy"}, "opus_idx_logs_other_username"},
        {{.type = 5, .model_name = "busy"}, "opus_idx_logs_other_model_name"},
        {{.type = 5, .from = kStart, .to = kStart + 5'000, .channel_id = 1},
         "opus_idx_logs_other_channel_id"},
        {{.type = 1, .username = "busy"}, "opus_idx_logs_other_username"}};
    for (const auto& [filter, wanted] : cases) {
        const auto plans = write_one(*database, [&filter](Transaction& tx) {
            tx.execute("SET LOCAL enable_seqscan = off");
            PlanWatch watch(tx);
            list_logs(watch, filter, 0, 10);
            return watch.take();
        });
        const bool found = std::ranges::any_of(plans, [&wanted](const SeenPlan& plan) {
            return described(plan).find(wanted) != std::string::npos;
        });
        EXPECT_TRUE(found) << wanted << "\n" << described(plans.back());
    }
}

TEST_F(LogPlans, RowsOfATokenAreFoundByIt) {
    const TempDatabase file;
    const auto database = filled(file);
    expect_no_scan(*database, [](Transaction& tx) { newest_logs_of_token(tx, 2, 1000); });
}

TEST_F(LogPlans, SumsOfAUserAreReadFromTheKeyAlone) {
    const TempDatabase file;
    const auto database = filled(file);
    const bool postgres = database->engine() == Engine::Postgres;
    const std::string wanted = postgres ? "Index Only Scan using opus_usage_hourly_pkey"
                                        : "SEARCH opus_usage_hourly USING PRIMARY KEY (user_id=?";
    for (const UsageFilter& filter :
         {UsageFilter{.user_id = 2, .type = 2},
          UsageFilter{.user_id = 2, .type = 2, .from = kStart, .model_name = "rare"},
          UsageFilter{.user_id = 2, .to = kStart, .group = "rare"}}) {
        const std::string plan = write_one(*database, [&](Transaction& tx) {
            if (postgres) tx.execute("SET LOCAL enable_seqscan = off");
            if (postgres) tx.execute("SET LOCAL enable_bitmapscan = off");
            PlanWatch watch(tx);
            sum_usage(watch, filter);
            return described(watch.take().at(0));
        });
        EXPECT_NE(plan.find(wanted), std::string::npos) << plan;
    }
}

TEST_F(LogPlans, DeletionAndTheStartReadRanges) {
    const TempDatabase file;
    const auto database = filled(file);
    expect_no_scan(*database, [](Transaction& tx) {
        note_uncounted_logs(tx);
        delete_logs(tx, {.first = 0, .ids = 200, .before = kStart + 100});
        insert_logs(tx, std::vector{row("busy", 1, 20'000)});
    });
}

}    // namespace
}    // namespace opusclaw::store
