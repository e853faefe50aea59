// api/chart_keeper.cpp: which hours are added up, and when.
#include "api/chart_keeper.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "api/chart_lines.h"
#include "base/ids.h"
#include "store/chart_hours.h"
#include "store/state.h"

namespace opusclaw::api {
namespace {

using store::ChartBy;
using store::kQuotaHour;
constexpr std::int64_t kKeptHours = 31 * 24;    // what a dashboard asks for is a month at most
constexpr std::int64_t kLeaseSeconds = 60;

/// The hours that may be kept; both ends begin one.
store::TimeSpan kept_hours(std::int64_t now) {
    const std::int64_t over = now - store::kHourKeptAfter;
    const std::int64_t latest = over - over % kQuotaHour - kQuotaHour;
    return {.from = latest - (kKeptHours - 1) * kQuotaHour, .to = latest};
}

bool is_final(std::int64_t hour, std::int64_t now) {
    return now >= hour + kQuotaHour + store::kHourFinalAfter;
}

std::int64_t changes_of(const std::map<std::int64_t, std::int64_t>& changes, std::int64_t hour) {
    const auto found = changes.find(hour);
    return found == changes.end() ? 0 : found->second;
}

}    // namespace

ChartKeeper::ChartKeeper(store::Database& database, const Clock& clock)
    : database_(database),
      clock_(clock),
      holder_(random_alphanumeric(32)),
      next_look_(clock.steady() + kFirstLook) {}

ChartKeeper::Plan ChartKeeper::plan(store::Reader& db, std::int64_t now) const {
    const store::TimeSpan span = kept_hours(now);
    const auto changes = store::quota_data_changes(db, span);
    std::map<Hour, State> known = not_stored_;
    Plan plan;
    for (const ChartBy by : {ChartBy::Username, ChartBy::Model}) {
        for (const store::ChartHour& row : store::chart_hour_states(db, by)) {
            if (row.hour < span.from || row.hour > span.to) plan.others = true;
            known.insert({{.by = by, .begin = row.hour}, {.changes = row.changes, .final = row.final}});
        }
        for (std::int64_t begin = span.from; begin <= span.to; begin += kQuotaHour) {
            const Hour hour{.by = by, .begin = begin};
            const auto found = known.find(hour);
            const bool right = found != known.end() && found->second.changes == changes_of(changes, begin) &&
                               (found->second.final || !is_final(begin, now));
            const auto put_off = put_off_.find(hour);
            if (!right && (put_off == put_off_.end() || put_off->second <= clock_.steady()))
                plan.work.push_back(hour);
        }
    }
    std::ranges::stable_sort(plan.work, {}, &Hour::begin);
    return plan;
}

Task<> ChartKeeper::look(std::int64_t now) {
    const store::TimeSpan span = kept_hours(now);
    const auto is_other = [span](const auto& entry) {
        return entry.first.begin < span.from || entry.first.begin > span.to;
    };
    std::erase_if(not_stored_, is_other);
    std::erase_if(put_off_, is_other);
    Plan found = co_await database_.read([this, now](store::Reader& db) { return plan(db, now); });
    // Hours that are not over were stored by a clock that has been put back since.
    if (found.others && co_await take_lease(now))
        co_await database_.write([span](store::Transaction& tx) { store::keep_chart_hours(tx, span); });
    waiting_ = std::move(found.work);
}

Task<bool> ChartKeeper::take_lease(std::int64_t now) {
    co_return co_await database_.write([this, now](store::Transaction& tx) {
        return store::take_lease(
            tx, {.name = "chart_hours", .holder = holder_, .now = now, .seconds = kLeaseSeconds});
    });
}

Task<> ChartKeeper::add_up(Hour hour, std::int64_t now) {
    store::ChartHour sum{.hour = hour.begin, .final = is_final(hour.begin, now)};
    sum = co_await database_.read([hour, sum](store::Reader& db) mutable {
        const store::TimeSpan span{.from = hour.begin, .to = hour.begin + kQuotaHour - 1};
        // The number before the rows: what is changed in between is added up once more.
        sum.changes = changes_of(store::quota_data_changes(db, span), hour.begin);
        const std::string lines = read_chart_lines(db, hour.by, span);
        if (!lines.empty()) sum.lines = pack_chart_lines(lines);
        return sum;
    });
    if (sum.lines.empty() || sum.lines.size() > kMostBytes) {
        not_stored_[hour] = {.changes = sum.changes, .final = sum.final};
        co_return;
    }
    not_stored_.erase(hour);
    co_await database_.write(
        [hour, &sum](store::Transaction& tx) { store::put_chart_hour(tx, hour.by, sum); });
}

Task<> ChartKeeper::step() {
    const std::int64_t now = to_unix(clock_.unix_now());
    if (waiting_.empty()) {
        if (clock_.steady() < next_look_) co_return;
        next_look_ = clock_.steady() + kBetweenLooks;
        co_await look(now);
    }
    // Nothing is tried again at once: what throws leaves the rest to the next look.
    std::vector<Hour> waiting = std::exchange(waiting_, {});
    if (waiting.empty() || !co_await take_lease(now)) co_return;
    const SteadyTime end = clock_.steady() + kWork;
    do {
        const Hour hour = waiting.back();
        waiting.pop_back();
        put_off_[hour] = clock_.steady() + kBeforeRetry;
        co_await add_up(hour, now);
        put_off_.erase(hour);
    } while (!waiting.empty() && clock_.steady() < end);
    next_look_ = clock_.steady() + kBetweenLooks;
    waiting_ = std::move(waiting);
}

}    // namespace opusclaw::api
