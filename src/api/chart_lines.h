// api/chart_lines.h: the lines of charts by model and by user (spec 03 section 15) as JSON. A day of a large site has hundreds of
// thousands of them, of hours that hardly ever change: those are taken as api/chart_keeper has stored them.
#pragma once

#include <string>
#include <string_view>

#include "base/json/writer.h"
#include "store/quota_data.h"

namespace opusclaw::api {

/// One line: an object with the members of a row.
void write_chart_line(json::Writer& writer, const store::QuotaDataRow& row);

/// The items of an array, by time, then name. For threads that read the database.
void write_chart_lines(store::Reader& db, store::ChartBy by, store::TimeSpan span, json::Writer& writer);

/// The lines of what the span has, with commas between them; empty: none.
std::string read_chart_lines(store::Reader& db, store::ChartBy by, store::TimeSpan span);

/// Lines, at least one, as they are stored: a fifth to a tenth as long.
std::string pack_chart_lines(std::string_view lines);

}    // namespace opusclaw::api
