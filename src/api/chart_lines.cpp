// api/chart_lines.cpp: which hours of a span are read again. The sums are store/quota_data's.
#include "api/chart_lines.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace opusclaw::api {
namespace {

using store::kQuotaHour;
constexpr std::int64_t kMostHours = 40 * 24;    // of longer spans nothing is kept
constexpr std::size_t kOverhead = 160;          // bytes of an entry beside its text

std::int64_t start_of(std::int64_t at) { return at - at % kQuotaHour; }

std::size_t cost(const std::string& lines) { return kOverhead + lines.size(); }

std::int64_t changes_of(const std::map<std::int64_t, std::int64_t>& changes, std::int64_t hour) {
    const auto found = changes.find(hour);
    return found == changes.end() ? 0 : found->second;
}

void write_rows(store::Reader& db, store::ChartBy by, store::TimeSpan span, json::Writer& writer) {
    if (span.from > span.to) return;
    for (const store::QuotaDataRow& row : store::quota_sums(db, by, span)) write_chart_line(writer, row);
}

using Hours = std::map<std::int64_t, std::shared_ptr<const std::string>>;

/// Behind the hours from `at` on that are missing; a day at most, so that not all of a long span is in memory twice.
Hours::const_iterator end_of_missing(Hours::const_iterator at, Hours::const_iterator end) {
    const std::int64_t day = at->first + 24 * kQuotaHour;
    while (at != end && !at->second && at->first < day) ++at;
    return at;
}

/// The lines of each hour from `span.from`, which begins one, to `span.to`, which ends one.
Hours read_hours(store::Reader& db, store::ChartBy by, store::TimeSpan span) {
    std::map<std::int64_t, std::string> texts;
    for (std::int64_t hour = span.from; hour <= span.to; hour += kQuotaHour) texts[hour];
    for (const store::QuotaDataRow& row : store::quota_sums(db, by, span)) {
        std::string& lines = texts[start_of(row.created_at)];
        if (!lines.empty()) lines += ',';
        json::Writer writer(lines);
        write_chart_line(writer, row);
    }
    Hours hours;
    for (auto& [hour, lines] : texts) {
        lines.shrink_to_fit();    // it may be kept
        hours[hour] = std::make_shared<const std::string>(std::move(lines));
    }
    return hours;
}

}    // namespace

void write_chart_line(json::Writer& writer, const store::QuotaDataRow& row) {
    writer.begin_object().member("id", row.id).member("user_id", row.user_id);
    writer.member("username", row.username).member("model_name", row.model_name);
    writer.member("created_at", row.created_at).member("token_used", row.token_used);
    writer.member("count", row.count).member("quota", row.quota).end_object();
}

ChartLines::Hours ChartLines::find(store::ChartBy by, store::TimeSpan hours, const Changes& changes) {
    const std::lock_guard lock(mutex_);
    Hours found;
    for (std::int64_t hour = hours.from; hour <= hours.to; hour += kQuotaHour) {
        Text& lines = found[hour];
        const auto kept = kept_.find({by, hour});
        if (kept == kept_.end() || kept->second.changes != changes_of(changes, hour)) continue;
        kept->second.asked = ++asked_;
        lines = kept->second.lines;
    }
    return found;
}

void ChartLines::keep(store::ChartBy by, const Hours& read, const Changes& changes) {
    const std::lock_guard lock(mutex_);
    for (const auto& [hour, lines] : read) {
        Kept& kept = kept_[{by, hour}];
        if (kept.lines) bytes_ -= cost(*kept.lines);
        kept = {.lines = lines, .changes = changes_of(changes, hour), .asked = ++asked_};
        bytes_ += cost(*lines);
    }
    while (bytes_ > most_bytes_) {
        const auto oldest = std::ranges::min_element(kept_, {},
                                                     [](const auto& entry) { return entry.second.asked; });
        bytes_ -= cost(*oldest->second.lines);
        kept_.erase(oldest);
    }
}

std::size_t ChartLines::bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

/// The lines of each hour, in order: those that are kept, and those that are missing, which are read and kept.
template <class Visit>
void ChartLines::each_hour(store::Reader& db, store::ChartBy by, store::TimeSpan hours,
                           const Changes& changes, Visit visit) {
    const Hours found = find(by, hours, changes);
    for (auto at = found.begin(); at != found.end();) {
        if (at->second) {
            visit(at++->second);
            continue;
        }
        const auto behind = end_of_missing(at, found.end());
        const Hours read = read_hours(db, by,
                                      {.from = at->first, .to = std::prev(behind)->first + kQuotaHour - 1});
        for (const auto& [hour, lines] : read) visit(lines);
        keep(by, read, changes);
        at = behind;
    }
}

void ChartLines::read_ahead(store::Reader& db, store::ChartBy by, store::TimeSpan span) {
    const store::TimeSpan hours{.from = start_of(span.from), .to = start_of(span.to) + kQuotaHour - 1};
    each_hour(db, by, hours, store::quota_data_changes(db, hours), [](const Text&) {});
}

Task<> ChartLines::read_last_day(store::Database& database, std::int64_t now) {
    constexpr std::int64_t kDay = 86'400;
    for (const store::ChartBy by : {store::ChartBy::Model, store::ChartBy::Username}) {
        co_await database.read([this, by, now](store::Reader& db) {
            read_ahead(db, by, {.from = now - kDay, .to = now});
            return true;
        });
    }
}

void ChartLines::write(store::Reader& db, store::ChartBy by, store::TimeSpan span, json::Writer& writer) {
    // Times are as people send them, up to the largest numbers.
    constexpr std::int64_t kLatest = std::numeric_limits<std::int64_t>::max() - kQuotaHour;
    const bool short_span = span.from >= kQuotaHour && span.to >= span.from && span.to < kLatest &&
                            span.to - span.from <= kMostHours * kQuotaHour;
    // The whole hours; what sticks out at either end is read as it is asked for.
    const std::int64_t first = short_span ? start_of(span.from + kQuotaHour - 1) : 0;
    const std::int64_t end = short_span ? start_of(span.to + 1) : 0;
    if (first >= end) return write_rows(db, by, span, writer);
    const store::TimeSpan whole{.from = first, .to = end - 1};
    // The numbers before the rows: what is changed in between is only read once more.
    const Changes changes = store::quota_data_changes(db, whole);
    const auto put = [&writer](const Text& lines) {
        if (!lines->empty()) writer.raw(*lines);
    };
    write_rows(db, by, {.from = span.from, .to = first - 1}, writer);
    each_hour(db, by, whole, changes, put);
    write_rows(db, by, {.from = end, .to = span.to}, writer);
}

}    // namespace opusclaw::api
