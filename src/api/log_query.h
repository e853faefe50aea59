// api/log_query.h: what the calls about logs have in common: reading the filter, and telling failures of the database in the words
// of the chapter (spec 03 section 14.2).
#pragma once

#include <string_view>
#include <type_traits>

#include "api/reply.h"
#include "api/request.h"
#include "api/services.h"
#include "base/error.h"
#include "base/log.h"
#include "store/logs.h"

namespace opusclaw::api {

/// Where the logs are.
inline store::Database& log_database(const Services& services) { return services.database.logs(); }

/// The parts of a filter that everybody may use. Throws Error(InvalidRequest) for patterns that are not allowed.
store::LogFilter read_log_filter(const Request& request);
/// With the parts that only administrators may use.
store::LogFilter read_admin_log_filter(const Request& request);

/// Reads once everything settled before is stored; a failure of the database is told as `failure`.
template <class Job>
Task<std::invoke_result_t<Job, store::Reader&>> read_logs(const Services& services, Job job,
                                                          std::string_view failure) {
    co_await services.flusher.caught_up();
    try {
        co_return co_await log_database(services).read(job);
    } catch (const Error& error) {
        if (error.code != "database_error") throw;
        log::error("{}", error.what());
    }
    fail(failure);
}

}    // namespace opusclaw::api
