// store/log_where.h: the conditions of a LogFilter, and through which index rows are reached (spec 03 section 14.2). Internal to
// store/: lists, sums.
#pragma once

#include <string>

#include "store/logs.h"

namespace opusclaw::store {

/// Along what the table is walked. New API's databases have no statistics on SQLite, and planners of servers believe that rows are
/// spread evenly: both would now and then read everything.
enum class LogWalk {
    Planner,    // as the engine thinks best
    Time,       // by idx_created_at_type
    Types,      // by our index over the types that are rare
    Ids,        // by the primary key
};

/// A filter as the database is asked.
struct LogQuery {
    std::string where;    // ` WHERE …`, or empty
    Parameters parameters;
    LogWalk walk = LogWalk::Planner;
    bool timed = false;    // a span of time is asked for
    int narrowed = 0;      // conditions that lead through an index of their own straight to rows in id order
    bool by_names = false;    // a pattern over models became the names it matches
    bool nothing = false;     // no row can match
};
/// Rows of a span of time that something else narrows are sought among the ids of that span and a day around it: a row that was
/// stored more than a day after its time is not found in it.
LogQuery log_query(Reader& db, const LogFilter& filter);
/// For a span of an hour at most: all its rows are looked at, whatever else is asked for.
LogQuery short_span_query(const LogFilter& filter);

/// `FROM "logs"` with what the engine takes as advice.
std::string from_logs(Engine engine, LogWalk walk);

}    // namespace opusclaw::store
