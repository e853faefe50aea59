// relay/route.cpp: access to models, and the key, provider and path of one attempt (spec 04 sections 6.2, 9, 10).
#include "relay/route.h"

#include <array>
#include <utility>

#include "base/error.h"
#include "base/unfit.h"
#include "catalog/channel_types.h"
#include "dialect/model_name.h"
#include "dialect/translate.h"
#include "relay/request_form.h"
#include "relay/route_path.h"

namespace opusclaw::relay {
namespace {

[[noreturn]] void refuse(ErrorKind kind, std::string key,
                         std::vector<std::pair<std::string, std::string>> arguments = {}) {
    throw Error(kind, "", Message::key(std::move(key), std::move(arguments)));
}

void choose_key(Route& route, const catalog::Draw& draw) {
    const auto picked = catalog::pick_key(*route.channel, draw);
    if (!picked) {
        const bool empty = route.channel->key_count == 0;
        throw Error(ErrorKind::NoChannel, "channel:no_available_key",
                    Message::literal(empty ? "no keys available" : "no enabled keys"))
            .with_status(500);
    }
    route.key = picked->key;
    route.key_place = picked->place;
}

/// The form of the first endpoint that a request can be translated for; nullptr: there is none.
const RequestForm* other_form(const Route& route, const RequestForm& asked) {
    if (asked.translated == Translated::AsEmbeddings) return &form_of(provider::Endpoint::BatchEmbedContents);
    const bool conversation = asked.translated == Translated::AsConversation;
    if (!conversation || dialect::find_codec(asked.dialect) == nullptr) return nullptr;
    using provider::Endpoint;
    constexpr std::array kOrder = {Endpoint::ChatCompletions, Endpoint::Messages, Endpoint::GenerateContent,
                                   Endpoint::Responses};
    for (const Endpoint endpoint : kOrder) {
        const RequestForm& form = form_of(endpoint);
        if (path_of(route, endpoint) != nullptr && dialect::find_codec(form.dialect) != nullptr) return &form;
    }
    // What only makes images does so for chats.
    return asked.endpoint == Endpoint::ChatCompletions ? &form_of(Endpoint::Predict) : nullptr;
}

/// New API's number of the kind of provider behind a channel; of types that it does not have, the type's own.
std::string kind_of(const catalog::Channel& channel) {
    const catalog::ChannelTypeFacts* const facts = catalog::channel_type(channel.type);
    return std::to_string(facts == nullptr ? channel.type : facts->kind);
}

[[noreturn]] void refuse_endpoint(const Route& route, provider::Endpoint endpoint) {
    const std::string by_kind(form_of(endpoint).refusal_by_kind);
    if (!by_kind.empty()) throw Unfit("invalid_request", by_kind + kind_of(*route.channel));
    throw Unfit("convert_request_failed", provider::refusal_text(*route.provider, endpoint));
}

void find_endpoint(Route& route, std::string_view model, provider::Endpoint endpoint) {
    route.form = &form_of(endpoint);
    const std::string_view suffix = route.form->model_suffix;
    if (model.ends_with(suffix)) model.remove_suffix(suffix.size());
    route.model = catalog::map_model(*route.channel, model);     // first: it may decide whose model it is
    const bool other = !suffix.empty() && route.model.mapped;    // spec 04 section 15.2
    route.billed_as = other ? std::string(route.model.name).append(suffix) : std::string();
    route.provider = provider::find_provider(route.channel->type, route.model.name);
    if (route.provider == nullptr)
        throw Unfit("invalid_api_type", "invalid api type: " + kind_of(*route.channel));
    const bool lacking = endpoint == provider::Endpoint::Responses && route.channel->responses_via_chat;
    const provider::EndpointPath* found = lacking ? nullptr : path_of(route, endpoint);
    if (found == nullptr && route.form->endpoint == endpoint) {
        route.form = other_form(route, *route.form);
        if (route.form != nullptr) found = path_of(route, route.form->endpoint);
    }
    if (found == nullptr) refuse_endpoint(route, endpoint);
    route.path = found->path;
    route.joint = found->joint;
    route.stream_path = found->stream_path;
    route.parts_path = found->parts_path;
    if (route.channel->target == nullptr && route.provider->protocol == nullptr) {
        throw Error(ErrorKind::UpstreamBroken, "do_request_failed",
                    Message::literal("get request url failed: " + route.channel->target_error))
            .with_status(500);
    }
}

void complete(Route& route, std::string_view model, provider::Endpoint endpoint, const catalog::Draw& draw) {
    find_endpoint(route, model, endpoint);    // first: an unfit channel's keys keep their turn
    choose_key(route, draw);
}

}    // namespace

const provider::EndpointPath* path_of(const Route& route, provider::Endpoint endpoint) {
    const catalog::Channel& channel = *route.channel;
    provider::PathQuestion question{.endpoint = endpoint, .model = route.model.name};
    if (channel.target != nullptr) question.host = channel.target->parts().host;
    if (channel.plan_path) question.base = provider::BaseUrl::Plan;
    if (channel.messages_models != nullptr) question.messages_models = *channel.messages_models;
    return provider::find_path(*route.provider, question);
}

void admit(const account::Caller& caller, std::string_view model) {
    if (caller.pinned || caller.bad_pin) return;
    if (caller.token->model_limits_enabled) {
        if (caller.token->model_limits.empty())
            refuse(ErrorKind::Forbidden, "distributor.token_no_model_access");
        if (!caller.token->allows_model(dialect::normalise_model(model))) {
            refuse(ErrorKind::Forbidden, "distributor.token_model_forbidden",
                   {{"Model", std::string(model)}});
        }
    }
    if (model.empty()) refuse(ErrorKind::InvalidRequest, "distributor.model_name_required");
}

std::optional<Failure> complete_route(Route& route, std::string_view model, provider::Endpoint endpoint,
                                      const catalog::Draw& draw) {
    try {
        complete(route, model, endpoint, draw);
        return std::nullopt;
    } catch (const Error& error) {
        return Failure::of(error, Language::English);
    }
}

Route route_to(std::shared_ptr<const catalog::Snapshot> snapshot, ChannelId channel,
               const DirectRequest& request, const catalog::Draw& draw) {
    Route route;
    route.channel = snapshot->find(channel);
    if (route.channel == nullptr) refuse(ErrorKind::NoChannel, "distributor.invalid_channel_id");
    route.snapshot = std::move(snapshot);
    route.group = request.group;
    complete(route, request.model, request.endpoint, draw);
    return route;
}

}    // namespace opusclaw::relay
