// store/log_where.h: the conditions of a LogFilter, and through which index rows are reached (spec 03 section 14.2). Internal to
// store/: lists, sums.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "store/logs.h"

namespace opusclaw::store {

/// Along what the table is walked. New API's databases have no statistics on SQLite, and planners of servers believe that rows are
/// spread evenly: both would now and then read everything.
enum class LogWalk {
    Planner,    // as the engine thinks best
    Time,       // by idx_created_at_type
    Types,      // by our index over the types that are rare
    Models,     // by idx_logs_model_name
};

/// A filter as the database is asked.
struct LogQuery {
    std::string where;    // ` WHERE …`, or empty
    Parameters parameters;
    LogWalk walk = LogWalk::Planner;
    bool timed = false;    // a span of time is asked for
    int narrowed = 0;      // conditions that lead through an index of their own straight to rows in id order
    std::size_t names = 0;    // of models that a pattern stands for, called name_place(); 0: there is none
    std::string others;       // of `where`, what is not about these
    bool nothing = false;     // no row can match
};
/// Rows of a span of time that something else narrows are sought among the ids of that span and a day around it: a row that was
/// stored more than a day after its time is not found in it.
LogQuery log_query(Reader& db, const LogFilter& filter);
/// For a span of an hour at most: all its rows are looked at, whatever else is asked for.
LogQuery short_span_query(Engine engine, const LogFilter& filter);

/// What the parameter for a model of a pattern is called.
std::string_view name_place(std::size_t number);

/// `FROM "logs"` with what the engine takes as advice.
std::string from_logs(Engine engine, LogWalk walk);

}    // namespace opusclaw::store
