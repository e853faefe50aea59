// api/logs.cpp: the log of requests and of what administrators did (spec 03 section 14.2): everybody's for administrators, a
// user's own for himself, a token's for whoever has its key. Sums over it are in log_statistics.cpp.
#include <array>
#include <string>

#include "api/log_json.h"
#include "api/log_query.h"
#include "api/route.h"

namespace opusclaw::api {
namespace {

constexpr std::string_view kListFailed = "查询日志失败";
constexpr std::int64_t kMostOwnRows = 10'000;
constexpr std::int64_t kMostRowsOfToken = 1000;

Task<Reply> list_logs(const Request& request, const Services& services) {
    const Page page = request.page();
    const store::LogFilter filter = read_admin_log_filter(request);
    const store::LogPage list = co_await read_logs(
        services, [&](store::Reader& db) { return store::list_logs(db, filter, page.offset(), page.size); },
        kListFailed);
    const auto channels = services.catalog.current();
    co_return success_page(page, list.total, [&](json::Writer& writer) {
        for (const store::LogRow& row : list.rows) {
            const catalog::Channel* const channel = channels->find(ChannelId{row.channel_id});
            write_log(writer, row, channel == nullptr ? std::string_view() : std::string_view(channel->name));
        }
    });
}

Task<Reply> list_own_logs(const Request& request, const Services& services) {
    const Page page = request.page();
    store::LogFilter filter = read_log_filter(request);
    filter.user_id = request.caller.user->id.value;
    const store::LogPage list = co_await read_logs(
        services,
        [&](store::Reader& db) {
            return store::list_logs(db, filter, page.offset(), page.size, kMostOwnRows);
        },
        kListFailed);
    co_return success_page(page, list.total, [&](json::Writer& writer) {
        std::int64_t position = page.offset();
        for (const store::LogRow& row : list.rows) write_log(writer, cleaned_log(row, ++position), "");
    });
}

Task<Reply> list_token_logs(const Request& request, const Services& services) {
    const std::int64_t token = request.token->id;
    const auto rows = co_await read_logs(
        services,
        [token](store::Reader& db) { return store::newest_logs_of_token(db, token, kMostRowsOfToken); },
        kListFailed);
    co_return success([&rows](json::Writer& writer) {
        writer.begin_array();
        std::int64_t position = 0;
        for (const store::LogRow& row : rows) write_log(writer, cleaned_log(row, ++position), "");
        writer.end_array();
    });
}

Task<Reply> delete_logs(const Request& request, const Services& services) {
    const std::int64_t before = request.integer("target_timestamp");
    if (before <= 0) fail("target timestamp is required");
    const std::int64_t deleted = co_await services.log_cleanup->run(log_database(services), before);
    co_return success([deleted](json::Writer& writer) { writer.value(deleted); });
}

/// Clients of old versions still know the addresses of searches.
Task<Reply> say_deprecated(const Request&, const Services&) { co_return failure("该接口已废弃"); }

constexpr std::array kRoutes = {
    Route{Method::Get, "/api/log/", Access::Admin, &list_logs},
    Route{Method::Delete, "/api/log/", Access::Admin, &delete_logs},
    Route{Method::Get, "/api/log/search", Access::Admin, &say_deprecated},
    Route{Method::Get, "/api/log/self", Access::User, &list_own_logs},
    Route{Method::Get, "/api/log/self/search", Access::User, &say_deprecated},
    Route{Method::Get, "/api/log/token", Access::KeyReader, &list_token_logs, Origins::Any},
};

}    // namespace

std::span<const Route> log_routes() { return kRoutes; }

}    // namespace opusclaw::api
