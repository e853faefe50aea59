// store/chart_hours.cpp: statements over table `opus_chart_hours`.
#include "store/chart_hours.h"

#include "store/sql.h"

namespace opusclaw::store {
namespace {

constexpr Column<ChartHour> kWhole[] = {{"hour", &ChartHour::hour},
                                        {"changes", &ChartHour::changes},
                                        {"final", &ChartHour::final},
                                        {"lines", &ChartHour::lines}};
constexpr std::span<const Column<ChartHour>> kWithoutLines = std::span(kWhole).first(3);

/// Other lines than those of this version would get other numbers.
std::int64_t number_of(ChartBy by) { return by == ChartBy::Model ? 1 : 2; }

}    // namespace

std::vector<ChartHour> find_chart_hours(Reader& db, ChartBy by, TimeSpan span) {
    return db.select<ChartHour>(
        kWhole,
        R"(FROM "opus_chart_hours" WHERE "chart" = :chart AND "hour" >= :from AND "hour" <= :to)"
        R"( AND "changes" = COALESCE((SELECT "opus_quota_hours"."changes" FROM "opus_quota_hours")"
        R"( WHERE "opus_quota_hours"."hour" = "opus_chart_hours"."hour"), 0) ORDER BY "hour")",
        {{"chart", number_of(by)}, {"from", span.from}, {"to", span.to}});
}

std::vector<ChartHour> chart_hour_states(Reader& db, ChartBy by) {
    return db.select<ChartHour>(kWithoutLines, R"(FROM "opus_chart_hours" WHERE "chart" = :chart)",
                                {{"chart", number_of(by)}});
}

void put_chart_hour(Transaction& tx, ChartBy by, const ChartHour& hour) {
    constexpr std::string_view kNames[] = {"chart", "hour", "changes", "final", "lines"};
    const Upsert upsert{.table = "opus_chart_hours", .columns = kNames, .keys = std::span(kNames).first(2)};
    // Not as a literal: it is longer than what is gathered into one packet.
    tx.execute(upsert_sql(tx.engine(), upsert), {{"chart", number_of(by)},
                                                 {"hour", hour.hour},
                                                 {"changes", hour.changes},
                                                 {"final", hour.final},
                                                 {"lines", hour.lines}});
}

void keep_chart_hours(Transaction& tx, TimeSpan span) {
    tx.execute(R"(DELETE FROM "opus_chart_hours" WHERE "hour" < :from OR "hour" > :to)",
               {{"from", span.from}, {"to", span.to}});
}

}    // namespace opusclaw::store
