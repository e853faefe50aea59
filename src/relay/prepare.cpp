// relay/prepare.cpp: the model's name, stream_options and the headers of an OpenAI Chat request on its way upstream.
#include "relay/prepare.h"

#include <utility>

#include "base/error.h"
#include "base/json/edit.h"
#include "base/json/writer.h"
#include "base/text.h"
#include "base/url.h"
#include "base/version.h"

namespace opusclaw::relay {
namespace {

std::string quoted(std::string_view text) {
    std::string json;
    json::append_quoted(json, text);
    return json;
}

void rename_model(json::Splice& body, const Facts& facts, const Route& route) {
    if (!route.model.mapped) return;
    if (const auto& model = facts.found(Member::Model)) body.replace(*model, quoted(route.model.name));
}

/// Kept only on streams to providers that know it; include_usage is forced, what stands beside it stays (spec 06 section 6.1).
void set_stream_options(json::Splice& body, const Facts& facts, const Route& route, UsageDemand demand) {
    const auto& options = facts.found(Member::StreamOptions);
    const bool kept = facts.stream && route.provider->stream_options == provider::StreamOptions::Supported;
    if (!kept) {
        // An explicit null asks for nothing and is sent on as it came.
        if (options && !facts.value(Member::StreamOptions)->is_null()) body.remove(*options);
        return;
    }
    if (!options) {
        if (demand == UsageDemand::AskProvider) body.add("stream_options", R"({"include_usage":true})");
        return;
    }
    json::Node node = json::Node::parse(facts.value(Member::StreamOptions)->raw());
    bool changed = !route.channel->fields.include_obfuscation && node.erase("include_obfuscation");
    if (demand == UsageDemand::AskProvider) {
        const json::Node* usage = node.find("include_usage");
        if (usage == nullptr || usage->as_bool() != true) {
            node.set("include_usage", json::Node::of(true));
            changed = true;
        }
    }
    if (!changed) return;
    if (node.size() == 0) {
        body.remove(*options);
    } else {
        body.replace(*options, node.str());
    }
}

void remove_disabled(json::Splice& body, const Facts& facts, const catalog::FieldRules& allowed) {
    const std::pair<Member, bool> rules[] = {{Member::ServiceTier, allowed.service_tier},
                                             {Member::InferenceGeo, allowed.inference_geo},
                                             {Member::Speed, allowed.speed},
                                             {Member::SafetyIdentifier, allowed.safety_identifier},
                                             {Member::Store, allowed.store}};
    for (const auto& [member, kept] : rules) {
        if (const auto& found = facts.found(member); found && !kept) body.remove(*found);
    }
}

/// The endpoint's path with the client's query, without what is meant for us or tells of us (spec 07 section 1.5).
std::string upstream_path(const Route& route, std::string_view query) {
    std::string path = route.channel->base_path + std::string(route.path);
    char separator = '?';
    for (const std::string_view pair : text::split(query, '&')) {
        const std::string name = percent_decode(pair.substr(0, pair.find('='))).value_or("key");
        if (pair.empty() || name == "key" || name == "api-version") continue;
        path.append(1, separator).append(pair);
        separator = '&';
    }
    return path;
}

net::HeaderLines upstream_headers(const Facts& facts, const Route& route, const net::Headers& client) {
    net::HeaderLines headers;
    headers.add("Content-Type", "application/json");
    const std::string_view accept = client.find("Accept").value_or("");
    if (!accept.empty() && !(facts.stream && accept == "*/*")) {
        headers.add("Accept", accept);
    } else if (facts.stream) {
        headers.add("Accept", "text/event-stream");
    }
    headers.add("User-Agent", std::string("Opusclaw/").append(version()));
    for (const auto& header :
         provider::credentials(*route.provider, route.key, route.channel->organization)) {
        headers.add(header.name, header.value);
    }
    return headers;
}

}    // namespace

Prepared prepare(const Facts& facts, const Route& route, const net::RequestHead& client, UsageDemand demand) {
    Prepared prepared{
        .path = upstream_path(route, client.query), .headers = {}, .body = json::Splice(facts.peeked)};
    try {
        prepared.headers = upstream_headers(facts, route, client.headers);
    } catch (const Error& error) {
        throw Error(ErrorKind::UpstreamBroken, "do_request_failed",
                    Message::literal("setup request header failed: " + error.message.text))
            .with_status(500);
    }
    rename_model(prepared.body, facts, route);
    set_stream_options(prepared.body, facts, route, demand);
    remove_disabled(prepared.body, facts, route.channel->fields);
    return prepared;
}

}    // namespace opusclaw::relay
