// relay/prepare.cpp: the model's name, stream_options, the path and the headers of a request on its way upstream.
#include "relay/prepare.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json/edit.h"
#include "base/json/writer.h"
#include "base/text.h"
#include "base/version.h"
#include "relay/model_rules.h"
#include "relay/provider_rules.h"
#include "relay/request_form.h"
#include "relay/system_prompt.h"
#include "relay/upstream_path.h"

namespace opusclaw::relay {
namespace {

void rename_model(json::Splice& body, const Facts& facts, const Route& route) {
    if (facts.form->wishes == WishPlace::Path) return;
    const json::Found* const model = facts.found(Member::Model);
    if (!model) {
        body.add("model", json::quoted(route.model.name));    // the form's or the path's own
        return;
    }
    const auto written = facts.value(Member::Model)->as_string();
    if (written != route.model.name) body.replace(*model, json::quoted(route.model.name));
}

/// Kept only on streams to providers that know it; include_usage is forced, what stands beside it stays (spec 06 section 6.1).
void set_stream_options(json::Splice& body, const Facts& facts, const Route& route, UsageDemand demand) {
    const json::Found* const options = facts.found(Member::StreamOptions);
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

/// The one option of other streams that channels may not allow.
void remove_obfuscation(json::Splice& body, const Facts& facts, const Route& route) {
    const auto options = given(facts, Member::StreamOptions);
    if (!options || route.channel->fields.include_obfuscation) return;
    json::Node node = json::Node::parse(options->raw());
    if (!node.erase("include_obfuscation")) return;
    const json::Found& found = *facts.found(Member::StreamOptions);
    if (node.size() == 0) {
        body.remove(found);
    } else {
        body.replace(found, node.str());
    }
}

void remove_disabled(json::Splice& body, const Facts& facts, const catalog::FieldRules& allowed) {
    const std::pair<Member, bool> rules[] = {{Member::ServiceTier, allowed.service_tier},
                                             {Member::InferenceGeo, allowed.inference_geo},
                                             {Member::Speed, allowed.speed},
                                             {Member::SafetyIdentifier, allowed.safety_identifier},
                                             {Member::Store, allowed.store}};
    for (const auto& [member, kept] : rules) {
        if (const json::Found* const found = facts.found(member); found && !kept) body.remove(*found);
    }
}

using Headers = std::vector<provider::UpstreamHeader>;

/// All fields of that name as one.
std::string joined(const net::Headers& client, std::string_view name) {
    std::string value;
    for (const net::Header& header : client) {
        if (!text::iequals(header.name, name)) continue;
        if (!value.empty()) value += ',';
        value += header.value;
    }
    return value;
}

/// A list header with more values: each once, in order (spec 06 section 6.3).
void add_values(std::string& value, const std::vector<std::string>& more) {
    std::vector<std::string_view> kept;
    const auto take = [&kept](std::string_view list) {
        for (const std::string_view part : text::split(list, ',')) {
            const std::string_view item = text::trim(part);
            if (!item.empty() && std::find(kept.begin(), kept.end(), item) == kept.end())
                kept.push_back(item);
        }
    };
    const std::string before = std::move(value);
    take(before);
    for (const std::string& list : more) take(list);
    value.clear();
    for (const std::string_view item : kept) value.append(value.empty() ? "" : ",").append(item);
}

/// Credentials, what the provider lets clients say, and what the options add for the model.
Headers provider_headers(const Route& route, const net::Headers& client) {
    Headers headers = provider::credentials(*route.provider, route.key, route.channel->organization);
    for (const provider::ClientHeader& known : route.provider->client_headers) {
        std::string value = joined(client, known.name);
        if (value.empty()) value = known.otherwise;
        if (!value.empty()) headers.push_back({std::string(known.name), std::move(value)});
    }
    headers.insert(headers.end(), route.own_headers.begin(), route.own_headers.end());
    if (route.model_headers == nullptr) return headers;
    for (const auto& [name, values] : *route.model_headers) {
        auto found = std::find_if(headers.begin(), headers.end(),
                                  [&name](const auto& header) { return text::iequals(header.name, name); });
        if (found == headers.end()) found = headers.insert(found, {name, std::string()});
        add_values(found->value, values);
        if (found->value.empty()) headers.erase(found);
    }
    return headers;
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
    for (const auto& header : provider_headers(route, client)) {
        if (route.model_headers != nullptr) headers.remove(header.name);    // the option's value is the one
        headers.add(header.name, header.value);
    }
    return headers;
}

/// The channel's own prompt. True: it went before the client's.
bool add_prompt(json::Splice& body, const Facts& facts, const Route& route) {
    if (facts.form->add_system_prompt == nullptr) return false;
    const PromptEdit edit = facts.form->add_system_prompt(body, facts, *route.channel, route.model.name);
    return edit == PromptEdit::Overwritten;
}

/// What the channel does not allow.
void remove_fields(json::Splice& body, const Facts& facts, const Route& route) {
    if (!facts.form->removes_fields) return;
    if (!facts.form->usage_chunks) remove_obfuscation(body, facts, route);
    remove_disabled(body, facts, route.channel->fields);
}

/// What would be sent as `anthropic-beta`.
std::string beta_of(const Route& route, const net::Headers& client) {
    for (const auto& header : provider_headers(route, client)) {
        if (text::iequals(header.name, "anthropic-beta")) return header.value;
    }
    return {};
}

}    // namespace

ChannelForm with_channel_rules(const Facts& facts, const Route& route) {
    json::Splice body(facts.peeked);
    const bool overwritten = add_prompt(body, facts, route);
    remove_fields(body, facts, route);
    return {.body = body.str(), .prompt_overwritten = overwritten};
}

Prepared prepare(const Facts& facts, const Route& route, const net::RequestHead& client, UsageDemand demand,
                 BodyRule rule) {
    const bool own = rule == BodyRule::Prepared || rule == BodyRule::PassedOn;
    const auto query = own ? ClientQuery::GoesOn : ClientQuery::Stays;
    Prepared prepared{.path = upstream_path(route, facts, client.query, query),
                      .headers = {},
                      .body = json::Splice(facts.peeked)};
    try {
        prepared.headers = upstream_headers(facts, route, client.headers);
    } catch (const Error& error) {
        if (error.code == "channel:invalid_key") throw;
        throw Error(ErrorKind::UpstreamBroken, "do_request_failed",
                    Message::literal("setup request header failed: " + error.message.text))
            .with_status(500);
    }
    if (route.provider->protocol != nullptr) prepared.beta = beta_of(route, client.headers);
    if (rule == BodyRule::PassedOn) return prepared;
    if (rule == BodyRule::Prepared) {
        rename_model(prepared.body, facts, route);
        apply_model_rules(prepared.body, facts, route);
    }
    apply_provider_rules(prepared.body, facts, route);
    if (rule != BodyRule::TranslatedWithPrompt)
        prepared.prompt_overwritten = add_prompt(prepared.body, facts, route);
    if (facts.form->usage_chunks) set_stream_options(prepared.body, facts, route, demand);
    remove_fields(prepared.body, facts, route);
    prepared.own_body = with_provider_messages(prepared.body, route);
    return prepared;
}

std::span<const std::string_view> Prepared::pieces() {
    if (!own_body) return body.pieces();
    whole = *own_body;
    return {&whole, 1};
}

}    // namespace opusclaw::relay
