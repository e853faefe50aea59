// net/server_loop.h: what the server's connections on one loop have in common: handler, options, the list of connections, the
// counters. Only for net/server*.
#pragma once

#include <atomic>
#include <cstdint>
#include <unordered_set>

#include "net/client_address.h"
#include "net/server.h"
#include "net/server_answer.h"
#include "net/stream.h"
#include "net/tls.h"

namespace opusclaw::net {

class ServerConnection;

/// Used on its loop only, but for the counters.
struct ServerLoop {
    struct Parts {
        Loop& loop;
        const ServerOptions& options;
        const TlsServer* tls;    // null: plain
        Handler handler;
        std::atomic<bool>& forwarding_told;    // shared by all loops
    };
    explicit ServerLoop(Parts parts);

    /// Starts a connection (DESIGN: the acceptor's loop posts it here). `open` was counted by the acceptor.
    void take(Descriptor socket, const IpAddress& peer);
    /// From now on answers say `Connection: close`; idle connections close.
    void begin_drain();
    /// Ends every connection.
    void cut();
    std::string_view date() { return date_line.at(std::chrono::system_clock::now()); }

    Loop& loop;
    const ServerOptions& options;
    const TlsServer* tls;
    Handler handler;
    ProxyTrust trust;
    std::atomic<bool>& forwarding_told;    // that the client address of a proxy nobody trusts was ignored
    TaskGroup tasks;
    std::unordered_set<ServerConnection*> connections;
    DateLine date_line;
    bool draining = false;

    struct alignas(64) Counts {
        std::atomic<std::uint64_t> connections{0};
        std::atomic<std::uint64_t> requests{0};
        std::atomic<std::uint64_t> open{0};
        std::atomic<std::uint64_t> active{0};
    };
    Counts counts;
};

}    // namespace opusclaw::net
