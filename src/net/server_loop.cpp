// net/server_loop.cpp: starting, draining and cutting the connections of one loop.
#include "net/server_loop.h"

#include <utility>

#include "net/server_connection.h"

namespace opusclaw::net {

namespace {

/// The acceptor counted it; this one takes it off.
class OpenConnection {
public:
    explicit OpenConnection(std::atomic<std::uint64_t>& open) : open_(open) {}
    ~OpenConnection() { open_.fetch_sub(1, std::memory_order_relaxed); }
    OpenConnection(const OpenConnection&) = delete;
    OpenConnection& operator=(const OpenConnection&) = delete;

private:
    std::atomic<std::uint64_t>& open_;
};

Task<> serve(ServerLoop& server, Descriptor socket, IpAddress peer) {
    const OpenConnection counted(server.counts.open);
    ServerConnection connection(server, std::move(socket), peer);
    co_await connection.run();
}

}    // namespace

ServerLoop::ServerLoop(Parts parts)
    : loop(parts.loop),
      options(parts.options),
      tls(parts.tls),
      handler(std::move(parts.handler)),
      trust{parts.options.trusted_proxies, parts.options.trust_every_peer},
      forwarding_told(parts.forwarding_told),
      tasks(parts.loop) {}

void ServerLoop::take(Descriptor socket, const IpAddress& peer) {
    counts.connections.fetch_add(1, std::memory_order_relaxed);
    tasks.start(serve(*this, std::move(socket), peer));
}

void ServerLoop::begin_drain() {
    draining = true;
    for (ServerConnection* connection : connections) connection->close_idle();
}

void ServerLoop::cut() {
    // A connection's end may follow at once from being cut: the set changes under the loop.
    const std::vector<ServerConnection*> all(connections.begin(), connections.end());
    for (ServerConnection* connection : all) {
        if (connections.contains(connection)) connection->cut();
    }
}

}    // namespace opusclaw::net
