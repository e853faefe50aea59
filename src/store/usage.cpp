// store/usage.cpp: which log rows go into the hourly usage and out of it, old ones included. `opus_usage_gaps` holds ranges of ids not
// counted yet; `opus_state.usage_counted` the last id that was counted or noted. Sums are in usage_sums.cpp.
#include "store/usage.h"

#include <algorithm>
#include <string>

#include "store/literal_sql.h"
#include "store/sql.h"
#include "store/state.h"
#include "store/usage_rows.h"

namespace opusclaw::store {

namespace {

constexpr std::int64_t kIdsInStep = 5000;    // log rows that one step reads at most
constexpr std::string_view kCounted = "usage_counted";

struct Gap {
    std::int64_t low_id = 0, high_id = 0;
};
constexpr Column<Gap> kGap[] = {{"low_id", &Gap::low_id}, {"high_id", &Gap::high_id}};

UsageKeys keys_of(const LogRow& row) {
    return {.hour = usage_start(row.created_at, kUsageHour),
            .user_id = row.user_id,
            .token_id = row.token_id,
            .channel_id = row.channel_id,
            .model_name = row.model_name,
            .group = row.group,
            .type = row.type};
}

UsageAmounts amounts_of(const LogRow& row) {
    return {.requests = 1,
            .quota = row.quota,
            .prompt_tokens = row.prompt_tokens,
            .completion_tokens = row.completion_tokens,
            .use_time = row.use_time};
}

/// Never back: what another node has stored meanwhile is not seen here.
void note_last_counted(Transaction& tx) {
    constexpr std::string_view kLast = R"(SELECT MAX("id") FROM "logs")";
    if (tx.engine() == Engine::Sqlite) {
        const std::int64_t last = tx.integer(kLast).value_or(0);
        tx.execute(R"(UPDATE "opus_state" SET "value" = :last WHERE "name" = :name AND "value" < :known)",
                   {{"last", last}, {"name", std::string(kCounted)}, {"known", last}});
        return;
    }
    // One way to the server, not two. On MySQL a SELECT within the UPDATE would lock the end of the log.
    const bool postgres = tx.engine() == Engine::Postgres;
    if (!postgres)
        tx.execute_literal(
            LiteralSql(Engine::Mysql).sql(R"(SELECT MAX("id") INTO @opus_last FROM "logs")").text(),
            "SELECT MAX(id) FROM logs");
    LiteralSql note(tx.engine());
    const std::string last = postgres ? "(" + std::string(kLast) + ")" : "@opus_last";
    note.sql(R"(UPDATE "opus_state" SET "value" = )").sql(last).sql(R"( WHERE "name" = )").value(kCounted);
    note.sql(R"( AND "value" < )").sql(last);
    tx.execute_literal(note.text(), "UPDATE opus_state");
}

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

/// Locked, so that nobody counts rows of a gap while others are deleted from it.
std::vector<Gap> lock_gaps(Transaction& tx, std::string_view order) {
    return tx.select<Gap>(
        kGap, R"(FROM "opus_usage_gaps" )" + std::string(order) + std::string(for_update(tx.engine())));
}

}    // namespace

void add_usage(Transaction& tx, std::span<const LogRow* const> rows) {
    if (rows.empty()) return;
    UsageRows usage(tx.engine());
    for (const LogRow* row : rows) usage.add(keys_of(*row), amounts_of(*row));
    usage.store(tx);
    note_last_counted(tx);
}

void remove_usage(Transaction& tx, std::span<const LogRow> rows) {
    const std::vector<Gap> gaps = lock_gaps(tx, R"(ORDER BY "low_id")");
    const std::int64_t counted = find_state(tx, kCounted).value_or(0);
    const auto is_counted = [&gaps, counted](const LogRow& row) {
        return row.id <= counted && std::ranges::none_of(gaps, [&row](const Gap& gap) {
                   return gap.low_id <= row.id && row.id <= gap.high_id;
               });
    };
    UsageRows usage(tx.engine());
    for (const LogRow& row : rows)
        if (is_counted(row)) usage.add(keys_of(row), -amounts_of(row));
    usage.store_removed(tx);
}

void forget_uncounted_beyond(Transaction& tx, std::int64_t last_id) {
    tx.execute(R"(DELETE FROM "opus_usage_gaps" WHERE "low_id" > :last)", {{"last", last_id}});
    tx.execute(R"(UPDATE "opus_usage_gaps" SET "high_id" = :last WHERE "high_id" > :beyond)",
               {{"last", last_id}, {"beyond", last_id}});
    // Only there do ids come back, and only there nobody else is storing rows.
    if (tx.engine() == Engine::Sqlite) {
        tx.execute(R"(UPDATE "opus_state" SET "value" = :last WHERE "name" = :name AND "value" > :beyond)",
                   {{"last", last_id}, {"name", std::string(kCounted)}, {"beyond", last_id}});
    }
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
    const std::vector<Gap> gaps = lock_gaps(tx, R"(ORDER BY "high_id" DESC LIMIT 1)");
    if (gaps.empty()) return false;
    const Gap& gap = gaps.front();
    const std::int64_t from = std::max(gap.low_id, gap.high_id - kIdsInStep + 1);
    if (!claim(tx, gap, from)) return true;
    UsageRows usage(tx.engine());
    // Where New API left a NULL the member stays 0 or empty.
    for (const LogRow& row :
         tx.select<LogRow>(kCountedColumns, R"(FROM "logs" WHERE "id" BETWEEN :low AND :high)",
                           {{"low", from}, {"high", gap.high_id}}))
        usage.add(keys_of(row), amounts_of(row));
    usage.store(tx);
    return true;
}

bool usage_is_complete(Reader& db) {
    if (db.integer(R"(SELECT COUNT(*) FROM "opus_usage_gaps")") != 0) return false;
    // Behind the last counted one are rows that another program has just written.
    return db.integer(R"(SELECT MAX("id") FROM "logs")").value_or(0) <= find_state(db, kCounted).value_or(0);
}

void fill_usage_totals(Transaction& tx) {
    constexpr std::string_view kInto =
        R"(INSERT INTO "opus_usage_totals" ("channel_id", "seconds", "start", "model_name", "group", "type", "requests",)"
        R"( "quota", "prompt_tokens", "completion_tokens", "use_time"))";
    constexpr std::string_view kAmounts =
        R"("model_name", "group", "type", SUM("requests"), SUM("quota"), SUM("prompt_tokens"), SUM("completion_tokens"),)"
        R"( SUM("use_time") FROM "opus_usage_hourly")";
    for (const std::string_view channel : {std::string_view("-1"), std::string_view("\"channel_id\"")}) {
        for (const std::string_view seconds : {std::string_view("3600"), std::string_view("86400")}) {
            std::string sql(kInto);
            sql.append(" SELECT ").append(channel).append(", ").append(seconds);
            const std::string start = "\"hour\" - \"hour\" % " + std::string(seconds);
            sql.append(", ").append(start).append(", ").append(kAmounts).append(" GROUP BY ");
            if (channel != "-1") sql.append(channel).append(", ");
            tx.execute(sql.append(start).append(R"(, "model_name", "group", "type")"));
        }
    }
}

}    // namespace opusclaw::store
