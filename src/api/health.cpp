// api/health.cpp: whether the server is well (spec 03 section 17), and what status pages elsewhere say (02 section 23).
#include <array>

#include "api/route.h"

namespace opusclaw::api {
namespace {

Task<Reply> test_status(const Request&, const Services& services) {
    constexpr int kUnavailable = 503;
    if (!co_await services.database_health->alive(services.database, services.clock))
        co_return failure("数据库连接失败", kUnavailable);
    Reply reply;
    json::Writer writer(reply.body);
    writer.begin_object().member("success", true).member("message", "Server is running");
    writer.key("http_stats").begin_object();
    writer.member("active_connections", services.in_flight->total()).end_object().end_object();
    co_return reply;
}

Task<Reply> show_uptime(const Request& request, const Services& services) {
    const settings::Snapshot settings = services.settings.current();
    const std::string groups = co_await services.uptime_cache->current(
        settings->console_uptime_kuma_groups.text,
        {.client = *request.client,
         .skip_certificate_check = services.environment.tls_insecure_skip_verify,
         .clock = services.clock});
    co_return success([&groups](json::Writer& writer) { writer.raw(groups); });
}

constexpr std::array kRoutes = {
    Route{Method::Get, "/api/status/test", Access::Admin, &test_status},
    Route{Method::Get, "/api/uptime/status", Access::Public, &show_uptime},
};

}    // namespace

std::span<const Route> health_routes() { return kRoutes; }

}    // namespace opusclaw::api
