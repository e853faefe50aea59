// relay/route.h: the stage `choose`: from caller and facts to a channel (spec 04 sections 5 to 7), and what one attempt uses of it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "account/caller.h"
#include "catalog/catalog.h"
#include "provider/provider.h"
#include "relay/facts.h"
#include "settings/settings.h"

namespace opusclaw::relay {

/// One attempt's way: the channel, its key, the model sent upstream. Keeps the snapshot it points into alive.
struct Route {
    std::shared_ptr<const catalog::Snapshot> snapshot;
    const catalog::Channel* channel = nullptr;
    const provider::Provider* provider = nullptr;
    std::string_view key;
    std::size_t key_place = 0;     // of a multi-key channel: its index among all keys
    std::string_view path;         // of the endpoint, from the provider
    catalog::MappedModel model;    // the name that is sent
    std::string_view effort;       // that the name of the model asked for as a suffix; empty: it did not
    std::string group;             // the using group, `auto` resolved
};

/// Rules 2 to 5 of spec 04 section 6.2: may this token use this model at all? Throws Error with the table's status and text.
void admit(const account::Caller& caller, std::string_view model);

struct RouteRequest {
    const account::Caller& caller;
    std::string_view model;
    provider::Endpoint endpoint;
    unsigned retry_index = 0;
    const std::vector<ChannelId>& tried;
};
/// Rules 1, 2, 9 and 10: a pinned channel, else by weights. Throws Error: 400 and 403 for pins, 503 `model_not_found` on the first
/// attempt, 500 `get_channel_failed` on later ones; 400 when the channel's provider has no such endpoint.
Route choose(std::shared_ptr<const catalog::Snapshot> snapshot, const settings::Settings& settings,
             const RouteRequest& request, const catalog::Draw& draw);

/// The way to a channel that somebody named, whatever its status; for tests of channels. Throws Error as choose().
struct DirectRequest {
    std::string_view group;
    std::string_view model;
    provider::Endpoint endpoint;
};
Route route_to(std::shared_ptr<const catalog::Snapshot> snapshot, ChannelId channel,
               const DirectRequest& request, const catalog::Draw& draw);

}    // namespace opusclaw::relay
