// relay/provider_rules.cpp: hands values to the rules of the row and puts back what they give.
#include "relay/provider_rules.h"

#include <array>
#include <utility>

#include "base/error.h"
#include "base/json/edit.h"
#include "base/json/peek.h"
#include "relay/model_rules.h"
#include "relay/request_form.h"

namespace opusclaw::relay {
namespace {

using provider::Endpoint;

constexpr int kBadGateway = 502;
constexpr std::string_view kNobodysAddress =
    "http://localhost:3000";    // the option's until somebody sets it

std::string header_text(const provider::OwnHeader& header, const catalog::Channel& channel,
                        const settings::Settings& settings) {
    std::string text;
    switch (header.text) {
        case provider::HeaderText::Fixed: break;
        case provider::HeaderText::ServerAddress:
            if (settings.server_address != kNobodysAddress) text = settings.server_address;
            break;
        case provider::HeaderText::SystemName: text = settings.system_name; break;
        case provider::HeaderText::ChannelOther: text = channel.other; break;
    }
    return text.empty() ? std::string(header.fixed) : text;
}

/// Of the endpoint that the request goes to.
Endpoint endpoint_of(const Route& route) {
    return route.form == nullptr ? Endpoint::ChatCompletions : route.form->endpoint;
}

/// `{"success":true,"data":…}` around an answer (spec 06 section 24.3).
std::optional<std::string> unwrapped(std::string_view payload) {
    try {
        const json::Document document = json::Document::copy(payload);
        const auto success = document.root().find("success");
        const auto data = document.root().find("data");
        if (!success) return std::nullopt;
        if (success->as_bool() == true && data) return std::string(data->raw());
    } catch (const Error&) {
        return std::nullopt;    // told by who reads it
    }
    throw Error(ErrorKind::UpstreamBroken, "bad_response_body",
                Message::literal("openrouter response success=false"));
}

}    // namespace

void fit_provider(Route& route, const Facts& facts, const settings::Settings& settings) {
    const provider::Provider& row = *route.provider;
    route.name_rule = nullptr;
    route.own_headers.clear();
    if (!row.names.empty()) {
        const bool kept = keeps_suffix(settings, facts.model, route.model.name);
        route.name_rule = provider::name_rule(
            row, endpoint_of(route), route.model.name,
            kept ? provider::Thinking::KeptInName : provider::Thinking::Split);
        if (route.name_rule != nullptr) route.model.name.remove_suffix(route.name_rule->ends.size());
    }
    for (const provider::OwnHeader& header : row.own_headers) {
        if (header.sent == provider::SentWith::Streams && !facts.stream) continue;
        std::string text = header_text(header, *route.channel, settings);
        if (!text.empty()) route.own_headers.push_back({std::string(header.name), std::move(text)});
    }
}

void apply_provider_rules(json::Splice& body, const Facts& facts, const Route& route) {
    const provider::NameRule* const rule = route.name_rule;
    const bool thinks = rule != nullptr && rule->suffix == provider::Suffix::Thinking;
    provider::apply_body_rules(
        facts.peeked.text, body,
        {.provider = *route.provider,
         .endpoint = endpoint_of(route),
         .name_rule = rule,
         .facts = {.model = route.model.name, .effort = route.effort, .asked_to_think = thinks}});
}

std::optional<std::string> with_provider_messages(json::Splice& body, const Route& route) {
    const provider::BodyForm* const form = provider::body_form(*route.provider, endpoint_of(route));
    if (form == nullptr || form->messages == nullptr) return std::nullopt;
    constexpr std::array<std::string_view, 1> kMessages = {"messages"};
    const PaddedBuffer text(body.str());
    const json::PeekResult peeked = json::peek(text, kMessages);
    const auto messages = peeked.value(0);
    if (!messages || messages->type() != json::Type::Array) return std::nullopt;
    auto made = form->messages(messages->raw());
    if (!made) return std::nullopt;
    json::Splice changed(peeked);
    changed.replace(*peeked.find(0), std::move(*made));
    return changed.str();
}

std::optional<std::string> shown_payload(const Route& route, std::string_view payload,
                                         provider::Payload kind) {
    std::optional<std::string> shown;
    const provider::Provider& row = *route.provider;
    if (route.channel->enveloped && kind == provider::Payload::WholeBody) shown = unwrapped(payload);
    if (row.answers.empty()) return shown;
    auto made = provider::normal_answer(
        row, endpoint_of(route), shown ? std::string_view(*shown) : payload,
        {.payload = kind, .model = route.model.name, .seen_by = provider::SeenBy::Everybody});
    return made ? std::move(made) : std::move(shown);
}

std::optional<std::string> read_payload(const Route& route, std::string_view payload,
                                        provider::Payload kind) {
    std::optional<std::string> shown = shown_payload(route, payload, kind);
    if (route.provider->answers.empty()) return shown;
    auto made = provider::normal_answer(
        *route.provider, endpoint_of(route), shown ? std::string_view(*shown) : payload,
        {.payload = kind, .model = route.model.name, .seen_by = provider::SeenBy::Bill});
    return made ? std::move(made) : std::move(shown);
}

void find_usage(const Route& route, std::string_view payload, provider::Payload kind,
                std::optional<dialect::Usage>& usage) {
    if (route.provider->answers.empty() || (usage && usage->cached_read > 0)) return;
    const auto made = provider::normal_answer(
        *route.provider, endpoint_of(route), payload,
        {.payload = kind, .model = route.model.name, .seen_by = provider::SeenBy::Bill});
    if (made) usage = route.form->reader->read_answer(*made).usage;
}

Failure error_inside(const Route& route, std::string_view body) {
    Failure failure = Failure::of_answer(body, kBadGateway);
    failure.client.status = provider::status_of_code(*route.provider, failure.client.code, kBadGateway);
    return failure;
}

}    // namespace opusclaw::relay
