// relay/protocol_call.cpp: what a protocol says, in the order in which one needs the other: URL, token, headers, body, signature.
#include "relay/protocol_call.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/crypto.h"
#include "base/error.h"
#include "base/unfit.h"
#include "base/url.h"
#include "base/version.h"
#include "provider/protocol.h"
#include "relay/access_tokens.h"
#include "relay/long_work.h"
#include "relay/remote_files.h"
#include "relay/request_form.h"

namespace opusclaw::relay {
namespace {

provider::CallFacts facts_of(const ProtocolCall& call) {
    const catalog::Channel& channel = *call.route.channel;
    return {.base_url = channel.base_url,
            .key = call.route.key,
            .key_form = channel.vertex_key_type,
            .other = channel.other,
            .requested_model = call.facts.model,
            .model = call.route.model.name,
            .path = path_in_row(call.route, call.facts),
            .stream = call.facts.stream};
}

struct Place {
    std::shared_ptr<const net::Target> target;
    std::string path;
};
Place place_of(std::string_view url, const ProtocolCall& call) {
    catalog::Origin origin = catalog::origin_of(url, call.route.channel->proxy,
                                                call.services.catalog.target_options());
    if (origin.target == nullptr) {
        throw Error(ErrorKind::UpstreamBroken, "do_request_failed",
                    Message::literal("get request url failed: " + origin.error))
            .with_status(500);
    }
    return {.target = std::move(origin.target), .path = parse_url(url)->target()};
}

std::string token_id(const ProtocolCall& call) {
    return fmt::format("{}:{}:{}", call.route.channel->id.value, call.route.key_place,
                       crypto::hex(crypto::sha256(call.route.key)));
}

Task<std::string> token_of(Prepared& prepared, net::Client& client, const ProtocolCall& call) {
    const provider::Protocol& protocol = *call.route.provider->protocol;
    const provider::CallFacts facts = facts_of(call);
    AccessTokens* const tokens = call.services.tokens;
    if (protocol.grant == nullptr || tokens == nullptr) co_return std::string();
    std::string id = token_id(call);
    if (auto token = tokens->find(id, call.services.clock.steady())) {
        prepared.token_id = std::move(id);
        co_return std::move(*token);
    }
    const auto grant = protocol.grant(facts, {.now = to_unix(call.services.clock.unix_now()),
                                              .token_url = call.services.environment.vertex_token_url});
    if (!grant) co_return std::string();
    Place place = place_of(grant->url, call);
    prepared.token_id = id;
    co_return co_await tokens->get(client,
                                   {.id = std::move(id),
                                    .target = std::move(place.target),
                                    .path = std::move(place.path),
                                    .form = grant->form,
                                    .read = protocol.read_token},
                                   call.services.clock);
}

void add_headers(Prepared& prepared, const std::vector<provider::UpstreamHeader>& headers) {
    for (const auto& [name, value] : headers) {
        prepared.headers.remove(name);
        prepared.headers.add(name, value);
    }
}

void set_headers(Prepared& prepared, const ProtocolCall& call, std::string_view token) {
    const provider::Protocol& protocol = *call.route.provider->protocol;
    if (protocol.client_headers == provider::CallHeaders::OwnOnly) {
        prepared.headers.clear();
        prepared.headers.add("User-Agent", std::string("Opusclaw/").append(version()));
    }
    add_headers(prepared, protocol.headers(facts_of(call), token));
}

/// The body as it is sent, and its signature. Pure.
void write_body(Prepared& prepared, const ProtocolCall& call) {
    const provider::Protocol& protocol = *call.route.provider->protocol;
    const provider::CallFacts facts = facts_of(call);
    if (protocol.body != nullptr) {
        const bool passed_on = call.passed_on == BodyRule::PassedOn;
        prepared.own_body = protocol.body(
            facts, {.text = prepared.body.str(),
                    .beta = prepared.beta,
                    .origin = passed_on ? provider::BodyOrigin::PassedOn : provider::BodyOrigin::Made,
                    .files = call.remote != nullptr ? &call.remote->files() : nullptr});
    }
    if (protocol.sign == nullptr) return;
    if (!prepared.own_body) prepared.own_body = prepared.body.str();
    add_headers(prepared, protocol.sign(facts, {.host = prepared.target->host_header(),
                                                .path = prepared.path,
                                                .body = *prepared.own_body,
                                                .now = to_unix(call.services.clock.unix_now())}));
}

}    // namespace

Task<> fetch_hosted_files(Prepared& prepared, net::Exchange* exchange, const ProtocolCall& call) {
    const provider::Protocol* const protocol = call.route.provider->protocol;
    if (protocol == nullptr || protocol->needs == nullptr || call.passed_on == BodyRule::PassedOn) co_return;
    std::vector<std::string> urls;
    const auto read = [&] { urls = protocol->needs(prepared.body.str()); };
    if (!try_work(prepared.body.size(), read)) co_await call.services.workers.run(read);
    if (urls.empty()) co_return;
    if (exchange == nullptr || call.remote == nullptr) {
        throw Unfit("convert_request_failed",
                    "files behind URLs are not fetched for this channel: send their data instead");
    }
    const auto failure = co_await call.remote->fetch(*exchange, std::move(urls), MissingFile::EndsIt);
    if (failure) refuse_file(*failure, call.route.form->dialect);
}

Task<> complete_call(Prepared& prepared, net::Client& client, const ProtocolCall& call) {
    const provider::Protocol* const protocol = call.route.provider->protocol;
    if (protocol == nullptr) co_return;
    Place place = place_of(protocol->url(facts_of(call)), call);
    prepared.target = std::move(place.target);
    prepared.path = std::move(place.path);
    prepared.token = co_await token_of(prepared, client, call);
    try {
        set_headers(prepared, call, prepared.token);
    } catch (const Error& error) {
        if (error.code != "bad_header") throw;
        throw Error(ErrorKind::UpstreamBroken, "do_request_failed",
                    Message::literal("setup request header failed: " + error.message.text))
            .with_status(500);
    }
    const std::size_t fetched = call.remote != nullptr ? call.remote->bytes() : 0;
    const auto write = [&prepared, &call] { write_body(prepared, call); };
    if (!try_work(prepared.body.size() + fetched, write)) co_await call.services.workers.run(write);
}

void forget_refused(const Services& services, const UsedToken& token, int status) {
    constexpr int kUnauthorized = 401;
    if (status == kUnauthorized && !token.id.empty() && services.tokens != nullptr)
        services.tokens->drop(token.id, token.text);
}

}    // namespace opusclaw::relay
