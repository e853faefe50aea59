// api/user_log.h: log rows about accounts: gifts and what administrators do (spec 02 sections 8.1, 12.3; types in 01 section 4).
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "account/records.h"
#include "api/services.h"
#include "store/database.h"
#include "store/logs.h"

namespace opusclaw::api {

struct UserLog {
    std::int64_t user_id = 0;    // whom it is about
    std::string username;
    store::LogType type = store::LogType::System;
    std::string content;
    std::int64_t now = 0;                    // unix seconds
    const account::User* admin = nullptr;    // named in `other`; null: nobody
};
using UserLogs = std::vector<UserLog>;

/// Into the log, or, where it has a database of its own, into the outbox, which carries them there behind the commit.
void store_user_logs(store::Transaction& tx, const UserLogs& logs, const Services& services);

/// Runs `job(tx, logs)` in one transaction, and stores in the same the rows that it put into `logs`: what was done and what is
/// told of it are there together, or neither is. Gives what the job gives. The job may run again when the connection broke.
template <class Job>
auto write_logged(const Services& services, Job job)
    -> Task<std::invoke_result_t<Job, store::Transaction&, UserLogs&>> {
    UserLogs logs;
    auto result = co_await services.database.write([&](store::Transaction& tx) {
        logs.clear();
        auto done = job(tx, logs);
        store_user_logs(tx, logs, services);
        return done;
    });
    if (!logs.empty()) services.outbox->announce();
    co_return result;
}

}    // namespace opusclaw::api
