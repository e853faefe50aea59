// relay/pipeline.h: the line that a relayed request walks (DESIGN section 4). One per loop.
#pragma once

#include <optional>
#include <random>
#include <string_view>

#include "net/client.h"
#include "net/server.h"
#include "relay/failure.h"
#include "relay/funds.h"
#include "relay/price_cache.h"
#include "relay/responses_policy.h"
#include "relay/route.h"
#include "relay/routes.h"
#include "relay/sensitive_words.h"
#include "relay/services.h"
#include "relay/settle.h"
#include "relay/trace.h"
#include "relay/walk.h"
#include "settings/settings_store.h"

namespace opusclaw::relay {

/// The relay of one loop. Handles the paths that handles() names; answers every error itself, in the client's dialect.
class Relay {
public:
    /// All outlive it; the clients are the loop's. `downloads` is for what clients name, and keeps no connections.
    Relay(const Services& services, net::Client& client, net::Client& downloads);

    /// Whether method and path are a relay route.
    static bool handles(std::string_view method, std::string_view path);
    /// Answers the request. Throws Error(ClientGone) only.
    Task<> handle(net::Exchange& exchange, std::string_view request_id);

private:
    /// What the stages of one request share, once it is known who asks for what. References into relay_request's frame.
    struct Line {
        net::Exchange& exchange;
        const settings::Settings& settings;
        const account::Caller& caller;
        const PaddedBuffer& body;
        const Facts& facts;
        Trace& trace;
        Walk& walk;
        const catalog::Draw& draw;
    };
    Task<> relay_request(net::Exchange& exchange, RouteMatch match, Trace& trace);
    catalog::Draw drawing();
    Task<> serve(const Line& line, Route& route, Settler& settler);
    Task<> serve_with_pings(const Line& line, Route& route, Settler& settler);
    Task<std::optional<Failure>> try_channels(const Line& line, Route& route, Settler& settler);
    static void reprice(const Line& line, const Route& route, Settler& settler);
    void judge(const Line& line, const Route& route, Failure& failure);
    void record_error(const Line& line, const Route& route, const Failure& failure);
    Task<> count_tokens(net::Exchange& exchange, RouteMatch match, std::string_view request_id);
    Task<> list_models(net::Exchange& exchange, std::string_view request_id);
    Task<> refuse_unimplemented(net::Exchange& exchange, RouteMatch match, std::string_view request_id);
    /// `pin_version`: what a header says to who may not pin a channel.
    Task<> answer_failure(net::Exchange& exchange, dialect::Dialect dialect, const Failure& failure,
                          std::string_view request_id, std::string_view pin_version = {});

    const Services& services_;
    LedgerFunds funds_;
    settings::SettingsView settings_;
    catalog::CatalogView catalog_;
    net::Client& client_;
    net::Client& downloads_;
    PriceCache prices_;
    SensitiveWords words_;
    ResponsesPolicy responses_policy_;
    std::mt19937_64 random_;
};

}    // namespace opusclaw::relay
