// relay/upstream_path.cpp: the channel's base path, the endpoint's with its places filled, and what goes on of the client's query.
#include "relay/upstream_path.h"

#include <algorithm>

#include "base/text.h"
#include "base/url.h"
#include "provider/paths.h"
#include "relay/request_form.h"

namespace opusclaw::relay {
namespace {

constexpr std::string_view kGatewayHost = "gateway.ai.cloudflare.com";

std::string_view name_of(std::string_view pair) { return pair.substr(0, pair.find('=')); }

/// The value of the client's own `api-version`; empty: it has none.
std::string client_version(std::string_view query) {
    for (const std::string_view pair : text::split(query, '&')) {
        if (name_of(pair) != "api-version" || pair.find('=') == std::string_view::npos) continue;
        return percent_decode(pair.substr(pair.find('=') + 1)).value_or("");
    }
    return {};
}

/// A base URL that is all there is: every `{model}` in it is the name that is sent (spec 07 section 4.1).
std::string path_with_model(const Route& route) {
    constexpr std::string_view kPlace = "{model}";
    const std::string_view base = route.channel->base_path;
    const std::string model = provider::path_text(route.model.name);
    std::string path;
    std::size_t from = 0;
    for (std::size_t at = base.find(kPlace); at != std::string_view::npos; at = base.find(kPlace, from)) {
        path.append(base.substr(from, at - from)).append(model);
        from = at + kPlace.size();
    }
    path.append(base.substr(from));
    return path.empty() ? "/" : path;
}

/// What the base URL contributes: on a plan that of the dialect.
std::string_view base_of(const Route& route) {
    const catalog::Channel& channel = *route.channel;
    const bool messages = route.form != nullptr && route.form->endpoint == provider::Endpoint::Messages;
    std::string_view base = channel.base_path;
    if (channel.plan_path && messages) base = *channel.plan_path;
    if (!route.joint.empty() && base.ends_with(route.joint)) base.remove_suffix(route.joint.size());
    return base;
}

/// Of the model that is sent, else of all others (spec 07 section 10.1).
std::string_view gemini_version(const Route& route) {
    constexpr std::string_view kUsual = "v1beta";
    if (route.versions == nullptr) return kUsual;
    for (const std::string_view name : {route.model.name, std::string_view("default")}) {
        const auto found = route.versions->find(name);
        if (found != route.versions->end() && !found->second.empty()) return found->second;
    }
    return kUsual;
}

/// `input` is a list of objects: texts, images and videos that become one vector (spec 08 section 10).
bool asks_for_parts(const Facts& facts) {
    bool parts = false;
    if (const auto input = given(facts, Member::Input)) {
        input->each_item([&parts](const json::View& item) {
            parts = item.type() == json::Type::Object;
            return false;
        });
    }
    return parts;
}

std::string_view path_for(const Route& route, const Facts& facts) {
    const bool parts = !route.parts_path.empty() && asks_for_parts(facts);
    return parts ? route.parts_path : path_in_row(route, facts);
}

std::string filled_path(const Route& route, const Facts& facts, std::string_view query) {
    std::string_view path = path_for(route, facts);
    const catalog::Channel& channel = *route.channel;
    const std::string_view part = route.provider->gateway_part;
    const bool gateway = !part.empty() && channel.target != nullptr &&
                         channel.target->parts().host == kGatewayHost;
    if (gateway && path.starts_with(part)) path.remove_prefix(part.size());
    if (path.find('{') == std::string_view::npos) return std::string(path);
    const std::string version = client_version(query);
    return provider::fill_path(path, {.model = route.model.name,
                                      .other = channel.other,
                                      .api_version = version.empty() ? channel.api_version : version,
                                      .responses_version = channel.responses_version,
                                      .gemini_version = gemini_version(route),
                                      .channel_created = channel.created});
}

bool asks_for_beta(std::string_view query) {
    const auto pairs = text::split(query, '&');
    return std::find(pairs.begin(), pairs.end(), "beta=true") != pairs.end();
}

void append_query(std::string& path, std::string_view query) {
    char separator = '?';
    for (const std::string_view pair : text::split(query, '&')) {
        const std::string name = percent_decode(name_of(pair)).value_or("key");
        if (pair.empty() || name == "key" || name == "api-version") continue;
        path.append(1, separator).append(pair);
        separator = '&';
    }
}

}    // namespace

std::string upstream_path(const Route& route, const Facts& facts, std::string_view query, ClientQuery rule) {
    if (route.provider->url == provider::UrlForm::BaseWithModel) return path_with_model(route);
    std::string path = std::string(base_of(route)) + filled_path(route, facts, query);
    switch (route.provider->query) {
        case provider::QueryRule::Nothing: break;
        case provider::QueryRule::BetaOnly:
            if (route.channel->beta_query || asks_for_beta(query)) path += "?beta=true";
            break;
        case provider::QueryRule::AllButOurs:
            if (rule == ClientQuery::GoesOn && !query.empty()) append_query(path, query);
            break;
    }
    return path;
}

}    // namespace opusclaw::relay
