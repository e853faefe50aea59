// tests/unit/net/tls_ends.h: two streams that talk TLS with each other over loopback, for tests of net.
#pragma once

#include <utility>

#include "net/tls.h"
#include "on_loop.h"

namespace opusclaw::net {

inline Task<> shake_hands(Stream& stream, Ssl ssl, IoResult& result) {
    result = co_await stream.handshake(std::move(ssl));
}

/// `near` is the client, `far` the server; both handshakes are done.
inline Task<Ends> tls_ends(Loop& loop, const TlsServer& server, TlsClient& client) {
    Ends ends = connected_ends(loop);
    TaskGroup far(loop);
    IoResult accepted;
    far.start(shake_hands(*ends.far, server.make(ends.far->socket()), accepted));
    const TlsClient::Peer peer{.host = "localhost", .session_key = "test", .verify = true};
    const IoResult connected = co_await ends.near->handshake(client.make(ends.near->socket(), peer));
    EXPECT_TRUE(connected) << tls_error(ends.near->ssl());
    co_await far.join();
    EXPECT_TRUE(accepted);
    co_return ends;
}

}    // namespace opusclaw::net
