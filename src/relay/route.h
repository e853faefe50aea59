// relay/route.h: what one attempt uses of a channel (spec 04 sections 6.2, 9, 10), and whether a token may use a model at all. Which
// channel it is: relay/walk.h.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
    std::size_t key_place = 0;    // of a multi-key channel: its index among all keys
    /// Of the provider's endpoint. Another than the request's own: the request is translated for it.
    const RequestForm* form = nullptr;
    std::string_view path;           // of the endpoint, from the provider
    std::string_view stream_path;    // the same for a stream, with its query; empty: no other
    std::string_view parts_path;     // the same for embeddings of parts; empty: no other
    std::string_view joint;          // of it: a base URL that ends so has it already
    catalog::MappedModel model;      // the name that is sent
    std::string billed_as;           // the name in bill and log row; empty: the requested one
    // From fit_route() on:
    std::string_view effort;     // that the name of the model asked for as a suffix; empty: it did not
    std::string_view suffix;     // about thinking: was taken off the name that is sent
    dialect::Profile profile;    // where the body needs one
    const settings::NameMap<std::vector<std::string>>* model_headers =
        nullptr;                                    // added to; in the settings
    const settings::TextMap* versions = nullptr;    // of the API by model, where the path has a place for one
    const provider::NameRule* name_rule = nullptr;        // of the provider, for the name as it was mapped
    std::vector<provider::UpstreamHeader> own_headers;    // that the provider wants of everybody
};

/// Rules 2 to 5 of spec 04 section 6.2: may this token use this model at all? Throws Error with the table's status and text.
void admit(const account::Caller& caller, std::string_view model);

/// The path of the endpoint that a request is sent to, as the provider's row has it.
inline std::string_view path_in_row(const Route& route, const Facts& facts) {
    return facts.stream && !route.stream_path.empty() ? route.stream_path : route.path;
}
/// Whether the body is in another dialect than the client's.
inline bool translates(const Route& route, const Facts& facts) {
    return route.form != nullptr && route.form != facts.form;
}
/// Whether the client's own bytes go upstream, whatever they say (spec 06 section 4.5).
bool passes_body_on(const Route& route, const Facts& facts, const settings::Settings& settings);

/// Key, provider, endpoint and model for an attempt on the channel. A conversation whose endpoint the provider does not offer goes to
/// one of another dialect (spec 06 section 3.2). A failure is that of the attempt: 500
/// `channel:no_available_key`, unfit when there is no such provider or it has no such endpoint, 500 `channel:model_mapped_error`.
std::optional<Failure> complete_route(Route& route, std::string_view model, provider::Endpoint endpoint,
                                      const catalog::Draw& draw);

/// What the name of the model and the options change on a completed route (spec 06 sections 6, 22, 25). `settings` outlive it.
void fit_route(Route& route, const Facts& facts, const settings::Settings& settings);
/// What the encoder of the provider's dialect is told (dialect/profile.h).
dialect::Profile profile_of(const Route& route, const Facts& facts, const settings::Settings& settings);

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
