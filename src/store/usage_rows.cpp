// store/usage_rows.cpp: the upserts into `opus_usage_hourly` and `opus_usage_totals`. Which rows are added or taken off is decided in
// usage.cpp.
#include "store/usage_rows.h"

#include <algorithm>
#include <set>
#include <vector>

#include "base/text.h"
#include "store/literal_sql.h"
#include "store/sql.h"
#include "store/usage.h"

namespace opusclaw::store {

namespace {

constexpr std::string_view kHourlyNames[] = {
    "user_id", "hour",     "token_id", "channel_id",    "model_name",        "group",
    "type",    "requests", "quota",    "prompt_tokens", "completion_tokens", "use_time"};
constexpr std::string_view kTotalsNames[] = {
    "channel_id", "seconds", "start",         "model_name",        "group",   "type",
    "requests",   "quota",   "prompt_tokens", "completion_tokens", "use_time"};
constexpr std::size_t kAmounts = 5;    // the last columns of both

template <class Sums>
void upsert_all(Transaction& tx, std::string_view table, std::span<const std::string_view> names,
                const Sums& sums) {
    const Upsert upsert{.table = table,
                        .columns = names,
                        .keys = names.first(names.size() - kAmounts),
                        .conflict = OnConflict::Add};
    BulkInsert insert(tx, upsert_sql(tx.engine(), upsert));
    for (const auto& [key, amounts] : sums) {
        std::apply([&insert](const auto&... part) { (insert.add(part), ...); }, key);
        insert.add(amounts.requests).add(amounts.quota).add(amounts.prompt_tokens);
        insert.add(amounts.completion_tokens).add(amounts.use_time).end_row();
    }
    insert.finish();
}

constexpr std::string_view kDeleteHourly =
    R"(DELETE FROM "opus_usage_hourly" WHERE "hour" BETWEEN :first AND :last AND "requests" <= 0 AND "user_id" IN )";
constexpr std::string_view kDeleteTotals =
    R"(DELETE FROM "opus_usage_totals" WHERE "seconds" IN (3600, 86400) AND "start" BETWEEN :first AND :last)"
    R"( AND "requests" <= 0 AND "channel_id" IN )";

/// Deletes the empty ones among rows of these users or channels that begin within the span; the keys lead to them.
void delete_empty(Transaction& tx, std::string_view statement, const std::set<std::int64_t>& firsts,
                  const std::set<std::int64_t>& times) {
    if (firsts.empty() || times.empty()) return;
    const std::vector<std::int64_t> all(firsts.begin(), firsts.end());
    for (std::size_t i = 0; i < all.size(); i += kMaxIdsInList) {
        IdList list = id_list(std::span(all).subspan(i, std::min(kMaxIdsInList, all.size() - i)));
        list.parameters.push_back({"first", *times.begin()});
        list.parameters.push_back({"last", *times.rbegin()});
        tx.execute(std::string(statement) + list.sql, list.parameters);
    }
}

}    // namespace

UsageAmounts& UsageAmounts::operator+=(const UsageAmounts& more) {
    requests += more.requests;
    quota += more.quota;
    prompt_tokens += more.prompt_tokens;
    completion_tokens += more.completion_tokens;
    use_time += more.use_time;
    return *this;
}

UsageAmounts UsageAmounts::operator-() const {
    return {.requests = -requests,
            .quota = -quota,
            .prompt_tokens = -prompt_tokens,
            .completion_tokens = -completion_tokens,
            .use_time = -use_time};
}

void UsageRows::add(UsageKeys keys, const UsageAmounts& amounts) {
    keys.model_name = as_stored(std::move(keys.model_name));
    keys.group = as_stored(std::move(keys.group));
    const HourlyKey key{keys.user_id,    keys.hour,  keys.token_id, keys.channel_id,
                        keys.model_name, keys.group, keys.type};
    hourly_[key] += amounts;
}

/// Once they are complete: a group has many rows of few keys.
UsageRows::Totals UsageRows::totals() const {
    Totals totals;
    for (const auto& [key, amounts] : hourly_) {
        const auto& [user, hour, token, channel, model, group, type] = key;
        for (const std::int64_t of : {kAllChannels, channel})
            for (const std::int64_t seconds : {kUsageHour, kUsageDay})
                totals[{of, seconds, usage_start(hour, seconds), model, group, type}] += amounts;
    }
    return totals;
}

/// As it comes back from the column: valid and cut; MySQL does not tell blanks at the end apart.
std::string UsageRows::as_stored(std::string name) const {
    std::string out = std::move(name);
    if (out.size() > kUsageNameWidth || out.find('\0') != std::string::npos || !text::valid_utf8(out)) {
        out = text::clean_utf8(out);
        out.resize(text::cut_utf8(out, kUsageNameWidth).size());
    }
    if (engine_ == Engine::Mysql) out.erase(out.find_last_not_of(' ') + 1);
    return out;
}

void UsageRows::store(Transaction& tx) const {
    upsert_all(tx, "opus_usage_hourly", kHourlyNames, hourly_);
    upsert_all(tx, "opus_usage_totals", kTotalsNames, totals());
}

void UsageRows::store_removed(Transaction& tx) const {
    std::set<std::int64_t> users, hours, channels, starts;
    for (const auto& [key, amounts] : hourly_) {
        users.insert(std::get<0>(key));
        hours.insert(std::get<1>(key));
    }
    const Totals totals = this->totals();
    for (const auto& [key, amounts] : totals) {
        channels.insert(std::get<0>(key));
        starts.insert(std::get<2>(key));
    }
    upsert_all(tx, "opus_usage_hourly", kHourlyNames, hourly_);
    delete_empty(tx, kDeleteHourly, users, hours);
    upsert_all(tx, "opus_usage_totals", kTotalsNames, totals);
    delete_empty(tx, kDeleteTotals, channels, starts);
}

}    // namespace opusclaw::store
