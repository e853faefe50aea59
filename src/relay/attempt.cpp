// relay/attempt.cpp: sends a prepared request and hands the answer on (spec 04 sections 18 to 20).
#include "relay/attempt.h"

#include "base/error.h"
#include "base/url.h"
#include "relay/conversion.h"
#include "relay/prepare.h"
#include "relay/protocol_call.h"
#include "relay/remote_files.h"

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

constexpr int kMostRedirects = 10;

/// The path of a redirect that stays on the channel's own origin and keeps method and body; nothing for all others: they are
/// answered as the provider's error, for a key never follows to another origin (spec 04 section 18).
std::optional<std::string> redirect_path(const net::ResponseHead& head, const net::Target& target) {
    if (head.status != 301 && head.status != 302 && head.status != 307 && head.status != 308)
        return std::nullopt;
    const std::string_view location = head.headers.find("Location").value_or("");
    if (location.starts_with('/') && !location.starts_with("//"))
        return std::string(location.substr(0, location.find('#')));
    const auto url = parse_url(location);
    const bool same = url && url->host == target.parts().host && url->port == target.parts().port &&
                      url->scheme == (target.parts().tls ? "https" : "http");
    return same ? std::optional(url->target()) : std::nullopt;
}

/// The request is let go with the head of the answer: a stream may stay open for long behind it.
Task<net::Call> send(net::Client& client, const Answering& answering, Prepared prepared, Upstream& upstream) {
    const auto target = prepared.target ? prepared.target : answering.route.channel->target;
    for (int redirects = 0;; ++redirects) {
        const net::OutgoingRequest request{
            .method = "POST", .path = prepared.path, .headers = &prepared.headers, .body = prepared.pieces()};
        net::Call call = co_await client.send(target, request, timeouts(answering.services.environment),
                                              &upstream.cancel);
        constexpr int kProxyAuthentication = 407;
        if (call.head().status == kProxyAuthentication && target->parts().proxy) {
            throw Error(ErrorKind::UpstreamBroken, "do_request_failed",
                        Message::literal("upstream error: do request failed"), "the proxy refused the login")
                .with_status(500);
        }
        auto path = redirects < kMostRedirects ? redirect_path(call.head(), *target) : std::nullopt;
        if (!path) co_return call;
        prepared.path = std::move(*path);
    }
}

/// The same attempt, with the route that the translated body has.
Answering translated(const Answering& answering, const Conversion& conversion) {
    return {.exchange = answering.exchange,
            .facts = answering.facts,
            .request_body = answering.request_body,
            .route = conversion.route,
            .trace = answering.trace,
            .settler = answering.settler,
            .services = answering.services,
            .settings = answering.settings,
            .conversion = &conversion};
}

Task<std::optional<Failure>> exchange(net::Client& client, Answering answering) {
    const auto demand = answering.services.environment.force_stream_option ? UsageDemand::AskProvider
                                                                           : UsageDemand::LeaveAsIs;
    std::unique_ptr<Conversion> conversion;
    if (translates(answering.route, answering.facts)) conversion = co_await convert(answering);
    const bool passed_on = passes_body_on(answering.route, answering.facts, answering.settings);
    const net::RequestHead& request = answering.exchange.request();
    Prepared prepared = conversion ? prepare(conversion->facts, conversion->route, request, demand,
                                             conversion->prompted ? BodyRule::TranslatedWithPrompt
                                                                  : BodyRule::Translated)
                                   : prepare(answering.facts, answering.route, request, demand,
                                             passed_on ? BodyRule::PassedOn : BodyRule::Prepared);
    const bool before = conversion && conversion->prompt_overwritten;
    answering.trace.prompt_overwritten = before || prepared.prompt_overwritten;
    const ProtocolCall finish{.facts = answering.facts,
                              .route = conversion ? conversion->route : answering.route,
                              .services = answering.services,
                              .passed_on = passed_on ? BodyRule::PassedOn : BodyRule::Prepared,
                              .remote = answering.remote};
    const bool has_protocol = finish.route.provider->protocol != nullptr;
    if (has_protocol) co_await fetch_hosted_files(prepared, &answering.exchange, finish);
    Upstream upstream;
    Upstream* const watched = &upstream;
    const net::ClientWatch watch(answering.exchange, [watched] { watched->stop(); });
    if (has_protocol) co_await complete_call(prepared, client, finish);
    const std::string token_id = std::move(prepared.token_id);
    answering.trace.access_token = std::move(prepared.token);
    net::Call call = co_await send(client, answering, std::move(prepared), upstream);
    forget_refused(answering.services, {.id = token_id, .text = answering.trace.access_token},
                   call.head().status);
    upstream.call = &call;
    if (conversion) conversion->body = PaddedBuffer();    // a stream may stay open for long
    if (answering.facts.stream && call.head().status == 200) answering.remote->let_go();
    const Answering served = conversion ? translated(answering, *conversion) : answering;
    co_return co_await answer(call, served);
}

}    // namespace

Task<std::optional<Failure>> attempt(net::Client& client, Answering answering) {
    std::optional<Failure> failure;
    try {
        failure = co_await exchange(client, answering);
    } catch (const Error& error) {
        failure = Failure::of(error, Language::English);
    }
    if (failure) failure->client_gone = failure->client_gone || answering.exchange.client_gone();
    co_return failure;
}

}    // namespace opusclaw::relay
