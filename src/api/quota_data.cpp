// api/quota_data.cpp: hourly usage for the charts of the dashboard (spec 03 section 15).
#include <array>
#include <string>
#include <type_traits>
#include <vector>

#include "api/route.h"
#include "store/quota_data.h"

namespace opusclaw::api {
namespace {

constexpr std::int64_t kLongestOwnSpan = 2'592'000;    // seconds: 30 days

using Rows = std::vector<store::QuotaDataRow>;

store::TimeSpan read_span(const Request& request) {
    return {.from = request.integer("start_timestamp"), .to = request.integer("end_timestamp")};
}

/// What is still in the journal is stored first, so that an answer misses nothing.
template <class Job>
Task<Reply> answer(const Services& services, Job job) {
    co_await services.flusher.caught_up();
    const Rows rows = co_await services.database.read(job);
    co_return success([&rows](json::Writer& writer) {
        writer.begin_array();
        for (const store::QuotaDataRow& row : rows) {
            writer.begin_object().member("id", row.id).member("user_id", row.user_id);
            writer.member("username", row.username).member("model_name", row.model_name);
            writer.member("created_at", row.created_at).member("token_used", row.token_used);
            writer.member("count", row.count).member("quota", row.quota).end_object();
        }
        writer.end_array();
    });
}

Task<Reply> show_all(const Request& request, const Services& services) {
    const store::TimeSpan span = read_span(request);
    const std::string username(request.text("username"));
    co_return co_await answer(services, [span, &username](store::Reader& db) {
        return username.empty() ? store::quota_data_by_model(db, span)
                                : store::quota_data_of_username(db, username, span);
    });
}

Task<Reply> show_users(const Request& request, const Services& services) {
    const store::TimeSpan span = read_span(request);
    co_return co_await answer(services,
                              [span](store::Reader& db) { return store::quota_data_by_username(db, span); });
}

Task<Reply> show_own(const Request& request, const Services& services) {
    const store::TimeSpan span = read_span(request);
    // Ends as far apart as numbers allow would overflow a difference.
    if (span.from < 0 || span.to < 0 || span.to - span.from > kLongestOwnSpan)
        fail("时间跨度不能超过 1 个月");
    const std::int64_t user = request.caller.user->id.value;
    co_return co_await answer(
        services, [span, user](store::Reader& db) { return store::quota_data_of_user(db, user, span); });
}

constexpr std::array kRoutes = {
    Route{Method::Get, "/api/data/", Access::Admin, &show_all},
    Route{Method::Get, "/api/data/users", Access::Admin, &show_users},
    Route{Method::Get, "/api/data/self", Access::User, &show_own},
};

}    // namespace

std::span<const Route> quota_data_routes() { return kRoutes; }

}    // namespace opusclaw::api
