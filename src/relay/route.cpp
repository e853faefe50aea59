// relay/route.cpp: access to models, and the choice of a channel and of one of its keys (spec 04 sections 6.2, 7, 9, 10).
#include "relay/route.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "dialect/model_name.h"

namespace opusclaw::relay {
namespace {

[[noreturn]] void refuse(ErrorKind kind, std::string key,
                         std::vector<std::pair<std::string, std::string>> arguments = {}) {
    throw Error(kind, "", Message::key(std::move(key), std::move(arguments)));
}

const catalog::Channel& pinned_channel(const catalog::Snapshot& snapshot, const account::Caller& caller) {
    const catalog::Channel* channel = caller.bad_pin ? nullptr : snapshot.find(*caller.pinned);
    if (channel == nullptr) refuse(ErrorKind::InvalidRequest, "distributor.invalid_channel_id");
    if (channel->status != catalog::ChannelStatus::Enabled)
        refuse(ErrorKind::Forbidden, "distributor.channel_disabled");
    return *channel;
}

/// The groups to look in, in order: the using group, or those that `auto` stands for (spec 04 section 5).
std::vector<std::string> groups_of(const settings::Settings& settings, const account::Caller& caller) {
    if (caller.group != "auto") return {caller.group};
    const auto usable = account::usable_groups(settings, caller.user->group);
    std::vector<std::string> groups;
    std::copy_if(settings.auto_groups.begin(), settings.auto_groups.end(), std::back_inserter(groups),
                 [&usable](const std::string& group) { return usable.contains(group); });
    return groups;
}

std::string shown_group(const account::Caller& caller) {
    return caller.group == "auto" ? "auto(" + caller.user->group + ")" : caller.group;
}

[[noreturn]] void refuse_no_channel(const RouteRequest& request) {
    const std::string group = shown_group(request.caller);
    if (request.retry_index == 0) {
        throw Error(ErrorKind::NoChannel, "model_not_found",
                    Message::key("distributor.no_available_channel",
                                 {{"Model", std::string(request.model)}, {"Group", group}}));
    }
    throw Error(ErrorKind::NoChannel, "get_channel_failed",
                Message::literal("分组 " + group + " 下模型 " + std::string(request.model) +
                                 " 的可用渠道不存在（retry）"))
        .with_status(500);
}

void choose_channel(Route& route, const settings::Settings& settings, const RouteRequest& request,
                    const catalog::Draw& draw) {
    if (request.caller.pinned || request.caller.bad_pin) {
        route.channel = &pinned_channel(*route.snapshot, request.caller);
        route.group = request.caller.group;
        return;
    }
    for (std::string& group : groups_of(settings, request.caller)) {
        route.channel = route.snapshot->choose(group, request.model, request.retry_index, request.tried,
                                               draw);
        if (route.channel == nullptr) continue;
        route.group = std::move(group);
        return;
    }
    refuse_no_channel(request);
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

void find_endpoint(Route& route, provider::Endpoint endpoint) {
    route.provider = provider::find_provider(route.channel->type);
    if (route.provider == nullptr) {
        throw Error(ErrorKind::InvalidRequest, "invalid_api_type",
                    Message::literal("invalid api type: " + std::to_string(route.channel->type)));
    }
    const auto path = provider::endpoint_path(*route.provider, endpoint);
    if (!path)
        throw_error(ErrorKind::InvalidRequest, "invalid_request", "the channel does not offer this endpoint");
    route.path = *path;
    if (route.channel->target == nullptr) {
        throw Error(ErrorKind::UpstreamBroken, "do_request_failed",
                    Message::literal("get request url failed: " + route.channel->target_error))
            .with_status(500);
    }
}

void complete(Route& route, std::string_view model, provider::Endpoint endpoint, const catalog::Draw& draw) {
    choose_key(route, draw);
    find_endpoint(route, endpoint);
    route.model = catalog::map_model(*route.channel, model);
}

}    // namespace

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

Route choose(std::shared_ptr<const catalog::Snapshot> snapshot, const settings::Settings& settings,
             const RouteRequest& request, const catalog::Draw& draw) {
    Route route;
    route.snapshot = std::move(snapshot);
    choose_channel(route, settings, request, draw);
    complete(route, request.model, request.endpoint, draw);
    return route;
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
