// net/tls.h: OpenSSL contexts for both sides: TLS 1.2 and up, HTTP/1.1 by ALPN, released buffers, session tickets kept per
// target for resumption. Only for net.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "net/stream.h"

namespace opusclaw::net {

/// The server's certificate and key, loaded once. Throws std::runtime_error naming the file. Thread-safe.
class TlsServer {
public:
    TlsServer(const std::string& certificate_file, const std::string& key_file);
    ~TlsServer();
    Ssl make(int socket) const;    // ready for Stream::handshake

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Client contexts (verifying, and not) and the cache of sessions. Thread-safe. Outlives the SSL objects it made.
class TlsClient {
public:
    /// `ca_file` empty: the system's roots (SSL_CERT_FILE and SSL_CERT_DIR count). Throws std::runtime_error naming the file.
    /// `max_sessions`: peers whose newest session is kept.
    explicit TlsClient(const std::string& ca_file, std::size_t max_sessions = 1024);
    ~TlsClient();
    struct Peer {
        std::string host;    // SNI (names only) and the name or address the certificate must carry
        std::string
            session_key;    // connections with the same key (and host and verify) resume each other's sessions
        bool verify = true;
    };
    Ssl make(int socket, const Peer& peer);
    /// Peers with a session to resume, for tests and metrics.
    std::size_t sessions() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The reasons in OpenSSL's error queue and the certificate check of `ssl` (may be null) as one line; empties the queue.
std::string tls_error(ssl_st* ssl);

}    // namespace opusclaw::net
