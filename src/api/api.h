// api/api.h: the management API (spec 02, 03): finds the route, checks who asks, reads, calls, answers with the envelope.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "api/services.h"
#include "net/client.h"
#include "net/server.h"

namespace opusclaw::api {

/// The API of one loop.
class Api {
public:
    /// `client` is of the same loop. Both outlive the API.
    Api(const Services& services, net::Client& client) : services_(services), client_(client) {}
    /// Whether a route of the API has this method and path; both spellings of the trailing slash count.
    bool handles(std::string_view method, std::string_view path) const;
    /// Paths whose answers browsers of other origins may not read (spec 02 section 1.8).
    bool closed_to_other_origins(std::string_view path) const;
    /// For paths of no route: how long the client has to wait because it came too often (spec 01 section 14.2, global web).
    std::optional<std::chrono::seconds> web_wait(const net::RequestHead& request) const;
    /// Answers the request, errors included. Throws Error(ClientGone) only.
    Task<> handle(net::Exchange& exchange, std::string_view request_id);

private:
    const Services& services_;
    net::Client& client_;
};

}    // namespace opusclaw::api
