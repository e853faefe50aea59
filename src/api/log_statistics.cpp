// api/log_statistics.cpp: what was spent, and how fast (spec 03 section 14.2). Only rows of billed requests count.
#include <array>

#include "api/log_query.h"
#include "api/route.h"
#include "store/users.h"

namespace opusclaw::api {
namespace {

constexpr std::int64_t kMinute = 60;

struct Statistics {
    std::int64_t quota = 0;
    store::LogRate rate;    // of the last minute
};

Task<Reply> statistics(store::LogFilter filter, const Services& services) {
    const std::int64_t since = to_unix(services.clock.unix_now()) - kMinute;
    const Statistics found = co_await read_logs(
        services,
        [&filter, since](store::Reader& db) {
            return Statistics{.quota = store::consumed_quota(db, filter),
                              .rate = store::consumed_since(db, filter, since)};
        },
        "查询统计数据失败");
    co_return success([&found](json::Writer& writer) {
        writer.begin_object().member("quota", found.quota);
        writer.member("rpm", found.rate.requests).member("tpm", found.rate.tokens).end_object();
    });
}

/// Statistics narrow by fewer things than lists.
store::LogFilter without_request_id(store::LogFilter filter) {
    filter.request_id.clear();
    return filter;
}

/// Sums by the hour know ids, not names. A name that nobody bears any more is sought in the rows.
Task<> name_user(store::LogFilter& filter, const Services& services) {
    if (filter.username.empty()) co_return;
    filter.user_id = co_await services.database.read(
        [&filter](store::Reader& db) { return store::find_user_id(db, filter.username); });
    if (filter.user_id) filter.username.clear();
}

Task<Reply> show_statistics(const Request& request, const Services& services) {
    store::LogFilter filter = without_request_id(read_admin_log_filter(request));
    co_await name_user(filter, services);
    co_return co_await statistics(std::move(filter), services);
}

Task<Reply> show_own_statistics(const Request& request, const Services& services) {
    store::LogFilter filter = without_request_id(read_admin_log_filter(request));
    filter.username.clear();
    filter.user_id = request.caller.user->id.value;
    co_return co_await statistics(std::move(filter), services);
}

constexpr std::array kRoutes = {
    Route{Method::Get, "/api/log/stat", Access::Admin, &show_statistics},
    Route{Method::Get, "/api/log/self/stat", Access::User, &show_own_statistics},
};

}    // namespace

std::span<const Route> log_statistics_routes() { return kRoutes; }

}    // namespace opusclaw::api
