// relay/prepare.cpp: the model's name, stream_options, the path and the headers of a request on its way upstream.
#include "relay/prepare.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json/edit.h"
#include "base/json/writer.h"
#include "base/text.h"
#include "base/url.h"
#include "base/version.h"
#include "relay/model_rules.h"
#include "relay/request_form.h"
#include "relay/system_prompt.h"

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

/// The parts of a path as they are sent: what a path may hold stays, the rest is escaped (a model's name is text).
std::string path_text(std::string_view model) {
    std::string joined;
    for (const std::string_view part : text::split(model, '/'))
        joined.append("/").append(percent_encode(part));
    return joined.substr(1);
}

/// With `text` at every `place`.
std::string filled(std::string_view form, std::string_view place, std::string_view text) {
    std::string path;
    std::size_t from = 0;
    for (std::size_t at = form.find(place); at != std::string_view::npos; at = form.find(place, from)) {
        path.append(form.substr(from, at - from)).append(text);
        from = at + place.size();
    }
    return path.append(form.substr(from));
}

constexpr std::string_view kModelPlace = "{model}", kVersionPlace = "{version}";

/// A base URL that is all there is: every `{model}` in it is the name that is sent (spec 07 section 4.1).
std::string base_with_model(const Route& route) {
    const std::string path = filled(route.channel->base_path, kModelPlace, path_text(route.model.name));
    return path.empty() ? "/" : path;
}

/// Of the model that is sent, else of all others (spec 07 section 10.1).
std::string_view api_version(const Route& route) {
    constexpr std::string_view kUsual = "v1beta";
    if (route.versions == nullptr) return kUsual;
    for (const std::string_view name : {route.model.name, std::string_view("default")}) {
        const auto found = route.versions->find(name);
        if (found != route.versions->end() && !found->second.empty()) return found->second;
    }
    return kUsual;
}

std::string path_with_model(const Route& route, const Facts& facts) {
    const bool streams = facts.stream && !route.stream_path.empty();
    const std::string versioned = filled(streams ? route.stream_path : route.path, kVersionPlace,
                                         api_version(route));
    return route.channel->base_path + filled(versioned, kModelPlace, path_text(route.model.name));
}

bool asks_for_beta(std::string_view query) {
    const auto pairs = text::split(query, '&');
    return std::find(pairs.begin(), pairs.end(), "beta=true") != pairs.end();
}

/// The endpoint's path with what of the client's query goes on: of a request of another dialect nothing does that is not the
/// provider's own.
std::string upstream_path(const Route& route, const Facts& facts, std::string_view query, BodyRule rule) {
    if (route.provider->url == provider::UrlForm::BaseWithModel) return base_with_model(route);
    if (route.provider->url == provider::UrlForm::PathWithModel) return path_with_model(route, facts);
    std::string path = route.channel->base_path + std::string(route.path);
    if (route.provider->query == provider::QueryRule::BetaOnly) {
        if (route.channel->beta_query || asks_for_beta(query)) path += "?beta=true";
        return path;
    }
    if (rule == BodyRule::Translated || query.empty()) return path;
    if (route.provider->query == provider::QueryRule::Nothing) return path;
    char separator = '?';
    for (const std::string_view pair : text::split(query, '&')) {
        const std::string name = percent_decode(pair.substr(0, pair.find('='))).value_or("key");
        if (pair.empty() || name == "key" || name == "api-version") continue;
        path.append(1, separator).append(pair);
        separator = '&';
    }
    return path;
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

}    // namespace

Prepared prepare(const Facts& facts, const Route& route, const net::RequestHead& client, UsageDemand demand,
                 BodyRule rule) {
    Prepared prepared{.path = upstream_path(route, facts, client.query, rule),
                      .headers = {},
                      .body = json::Splice(facts.peeked)};
    try {
        prepared.headers = upstream_headers(facts, route, client.headers);
    } catch (const Error& error) {
        throw Error(ErrorKind::UpstreamBroken, "do_request_failed",
                    Message::literal("setup request header failed: " + error.message.text))
            .with_status(500);
    }
    if (rule == BodyRule::PassedOn) return prepared;
    if (rule == BodyRule::Prepared) {
        rename_model(prepared.body, facts, route);
        apply_model_rules(prepared.body, facts, route);
    }
    if (facts.form->add_system_prompt != nullptr) {
        const PromptEdit prompt = facts.form->add_system_prompt(prepared.body, facts, *route.channel,
                                                                route.model.name);
        prepared.prompt_overwritten = prompt == PromptEdit::Overwritten;
    }
    if (facts.form->usage_chunks) set_stream_options(prepared.body, facts, route, demand);
    if (!facts.form->removes_fields) return prepared;
    if (!facts.form->usage_chunks) remove_obfuscation(prepared.body, facts, route);
    remove_disabled(prepared.body, facts, route.channel->fields);
    return prepared;
}

}    // namespace opusclaw::relay
