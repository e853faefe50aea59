// api/channel_test.cpp: tests of channels: one, with its verdict in the answer, and all, in the background (spec 03 section 4).
#include <array>
#include <optional>
#include <string>

#include "api/channel_lookup.h"
#include "api/route.h"
#include "net/server.h"
#include "relay/channel_test_run.h"
#include "store/channels.h"

namespace opusclaw::api {
namespace {

relay::Services relay_services(const Services& services) {
    relay::Services made{services.settings, services.environment, services.directory, services.catalog,
                         services.ledger,   services.workers,     services.clock,     services.version};
    if (services.channel_tests != nullptr) made.tokens = services.channel_tests->tokens();
    return made;
}

Task<> keep(const relay::TestOutcome& outcome, ChannelId channel, const Services& services) {
    const std::int64_t now = to_unix(services.clock.unix_now());
    co_await services.database.write([&outcome, channel, now](store::Transaction& tx) {
        store::set_channel_tested(tx, channel.value, outcome.elapsed.count(), now);
    });
    if (!outcome.log) co_return;
    co_await services.database.logs().write(
        [&outcome](store::Transaction& tx) { store::insert_logs(tx, std::span(&*outcome.log, 1)); });
}

Reply told(const relay::TestOutcome& outcome) {
    Reply reply;
    json::Writer writer(reply.body);
    writer.begin_object().member("success", !outcome.failure);
    if (outcome.failure) {
        writer.member("message", outcome.failure->client.message).member("time", 0);
        if (!outcome.local) writer.member("error_code", outcome.failure->client.code);
    } else {
        constexpr double kMillisecondsPerSecond = 1000;
        writer.member("message", "");
        writer.member("time", static_cast<double>(outcome.elapsed.count()) / kMillisecondsPerSecond);
    }
    writer.end_object();
    return reply;
}

Task<Reply> test_one(const Request& request, const Services& services) {
    const ChannelId channel{request.id()};
    const relay::Services used = relay_services(services);
    relay::UpstreamStop stop;
    const net::ClientWatch watch(*request.exchange, [&stop] { stop.request(); });
    const relay::ChannelTest test{.snapshot = co_await snapshot_with(channel, services),
                                  .channel = channel,
                                  .user = request.caller.user,
                                  .wish = {.model = std::string(request.text("model")),
                                           .endpoint_type = std::string(request.text("endpoint_type")),
                                           .stream = request.flag("stream")},
                                  .stop = stop,
                                  .longest = {}};
    const relay::TestOutcome outcome = co_await relay::test_channel(*request.client, used, test);
    if (!outcome.failure) co_await keep(outcome, channel, services);
    co_return told(outcome);
}

Task<Reply> test_all(const Request& request, const Services& services) {
    if (!services.channel_tests->start(request.caller.user)) fail("测试已在运行中");
    co_return success();
}

constexpr std::array kRoutes = {
    Route{Method::Get, "/api/channel/test", Access::Admin, &test_all},
    Route{Method::Get, "/api/channel/test/:id", Access::Admin, &test_one},
};

}    // namespace

std::span<const Route> channel_test_routes() { return kRoutes; }

}    // namespace opusclaw::api
