// relay/protocol_call.h: the end of the stage `prepare` for providers with a protocol of their own (provider/protocol.h): address, access
// token, headers, body and signature of a prepared request. Nothing is done for the others.
#pragma once

#include "net/client.h"
#include "relay/prepare.h"
#include "relay/services.h"

namespace opusclaw::relay {

struct ProtocolCall {
    const Facts& facts;    // of the client's request
    const Route& route;    // with the name of the model that is sent
    const Services& services;
    BodyRule passed_on = BodyRule::Prepared;    // or PassedOn
};
/// Long bodies are rewritten and signed on a worker. Throws Error for a key that is none, for an address that cannot be used and for
/// a token that was not given; Unfit for what the channel cannot serve.
Task<> complete_call(Prepared& prepared, net::Client& client, const ProtocolCall& call);

/// An access token that the provider refused (401) is not used again. `token_id`: of the request; empty: it had none.
void forget_refused(const Services& services, std::string_view token_id, int status);

}    // namespace opusclaw::relay
