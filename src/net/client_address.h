// net/client_address.h: who the client is behind proxies (spec 02 section 1.10, 01 section 14.1): X-Forwarded-For and
// X-Real-IP count only when the peer, and each proxy on the way, is trusted. No I/O.
#pragma once

#include "base/ip.h"
#include "net/http.h"

namespace opusclaw::net {

struct ProxyTrust {
    IpList trusted;
    bool every_peer = false;    // take the leftmost address, as New API does
};
/// The address to use for limits, IP lists and logs. Entries may carry a port. An entry that is no address ends the walk:
/// the last proxy that could be read counts then.
IpAddress client_address(const IpAddress& peer, const Headers& headers, const ProxyTrust& trust);
/// True when the request names a client but its peer is not trusted to: the server logs that once, with the variable to set.
bool forwarding_ignored(const IpAddress& peer, const Headers& headers, const ProxyTrust& trust);

}    // namespace opusclaw::net
