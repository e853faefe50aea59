// relay/attempt.cpp: sends a prepared request and hands the answer on (spec 04 sections 18 to 20).
#include "relay/attempt.h"

#include "base/error.h"
#include "base/log.h"
#include "relay/prepare.h"

namespace opusclaw::relay {
namespace {

net::Timeouts timeouts(const settings::EnvironmentSettings& environment) {
    net::Timeouts timeouts;
    if (environment.relay_timeout.count() > 0) timeouts.head = environment.relay_timeout;
    timeouts.idle = environment.streaming_timeout;
    return timeouts;
}

/// What the watch stops: the exchange while it waits for its head, and the call behind it.
struct Upstream {
    net::Cancel cancel;
    net::Call* call = nullptr;
    void stop() {
        cancel.request();
        if (call != nullptr) call->abort();
    }
};

Task<net::Call> send(net::Client& client, const Answering& answering, Prepared& prepared, Upstream& upstream) {
    const net::OutgoingRequest request{
        .method = "POST", .path = prepared.path, .headers = &prepared.headers, .body = prepared.body.pieces()};
    co_return co_await client.send(answering.route.channel->target, request, timeouts(answering.services.environment), &upstream.cancel);
}

Task<std::optional<Failure>> exchange(net::Client& client, Answering answering) {
    const auto demand = answering.services.environment.force_stream_option ? UsageDemand::AskProvider : UsageDemand::LeaveAsIs;
    Prepared prepared = prepare(answering.facts, answering.route, answering.exchange.request().headers, demand);
    Upstream upstream;
    Upstream* const watched = &upstream;
    const net::ClientWatch watch(answering.exchange, [watched] { watched->stop(); });
    net::Call call = co_await send(client, answering, prepared, upstream);
    upstream.call = &call;
    co_return co_await answer(call, answering);
}

}    // namespace

Task<std::optional<Failure>> attempt(net::Client& client, Answering answering) {
    std::optional<Failure> failure;
    try {
        failure = co_await exchange(client, answering);
    } catch (const Error& error) {
        failure = Failure::of(error, Language::English);
    }
    if (failure) {
        failure->client_gone = failure->client_gone || answering.exchange.client_gone();
        log::write(log::Level::Warning, answering.trace.request_id,
                   fmt::format("channel #{} failed: status {}, code {}: {}", answering.route.channel->id.value,
                               failure->client.status, failure->client.code, failure->detail));
    }
    co_return failure;
}

}    // namespace opusclaw::relay
