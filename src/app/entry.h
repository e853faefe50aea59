// app/entry.h: where a request goes: relay, management API, preflight, or nowhere (spec 04 section 2). One per loop.
#pragma once

#include <memory>
#include <string>

#include "api/api.h"
#include "net/client.h"
#include "net/loop_count.h"
#include "net/server.h"
#include "relay/pipeline.h"

namespace opusclaw::app {

class Entry {
public:
    Entry(const relay::Services& relay_services, const api::Services& api_services, net::Loop& loop,
          std::shared_ptr<net::ClientShared> client_shared);
    /// Gives the request an id and hands it on. Every answer carries the id and the version.
    Task<> handle(net::Exchange& exchange);

private:
    Task<> preflight(net::Exchange& exchange, std::string_view request_id);
    Task<> not_found(net::Exchange& exchange, std::string_view request_id);

    const std::string
        dashboard_;    // where those go whom nobody serves; empty: nowhere (spec 02 section 24.3)
    const relay::Services& services_;
    net::Loop& loop_;
    net::LoopCount& in_flight_;
    net::Client client_;    // one for both: its idle connections are a share of the process's
    net::Client downloads_;
    relay::Relay relay_;
    api::Api api_;
};

}    // namespace opusclaw::app
