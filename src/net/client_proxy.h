// net/client_proxy.h: getting through a proxy: HTTP CONNECT (RFC 9110 section 9.3.6) and SOCKS5 with user and password (RFC 1928,
// 1929). Afterwards the stream is a tunnel to the destination. Only for the client.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "base/ip.h"
#include "net/client.h"
#include "net/stream.h"

namespace opusclaw::net {

/// `Proxy-Authorization: Basic ...\r\n`, or nothing when the proxy has no user.
std::string proxy_authorization(const ProxyAddress& proxy);

/// What a proxy said to a tunnel.
struct TunnelResult {
    enum class Outcome {
        Open,
        Unreachable,    // SOCKS5: this address did not work, another one may
        Failed,
    };
    Outcome outcome = Outcome::Failed;
    std::string why;    // for the log; no secrets
};

/// `authority` is `host:port` of the destination, with brackets where needed.
Task<TunnelResult> tunnel_by_connect(Stream& stream, const ProxyAddress& proxy, const std::string& authority);

struct SocksDestination {
    std::variant<IpAddress, std::string> host;
    std::uint16_t port = 0;
};
Task<TunnelResult> tunnel_by_socks(Stream& stream, const ProxyAddress& proxy, const SocksDestination& to);

}    // namespace opusclaw::net
