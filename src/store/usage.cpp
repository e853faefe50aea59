// store/usage.cpp: statements over `opus_usage_hourly`, and the way from old log rows to it. `opus_usage_gaps` holds ranges of ids
// not counted yet; `opus_state.usage_counted` the last id that was counted or noted.
#include "store/usage.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/text.h"
#include "store/sql.h"
#include "store/state.h"

namespace opusclaw::store {

namespace {

constexpr std::size_t kNameWidth = 191;      // characters, of the two names
constexpr std::int64_t kIdsInStep = 5000;    // log rows that one step reads at most
constexpr std::string_view kCounted = "usage_counted";

constexpr std::string_view kNames[] = {
    "hour", "user_id",  "token_id", "channel_id",    "model_name",        "group",
    "type", "requests", "quota",    "prompt_tokens", "completion_tokens", "use_time"};
constexpr std::size_t kKeys = 7;

constexpr Column<UsageRow> kColumns[] = {
    {"hour", &UsageRow::hour},
    {"user_id", &UsageRow::user_id},
    {"token_id", &UsageRow::token_id},
    {"channel_id", &UsageRow::channel_id},
    {"model_name", &UsageRow::model_name},
    {"group", &UsageRow::group},
    {"type", &UsageRow::type},
    {"requests", &UsageRow::requests},
    {"quota", &UsageRow::quota},
    {"prompt_tokens", &UsageRow::prompt_tokens},
    {"completion_tokens", &UsageRow::completion_tokens},
    {"use_time", &UsageRow::use_time},
};
constexpr Column<UsageSum> kSums[] = {{"requests", &UsageSum::requests},
                                      {"quota", &UsageSum::quota},
                                      {"prompt_tokens", &UsageSum::prompt_tokens},
                                      {"completion_tokens", &UsageSum::completion_tokens}};

struct Gap {
    std::int64_t low_id = 0, high_id = 0;
};
constexpr Column<Gap> kGap[] = {{"low_id", &Gap::low_id}, {"high_id", &Gap::high_id}};

/// In the order of the key: the same order on every node keeps row locks from crossing.
class Hours {
public:
    void add(const UsageRow& row) {
        UsageRow& sum = rows_
                            .try_emplace(Key{row.hour, row.user_id, row.token_id, row.channel_id,
                                             cut(row.model_name), cut(row.group), row.type})
                            .first->second;
        sum.requests += row.requests;
        sum.quota += row.quota;
        sum.prompt_tokens += row.prompt_tokens;
        sum.completion_tokens += row.completion_tokens;
        sum.use_time += row.use_time;
    }
    void store(Transaction& tx) const {
        const Upsert upsert{.table = "opus_usage_hourly",
                            .columns = kNames,
                            .keys = std::span(kNames).first(kKeys),
                            .conflict = OnConflict::Add};
        std::vector<Parameters> sets;
        sets.reserve(rows_.size());
        for (const auto& [key, sum] : rows_) sets.push_back(parameters(key, sum));
        tx.execute_many(upsert_sql(tx.engine(), upsert), sets);
    }

private:
    using Key = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::string, std::string,
                           std::int64_t>;

    /// As it comes back from the column: valid, cut, and without the blanks at the end that MySQL does not tell apart.
    static std::string cut(std::string_view name) {
        std::string out = text::clean_utf8(name);
        out.resize(text::cut_utf8(out, kNameWidth).size());
        out.erase(out.find_last_not_of(' ') + 1);
        return out;
    }
    static Parameters parameters(const Key& key, const UsageRow& sum) {
        const auto& [hour, user, token, channel, model, group, type] = key;
        return {{"hour", hour},
                {"user_id", user},
                {"token_id", token},
                {"channel_id", channel},
                {"model_name", model},
                {"group", group},
                {"type", type},
                {"requests", sum.requests},
                {"quota", sum.quota},
                {"prompt_tokens", sum.prompt_tokens},
                {"completion_tokens", sum.completion_tokens},
                {"use_time", sum.use_time}};
    }

