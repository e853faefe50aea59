// store/log_sums.cpp: sums over billed rows of table `logs` (spec 03 section 14.2): whole hours from the hourly usage, what sticks out at
// either end of a span, and what the hourly usage does not know, from the rows themselves.
#include <limits>
#include <optional>
#include <string>

#include "store/catalog_queries.h"
#include "store/log_where.h"
#include "store/sql.h"
#include "store/usage.h"
#include "store/usage_rows.h"

namespace opusclaw::store {

namespace {

LogFilter consumed(LogFilter filter) {
    filter.type = static_cast<std::int64_t>(LogType::Consume);
    return filter;
}

std::int64_t quota_of(Reader& db, const LogQuery& query) {
    if (query.nothing) return 0;
    const std::string sum = sum_of(db.engine(), R"("quota")");
    return db
        .integer("SELECT " + sum + " " + from_logs(db.engine(), query.walk) + query.where, query.parameters)
        .value_or(0);
}

/// The whole hours inside a filter's span, where an hour is known by the second it begins with. Times before the first hours of 1970
/// are not told apart by the hourly usage, which has rows without a time there too.
struct WholeHours {
    std::int64_t first = kUsageHour, end = 0;    // end: behind the last one; 0: open
    bool any = true;
};

WholeHours whole_hours(const LogFilter& filter) {
    constexpr std::int64_t kLatest = std::numeric_limits<std::int64_t>::max() - kUsageHour;
    WholeHours hours;
    if (filter.from > kLatest) return {.any = false};
    if (filter.from > kUsageHour) hours.first = usage_start(filter.from + kUsageHour - 1, kUsageHour);
    if (filter.to == 0) return hours;
    // No overflow: the largest number is not the last second of its hour.
    hours.end = usage_start(filter.to, kUsageHour) +
                (filter.to % kUsageHour == kUsageHour - 1 ? kUsageHour : 0);
    hours.any = filter.to > 0 && hours.end > hours.first;
    return hours;
}

/// By what the log compares names, so that the hourly usage, whose texts are utf8mb4 on MySQL, can do it alike. nullopt: it cannot.
std::optional<std::string> collation_of_log(Reader& db, std::string_view column, const std::string& name) {
    if (name.empty() || db.engine() != Engine::Mysql) return std::string();
    if (name.ends_with(' ')) return std::nullopt;    // the usage has no blanks at the end there
    std::string collation = collation_of(db, "logs", column);
    if (!collation.starts_with("utf8mb4_")) return std::nullopt;
    return collation;
}

/// The same question to the hourly usage, but for the times. nullopt: it cannot tell, as it knows no names of users and tokens, or is
/// not complete yet.
std::optional<UsageFilter> usage_filter(Reader& db, const LogFilter& filter) {
    const bool unknown = !filter.username.empty() || !filter.token_name.empty() || !filter.request_id.empty();
    if (unknown || !usage_tells_name(filter.model_name) || !usage_tells_name(filter.group))
        return std::nullopt;
    const auto model = collation_of_log(db, "model_name", filter.model_name);
    const auto group = collation_of_log(db, "group", filter.group);
    if (!model || !group || !usage_is_complete(db)) return std::nullopt;
    UsageFilter usage{.user_id = filter.user_id,
                      .type = filter.type,
                      .model_name = filter.model_name,
                      .group = filter.group,
                      .model_collation = *model,
                      .group_collation = *group};
    if (filter.channel_id != 0) usage.channel_id = filter.channel_id;
    return usage;
}

/// What sticks out before `first` and from `end` on.
std::int64_t quota_of_edges(Reader& db, const LogFilter& filter, const WholeHours& hours) {
    std::int64_t quota = 0;
    if (filter.from < hours.first) {
        LogFilter before = filter;
        before.to = hours.first - 1;
        quota += quota_of(db, short_span_query(db.engine(), before));
    }
    if (filter.to != 0 && filter.to >= hours.end) {
        LogFilter behind = filter;
        behind.from = hours.end;
        quota += quota_of(db, short_span_query(db.engine(), behind));
    }
    return quota;
}

}    // namespace

std::int64_t consumed_quota(Reader& db, const LogFilter& filter) {
    const LogFilter billed = consumed(filter);
    const WholeHours hours = whole_hours(billed);
    std::optional<UsageFilter> usage = hours.any ? usage_filter(db, billed) : std::nullopt;
    if (!usage) return quota_of(db, log_query(db, billed));
    if (billed.from == 0 && billed.to == 0) return sum_used_quota(db, *usage);
    usage->from = hours.first;
    if (hours.end != 0) usage->to = hours.end - 1;
    return sum_used_quota(db, *usage) + quota_of_edges(db, billed, hours);
}

LogRate consumed_since(Reader& db, const LogFilter& filter, std::int64_t from) {
    constexpr Column<LogRate> kRate[] = {{"requests", &LogRate::requests}, {"tokens", &LogRate::tokens}};
    LogFilter recent = consumed(filter);
    recent.from = from;
    recent.to = 0;
    const LogQuery query = short_span_query(db.engine(), recent);
    const std::string tokens = sum_of(db.engine(),
                                      R"(COALESCE("prompt_tokens", 0) + COALESCE("completion_tokens", 0))");
    const std::string sums = R"(FROM (SELECT COUNT(*) AS "requests", )" + tokens + R"( AS "tokens" )" +
                             from_logs(db.engine(), query.walk) + query.where + R"() AS "sums")";
    return db.select_one<LogRate>(kRate, sums, query.parameters).value_or(LogRate{});
}

}    // namespace opusclaw::store
