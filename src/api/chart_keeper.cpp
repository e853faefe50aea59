// api/chart_keeper.cpp: which hours are added up, and when.
#include "api/chart_keeper.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "api/chart_lines.h"
#include "store/chart_hours.h"

namespace opusclaw::api {
namespace {

using store::ChartBy;
using store::kQuotaHour;
constexpr std::int64_t kKeptHours = 31 * 24;       // what a dashboard asks for is a month at most
constexpr std::int64_t kBetweenLooks = 60;         // seconds
constexpr std::int64_t kFirstLook = 5;             // seconds after a start, which has other things to do
constexpr std::chrono::milliseconds kWork{100};    // of a step, but for the last hour of it

/// The latest hour that may be kept.
std::int64_t latest(std::int64_t now) {
    const std::int64_t over = now - store::kHourKeptAfter;
    return over - over % kQuotaHour - kQuotaHour;
}

std::optional<std::int64_t> changes_of(const std::map<std::int64_t, std::int64_t>& changes,
                                       std::int64_t hour) {
    const auto found = changes.find(hour);
    return found == changes.end() ? std::nullopt : std::optional(found->second);
}

}    // namespace

/// In the order of waiting_.
std::vector<ChartKeeper::Hour> ChartKeeper::find_work(store::Reader& db, std::int64_t now) const {
    const store::TimeSpan span{.from = latest(now) - (kKeptHours - 1) * kQuotaHour, .to = latest(now)};
    std::vector<Hour> work;
    const auto changes = store::quota_data_changes(db, span);
    for (const ChartBy by : {ChartBy::Username, ChartBy::Model}) {
        const auto kept = store::chart_hour_changes(db, by, span);
        for (std::int64_t hour = span.from; hour <= span.to; hour += kQuotaHour) {
            const std::int64_t wanted = changes_of(changes, hour).value_or(0);
            const auto empty = no_lines_.find({.by = by, .begin = hour});
            if (empty != no_lines_.end() && empty->second == wanted) continue;
            if (changes_of(kept, hour) != wanted) work.push_back({.by = by, .begin = hour});
        }
    }
    std::ranges::stable_sort(work, {}, &Hour::begin);
    return work;
}

/// From the back of `waiting`, until the time is over; at least one.
std::vector<ChartKeeper::Kept> ChartKeeper::add_up(store::Reader& db, const std::vector<Hour>& waiting,
                                                   const Clock& clock) {
    const SteadyTime end = clock.steady() + kWork;
    std::vector<Kept> kept;
    for (auto hour = waiting.rbegin(); hour != waiting.rend() && (kept.empty() || clock.steady() < end);
         ++hour) {
        // The number before the rows: what is changed in between is added up once more.
        const auto changes = store::quota_data_changes(db, {.from = hour->begin, .to = hour->begin});
        const std::string lines = read_chart_lines(db, hour->by,
                                                   {.from = hour->begin, .to = hour->begin + kQuotaHour - 1});
        kept.push_back({.hour = *hour,
                        .changes = changes_of(changes, hour->begin).value_or(0),
                        .lines = lines.empty() ? "" : pack_chart_lines(lines)});
    }
    return kept;
}

Task<> ChartKeeper::step() {
    const std::int64_t now = to_unix(clock_.unix_now());
    if (next_look_ == 0) next_look_ = now + kFirstLook;
    if (waiting_.empty() && now < next_look_) co_return;
    // Before anything that may fail: it is not tried again at once.
    next_look_ = now + kBetweenLooks;
    std::vector<Hour> waiting = std::exchange(waiting_, {});
    if (waiting.empty())
        waiting = co_await database_.read([this, now](store::Reader& db) { return find_work(db, now); });
    if (waiting.empty()) co_return;
    const std::vector<Kept> kept = co_await database_.read(
        [this, &waiting](store::Reader& db) { return add_up(db, waiting, clock_); });
    co_await save(kept, now);
    waiting.resize(waiting.size() - kept.size());
    waiting_ = std::move(waiting);
}

Task<> ChartKeeper::save(const std::vector<Kept>& kept, std::int64_t now) {
    const std::int64_t first = latest(now) - (kKeptHours - 1) * kQuotaHour;
    co_await database_.write([&kept, first](store::Transaction& tx) {
        for (const ChartBy by : {ChartBy::Model, ChartBy::Username}) {
            std::vector<store::ChartHour> hours;
            for (const Kept& entry : kept)
                if (entry.hour.by == by && !entry.lines.empty())
                    hours.push_back(
                        {.hour = entry.hour.begin, .changes = entry.changes, .lines = entry.lines});
            store::put_chart_hours(tx, by, hours);
        }
        store::delete_chart_hours_before(tx, first);
    });
    for (const Kept& entry : kept)
        if (entry.lines.empty()) no_lines_[entry.hour] = entry.changes;
    std::erase_if(no_lines_, [first](const auto& entry) { return entry.first.begin < first; });
}

}    // namespace opusclaw::api