    std::map<Key, UsageRow> rows_;
};

std::int64_t hour_of(std::int64_t at) { return at - at % kUsageHour; }

/// Takes the ids from `from` on out of the gap. False: another node was faster.
bool claim(Transaction& tx, const Gap& gap, std::int64_t from) {
    Parameters parameters = {{"low", gap.low_id}, {"high", gap.high_id}};
    if (from == gap.low_id)
        return tx.execute(R"(DELETE FROM "opus_usage_gaps" WHERE "low_id" = :low AND "high_id" = :high)",
                          parameters) == 1;
    parameters.push_back({"rest", from - 1});
    return tx.execute(
               R"(UPDATE "opus_usage_gaps" SET "high_id" = :rest WHERE "low_id" = :low AND "high_id" = :high)",
               parameters) == 1;
}

// Old rows may have NULL anywhere.
constexpr std::string_view kOldRows =
    R"(FROM (SELECT COALESCE("created_at", 0) - COALESCE("created_at", 0) % 3600 AS "hour",)"
    R"( COALESCE("user_id", 0) AS "user_id", COALESCE("token_id", 0) AS "token_id",)"
    R"( COALESCE("channel_id", 0) AS "channel_id", COALESCE("model_name", '') AS "model_name",)"
    R"( COALESCE("group", '') AS "group", COALESCE("type", 0) AS "type", 1 AS "requests",)"
    R"( COALESCE("quota", 0) AS "quota", COALESCE("prompt_tokens", 0) AS "prompt_tokens",)"
    R"( COALESCE("completion_tokens", 0) AS "completion_tokens", COALESCE("use_time", 0) AS "use_time")"
    R"( FROM "logs" WHERE "id" BETWEEN :low AND :high) "old")";

}    // namespace

UsageSum sum_usage(Reader& db, const UsageFilter& filter) {
    std::string where;
    Parameters parameters;
    const auto add = [&](std::string_view condition, std::string_view name, Value value) {
        where.append(where.empty() ? " WHERE " : " AND ").append(condition);
        parameters.push_back({name, std::move(value)});
    };
    if (filter.user_id) add(R"("user_id" = :user)", "user", *filter.user_id);
    if (filter.token_id) add(R"("token_id" = :token)", "token", *filter.token_id);
    if (filter.channel_id) add(R"("channel_id" = :channel)", "channel", *filter.channel_id);
    if (filter.type != 0) add(R"("type" = :type)", "type", filter.type);
    if (filter.from != 0) add(R"("hour" >= :from)", "from", hour_of(filter.from));
    if (filter.to != 0) add(R"("hour" <= :to)", "to", hour_of(filter.to));
    if (!filter.model_name.empty()) add(R"("model_name" = :model)", "model", filter.model_name);
    if (!filter.group.empty()) add(R"("group" = :group)", "group", filter.group);
    const std::string rest =
        R"(FROM (SELECT COALESCE(SUM("requests"), 0) AS "requests", COALESCE(SUM("quota"), 0) AS "quota",)"
        R"( COALESCE(SUM("prompt_tokens"), 0) AS "prompt_tokens",)"
        R"( COALESCE(SUM("completion_tokens"), 0) AS "completion_tokens" FROM "opus_usage_hourly")" +
        where + R"() "sums")";
    return db.select_one<UsageSum>(kSums, rest, parameters).value_or(UsageSum{});
}

void add_usage(Transaction& tx, std::span<const LogRow> rows) {
    if (rows.empty()) return;
    Hours hours;
    for (const LogRow& row : rows)
        hours.add({.hour = hour_of(row.created_at),
                   .user_id = row.user_id,
                   .token_id = row.token_id,
                   .channel_id = row.channel_id,
                   .model_name = row.model_name,
                   .group = row.group,
                   .type = row.type,
                   .requests = 1,
                   .quota = row.quota,
                   .prompt_tokens = row.prompt_tokens,
                   .completion_tokens = row.completion_tokens,
                   .use_time = row.use_time});
    hours.store(tx);
    tx.execute(
        R"(UPDATE "opus_state" SET "value" = (SELECT COALESCE(MAX("id"), 0) FROM "logs") WHERE "name" = :name)",
        {{"name", std::string(kCounted)}});
}

void note_uncounted_logs(Transaction& tx) {
    const std::int64_t last = tx.integer(R"(SELECT MAX("id") FROM "logs")").value_or(0);
    const auto counted = find_state(tx, kCounted);
    const std::int64_t first = counted ? *counted + 1
                                       : tx.integer(R"(SELECT MIN("id") FROM "logs")").value_or(1);
    if (first <= last) {
        constexpr std::string_view kGapNames[] = {"low_id", "high_id"};
        const Upsert upsert{
            .table = "opus_usage_gaps", .columns = kGapNames, .keys = std::span(kGapNames).first(1)};
        tx.execute(upsert_sql(tx.engine(), upsert), {{"low_id", first}, {"high_id", last}});
    }
    if (counted != last) put_state(tx, kCounted, last);
}

bool count_old_logs(Transaction& tx) {
    const auto gap = tx.select_one<Gap>(kGap, R"(FROM "opus_usage_gaps" ORDER BY "high_id" DESC LIMIT 1)");
    if (!gap) return false;
    const std::int64_t from = std::max(gap->low_id, gap->high_id - kIdsInStep + 1);
    if (!claim(tx, *gap, from)) return true;
    Hours hours;
    for (const UsageRow& row :
         tx.select<UsageRow>(kColumns, kOldRows, {{"low", from}, {"high", gap->high_id}}))
        hours.add(row);
    hours.store(tx);
    return true;
}

bool usage_is_complete(Reader& db) { return db.integer(R"(SELECT COUNT(*) FROM "opus_usage_gaps")") == 0; }

}    // namespace opusclaw::store
