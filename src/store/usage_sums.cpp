// store/usage_sums.cpp: sums over `opus_usage_hourly` and `opus_usage_totals` (store/usage.h). Of a long span the totals are read by
// days and, at its ends, by hours. Who keeps the tables is in usage.cpp.
#include "store/sql.h"
#include "store/usage.h"
#include "store/usage_rows.h"

namespace opusclaw::store {

namespace {

constexpr Column<UsageSum> kSums[] = {{"requests", &UsageSum::requests},
                                      {"quota", &UsageSum::quota},
                                      {"prompt_tokens", &UsageSum::prompt_tokens},
                                      {"completion_tokens", &UsageSum::completion_tokens}};

/// Where a piece of a sum is read.
struct Source {
    std::string_view table, time;    // the column that says when a row begins
};
constexpr Source kHourly{"opus_usage_hourly", "hour"};
constexpr Source kTotals{"opus_usage_totals", "start"};

/// From `first` on, before `end`; an end that is absent is open.
struct Span {
    std::optional<std::int64_t> first, end;
};

class Query {
public:
    void add(const std::string& condition, std::string_view name, Value value) {
        where_.append(where_.empty() ? " WHERE " : " AND ").append(condition);
        parameters_.push_back({name, std::move(value)});
    }
    UsageSum run(Reader& db, const Source& source, std::span<const Column<UsageSum>> columns) const {
        std::string sums;
        for (const Column<UsageSum>& column : columns) {
            const std::string name = "\"" + std::string(column.name) + "\"";
            sums += (sums.empty() ? "" : ", ") + sum_of(db.engine(), name) + " AS " + name;
        }
        const std::string rest = "FROM (SELECT " + sums + " FROM \"" + std::string(source.table) + "\"" +
                                 where_ + ") AS \"sums\"";
        return db.select_one<UsageSum>(columns, rest, parameters_).value_or(UsageSum{});
    }

private:
    std::string where_;
    Parameters parameters_;
};

std::string compared_by(std::string_view column, std::string_view collation) {
    std::string text(column);
    return collation.empty() ? text : text.append(" COLLATE ").append(collation);
}

void add_conditions(Query& query, const UsageFilter& filter, const Source& source, const Span& span) {
    const std::string time = "\"" + std::string(source.time) + "\"";
    if (span.first) query.add(time + " >= :first", "first", *span.first);
    if (span.end) query.add(time + " < :end", "end", *span.end);
    if (filter.type != 0) query.add(R"("type" = :type)", "type", filter.type);
    if (!filter.model_name.empty()) {
        constexpr std::string_view kColumn = R"("model_name")";
        Pattern pattern = pattern_condition("model_name", "model", filter.model_name);
        const std::string rest = pattern.condition.substr(kColumn.size());
        query.add(compared_by(kColumn, filter.model_collation) + rest, "model", std::move(pattern.value));
    }
    if (!filter.group.empty())
        query.add(compared_by(R"("group")", filter.group_collation) + " = :group", "group", filter.group);
}

/// What is asked, and which sums of it.
struct Question {
    Reader& db;
    const UsageFilter& filter;
    std::span<const Column<UsageSum>> columns;
};

UsageSum sum_hourly(const Question& asked, const Span& span) {
    const UsageFilter& filter = asked.filter;
    Query query;
    if (filter.user_id) query.add(R"("user_id" = :user)", "user", *filter.user_id);
    add_conditions(query, filter, kHourly, span);
    if (filter.token_id) query.add(R"("token_id" = :token)", "token", *filter.token_id);
    if (filter.channel_id) query.add(R"("channel_id" = :channel)", "channel", *filter.channel_id);
    return query.run(asked.db, kHourly, asked.columns);
}

UsageSum sum_totals(const Question& asked, std::int64_t seconds, const Span& span) {
    Query query;
    query.add(R"("channel_id" = :channel)", "channel", asked.filter.channel_id.value_or(kAllChannels));
    query.add(R"("seconds" = :seconds)", "seconds", seconds);
    add_conditions(query, asked.filter, kTotals, span);
    return query.run(asked.db, kTotals, asked.columns);
}

UsageSum operator+(const UsageSum& a, const UsageSum& b) {
    return {.requests = a.requests + b.requests,
            .quota = a.quota + b.quota,
            .prompt_tokens = a.prompt_tokens + b.prompt_tokens,
            .completion_tokens = a.completion_tokens + b.completion_tokens};
}

UsageSum sum_by_days(const Question& asked, const Span& span) {
    const std::optional<std::int64_t> day =
        span.first ? std::optional(usage_start(*span.first + kUsageDay - kUsageHour, kUsageDay))
                   : std::nullopt;
    const std::optional<std::int64_t> end_day = span.end ? std::optional(usage_start(*span.end, kUsageDay))
                                                         : std::nullopt;
    if (day && end_day && *day >= *end_day) return sum_totals(asked, kUsageHour, span);
    UsageSum sum = sum_totals(asked, kUsageDay, {.first = day, .end = end_day});
    if (day && *day > *span.first)
        sum = sum + sum_totals(asked, kUsageHour, {.first = span.first, .end = day});
    if (end_day && *end_day < *span.end)
        sum = sum + sum_totals(asked, kUsageHour, {.first = end_day, .end = span.end});
    return sum;
}

UsageSum answer(const Question& asked) {
    const UsageFilter& filter = asked.filter;
    Span span;
    if (filter.from != 0) span.first = usage_start(filter.from, kUsageHour);
    if (filter.to != 0) span.end = usage_start(filter.to, kUsageHour) + kUsageHour;
    return filter.user_id || filter.token_id ? sum_hourly(asked, span) : sum_by_days(asked, span);
}

}    // namespace

UsageSum sum_usage(Reader& db, const UsageFilter& filter) {
    return answer({.db = db, .filter = filter, .columns = kSums});
}

std::int64_t sum_used_quota(Reader& db, const UsageFilter& filter) {
    // A sum takes a server as long as looking at the row.
    static constexpr Column<UsageSum> kQuota[] = {{"quota", &UsageSum::quota}};
    return answer({.db = db, .filter = filter, .columns = kQuota}).quota;
}

bool usage_tells_name(std::string_view name) { return name.size() < kUsageNameWidth; }

}    // namespace opusclaw::store
