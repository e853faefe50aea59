// relay/route.h: what one attempt uses of a channel (spec 04 sections 6.2, 9, 10), and whether a token may use a model at all. Which
// channel it is: relay/walk.h.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "account/caller.h"
#include "catalog/catalog.h"
#include "provider/provider.h"
#include "relay/facts.h"
#include "relay/failure.h"
#include "settings/settings.h"

namespace opusclaw::relay {

/// One attempt's way: the channel, its key, the model sent upstream. Keeps the snapshot it points into alive.
struct Route {
    std::shared_ptr<const catalog::Snapshot> snapshot;
    const catalog::Channel* channel = nullptr;
    std::string group;    // the using group, `auto` resolved
    // From complete_route() on:
    const provider::Provider* provider = nullptr;
    std::string_view key;
    std::size_t key_place = 0;     // of a multi-key channel: its index among all keys
    std::string_view path;         // of the endpoint, from the provider
    catalog::MappedModel model;    // the name that is sent
    std::string_view effort;       // that the name of the model asked for as a suffix; empty: it did not
};

/// Rules 2 to 5 of spec 04 section 6.2: may this token use this model at all? Throws Error with the table's status and text.
void admit(const account::Caller& caller, std::string_view model);

/// Key, provider, path and model for an attempt on the channel. A failure is that of the attempt: 500
/// `channel:no_available_key`, unfit when the provider has no such endpoint, 500 `channel:model_mapped_error`.
std::optional<Failure> complete_route(Route& route, std::string_view model, provider::Endpoint endpoint,
                                      const catalog::Draw& draw);

/// The way to a channel that somebody named, whatever its status; for tests of channels. Throws Error for what complete_route()
/// gives as a failure.
struct DirectRequest {
    std::string_view group;
    std::string_view model;
    provider::Endpoint endpoint;
};
Route route_to(std::shared_ptr<const catalog::Snapshot> snapshot, ChannelId channel,
               const DirectRequest& request, const catalog::Draw& draw);

}    // namespace opusclaw::relay
