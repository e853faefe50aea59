// relay/protocol_call.h: the end of the stage `prepare` for providers with a protocol of their own (provider/protocol.h): address, access
// token, headers, body and signature of a prepared request. Nothing is done for the others.
#pragma once

#include "net/client.h"
#include "net/server.h"
#include "relay/prepare.h"
#include "relay/services.h"

namespace opusclaw::relay {

class RemoteFiles;

struct ProtocolCall {
    const Facts& facts;    // of the client's request
    const Route& route;    // with the name of the model that is sent
    const Services& services;
    BodyRule passed_on = BodyRule::Prepared;    // or PassedOn
    RemoteFiles* remote = nullptr;              // nullptr: nothing can be fetched
};
/// Fetches what the prepared body names by URL and the provider wants as bytes. Before the exchange is watched by anybody else. Throws
/// Error(InvalidRequest, "convert_request_failed") when a file cannot be had, ClientGone, and Unfit where nothing can be fetched.
Task<> fetch_hosted_files(Prepared& prepared, net::Exchange* exchange, const ProtocolCall& call);

/// Long bodies are rewritten and signed on a worker. Throws Error for a key that is none, for an address that cannot be used and for
/// a token that was not given; Unfit for what the channel cannot serve.
Task<> complete_call(Prepared& prepared, net::Client& client, const ProtocolCall& call);

/// The access token of a request, and what it is kept under; both empty: it had none.
struct UsedToken {
    std::string_view id, text;
};
/// One that the provider refused (401) is not used again.
void forget_refused(const Services& services, const UsedToken& token, int status);

}    // namespace opusclaw::relay
