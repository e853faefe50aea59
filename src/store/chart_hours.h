// store/chart_hours.h: table `opus_chart_hours`: what charts show of hours that are over, so that a day of a large site, which has
// hundreds of thousands of rows in `quota_data`, is not added up each time. How the lines are written is api/chart_lines'.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "store/quota_data.h"

namespace opusclaw::store {

struct ChartHour {
    std::int64_t hour = 0;       // its beginning, Unix seconds
    std::int64_t changes = 0;    // of quota_data_changes(), read before what was added up
    std::string lines;           // any text
};

/// Those of the span that are still right, by time.
std::vector<ChartHour> find_chart_hours(Reader& db, ChartBy by, TimeSpan span);
/// The `changes` of all that are there, right or not, by their hours.
std::map<std::int64_t, std::int64_t> chart_hour_changes(Reader& db, ChartBy by, TimeSpan span);
/// Puts them in the place of what is there.
void put_chart_hours(Transaction& tx, ChartBy by, std::span<const ChartHour> hours);
void delete_chart_hours_before(Transaction& tx, std::int64_t hour);

}    // namespace opusclaw::store
