// store/chart_hours.h: table `opus_chart_hours`: what charts show of hours that are over, so that a day of a large site, which has
// hundreds of thousands of rows in `quota_data`, is not added up each time. How the lines are written is api/chart_lines'.
#pragma once

#include <string>
#include <vector>

#include "store/quota_data.h"

namespace opusclaw::store {

struct ChartHour {
    std::int64_t hour = 0;       // its beginning, Unix seconds
    std::int64_t changes = 0;    // of quota_data_changes(), read before what was added up
    bool final = false;          // added up so long behind its end that nothing can have been missed
    std::string lines;           // any text
};

/// Those of the span that are still right, by time.
std::vector<ChartHour> find_chart_hours(Reader& db, ChartBy by, TimeSpan span);
/// All that are there, right or not, without their lines.
std::vector<ChartHour> chart_hour_states(Reader& db, ChartBy by);
/// Puts it in the place of what is there.
void put_chart_hour(Transaction& tx, ChartBy by, const ChartHour& hour);
/// Deletes all but those of the span.
void keep_chart_hours(Transaction& tx, TimeSpan span);

}    // namespace opusclaw::store
