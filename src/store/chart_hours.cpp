// store/chart_hours.cpp: statements over table `opus_chart_hours`.
#include "store/chart_hours.h"

#include "store/literal_sql.h"
#include "store/sql.h"

namespace opusclaw::store {
namespace {

constexpr Column<ChartHour> kWhole[] = {
    {"hour", &ChartHour::hour}, {"changes", &ChartHour::changes}, {"lines", &ChartHour::lines}};
constexpr std::span<const Column<ChartHour>> kWithoutLines = std::span(kWhole).first(2);

std::int64_t number_of(ChartBy by) { return by == ChartBy::Model ? 1 : 2; }

Parameters asked(ChartBy by, TimeSpan span) {
    return {{"chart", number_of(by)}, {"from", span.from}, {"to", span.to}};
}

}    // namespace

std::vector<ChartHour> find_chart_hours(Reader& db, ChartBy by, TimeSpan span) {
    return db.select<ChartHour>(
        kWhole,
        R"(FROM "opus_chart_hours" WHERE "chart" = :chart AND "hour" >= :from AND "hour" <= :to)"
        R"( AND "changes" = COALESCE((SELECT "opus_quota_hours"."changes" FROM "opus_quota_hours")"
        R"( WHERE "opus_quota_hours"."hour" = "opus_chart_hours"."hour"), 0) ORDER BY "hour")",
        asked(by, span));
}

std::map<std::int64_t, std::int64_t> chart_hour_changes(Reader& db, ChartBy by, TimeSpan span) {
    std::map<std::int64_t, std::int64_t> changes;
    const auto rows = db.select<ChartHour>(
        kWithoutLines,
        R"(FROM "opus_chart_hours" WHERE "chart" = :chart AND "hour" >= :from AND "hour" <= :to)",
        asked(by, span));
    for (const ChartHour& row : rows) changes.emplace(row.hour, row.changes);
    return changes;
}

void put_chart_hours(Transaction& tx, ChartBy by, std::span<const ChartHour> hours) {
    constexpr std::string_view kNames[] = {"chart", "hour", "changes", "lines"};
    const Upsert upsert{.table = "opus_chart_hours", .columns = kNames, .keys = std::span(kNames).first(2)};
    BulkInsert insert(tx, upsert_sql(tx.engine(), upsert));
    for (const ChartHour& hour : hours)
        insert.add(number_of(by)).add(hour.hour).add(hour.changes).add(hour.lines).end_row();
    insert.finish();
}

void delete_chart_hours_before(Transaction& tx, std::int64_t hour) {
    for (const ChartBy by : {ChartBy::Model, ChartBy::Username})
        tx.execute(R"(DELETE FROM "opus_chart_hours" WHERE "chart" = :chart AND "hour" < :hour)",
                   {{"chart", number_of(by)}, {"hour", hour}});
}

}    // namespace opusclaw::store
