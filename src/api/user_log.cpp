// api/user_log.cpp: one row of `logs`. Only administrators see who it was: `admin_info` is taken out before users read it.
#include "api/user_log.h"

#include "base/json/writer.h"

namespace opusclaw::api {
namespace {

store::LogRow row_of(const UserLog& log) {
    store::LogRow row;
    row.user_id = log.user_id;
    row.username = log.username;
    row.type = static_cast<std::int64_t>(log.type);
    row.content = log.content;
    row.created_at = log.now;
    if (log.admin != nullptr) {
        json::Writer writer(row.other);
        writer.begin_object().key("admin_info").begin_object();
        writer.member("admin_id", log.admin->id.value).member("admin_username", log.admin->username);
        writer.end_object().end_object();
    }
    return row;
}

}    // namespace

void store_user_logs(store::Transaction& tx, const UserLogs& logs, const Services& services) {
    std::vector<store::LogRow> rows;
    for (const UserLog& log : logs) rows.push_back(row_of(log));
    if (services.database.logs_are_apart())
        services.outbox->put(tx, rows);
    else
        store::insert_logs(tx, rows);
}

}    // namespace opusclaw::api
