// api/chart_lines.h: the lines of charts by model and by user (spec 03 section 15) as JSON, an hour at a time. A day of a large site
// has hundreds of thousands of lines, of hours that hardly ever change: an hour is kept until the database says that it was changed.
#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/json/writer.h"
#include "store/database.h"
#include "store/quota_data.h"

namespace opusclaw::api {

/// One line: an object with the members of a row.
void write_chart_line(json::Writer& writer, const store::QuotaDataRow& row);

/// Thread-safe; used on threads that read the database.
class ChartLines {
public:
    /// Bytes that are kept: a day by user of a site with a hundred thousand users. What was asked for longest ago goes first.
    static constexpr std::size_t kMostBytes = std::size_t{48} << 20;

    explicit ChartLines(std::size_t most_bytes = kMostBytes) : most_bytes_(most_bytes) {}
    /// The items of an array, by time, then name.
    void write(store::Reader& db, store::ChartBy by, store::TimeSpan span, json::Writer& writer);
    /// Reads what write() would have to read of the hours of the span, so that it finds them.
    void read_ahead(store::Reader& db, store::ChartBy by, store::TimeSpan span);
    std::size_t bytes() const;
    /// read_ahead() of the last day up to `now` (Unix seconds), of both kinds: what a dashboard opens with.
    Task<> read_last_day(store::Database& database, std::int64_t now);
    static constexpr std::chrono::seconds kReadAfter{
        5};    // after a start, which has other things to do first

private:
    using Text = std::shared_ptr<const std::string>;    // lines with commas between them; empty: none
    using Hours = std::map<std::int64_t, Text>;
    struct Key {
        store::ChartBy by{};
        std::int64_t hour = 0;
        auto operator<=>(const Key&) const = default;
    };
    struct Kept {
        Text lines;
        std::int64_t changes = 0;    // of the hour, when they were read
        std::uint64_t asked = 0;     // the larger, the later
    };
    using Changes = std::map<std::int64_t, std::int64_t>;

    template <class Visit>
    void each_hour(store::Reader& db, store::ChartBy by, store::TimeSpan hours, const Changes& changes,
                   Visit visit);
    /// Of `hours` what is kept and still right; null for the others.
    Hours find(store::ChartBy by, store::TimeSpan hours, const Changes& changes);
    void keep(store::ChartBy by, const Hours& read, const Changes& changes);

    const std::size_t most_bytes_;
    mutable std::mutex mutex_;    // guards what follows
    std::map<Key, Kept> kept_;
    std::size_t bytes_ = 0;
    std::uint64_t asked_ = 0;
};

}    // namespace opusclaw::api
