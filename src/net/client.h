// net/client.h: the HTTP/1.1 client towards providers (DESIGN section 5): keep-alive pools of one loop, TLS with session
// resumption, proxies, deadlines, one silent retry of a stale pooled connection. Follows no redirects and adds no headers
// but Host, Content-Length and Connection.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "net/http.h"
#include "net/loop.h"
#include "net/thread_pool.h"

namespace opusclaw::net {

enum class ProxyKind { Http, Https, Socks5, Socks5h };
struct ProxyAddress {
    ProxyKind kind = ProxyKind::Http;
    std::string host;
    std::uint16_t port = 0;
    std::string user;
    std::string password;
};
/// Reads `scheme://[user:password@]host[:port]`. Throws Error(InvalidRequest, "bad_proxy") with the text of spec 04 section
/// 18 for another scheme.
ProxyAddress parse_proxy(std::string_view url);

enum class CertificateCheck { Verify, Skip };

/// Where requests go: the key of the connection pools. Immutable; made once (a channel's snapshot keeps it) and shared.
class Target {
public:
    struct Parts {
        bool tls = true;
        std::string host;    // name or address, without brackets
        std::uint16_t port = 443;
        std::optional<ProxyAddress> proxy;
        CertificateCheck check = CertificateCheck::Verify;
        /// Connect to this address (a literal one, that somebody has checked) instead of asking for the host's. Without a proxy.
        std::string address;
    };
    static std::shared_ptr<const Target> make(Parts parts);
    const Parts& parts() const { return parts_; }
    const std::string& key() const { return key_; }                    // equal keys share connections
    const std::string& host_header() const { return host_header_; }    // brackets and port where needed

private:
    explicit Target(Parts parts);
    Parts parts_;
    std::string key_;
    std::string host_header_;
};

struct Timeouts {
    std::chrono::milliseconds connect{10'000};        // name, TCP, proxy and TLS together
    std::optional<std::chrono::milliseconds> head;    // from sending to the response head; absent: none
    std::chrono::milliseconds idle{300'000};          // longest silence within the response body
};

struct OutgoingRequest {
    std::string_view method = "POST";
    std::string_view path = "/";               // path and query; checked: no blanks or control characters
    const HeaderLines* headers = nullptr;      // without Host, Content-Length, Connection, Transfer-Encoding
    std::span<const std::string_view> body;    // pieces, sent with the head in one gathered write
    std::uint64_t max_buffered_head = 64 * 1024;    // larger response heads are UpstreamBroken
};

/// A response on its way in. Movable. Dropping it closes the connection unless the body was read to its end, in which case
/// the connection goes back to the pool. Belongs to one loop.
class Call {
public:
    Call(Call&&) noexcept;
    Call& operator=(Call&&) noexcept;
    ~Call();

    const ResponseHead& head() const;
    bool connection_reused() const;
    /// The next bytes of the body, chunk framing and content coding (gzip, deflate, br, zstd) removed, as they arrive; valid until
    /// the next call; empty at the end. Throws Error(UpstreamBroken): cut, bad framing, bad coding, more or fewer bytes than
    /// announced; Error(UpstreamTimeout): silent for Timeouts::idle; Error(ClientGone) after abort().
    Task<std::string_view> read();
    /// The whole rest of the body straight into `into` (appended). More than `limit` bytes: Error(UpstreamBroken, "body_too_large").
    Task<> read_all(PaddedBuffer& into, std::size_t limit);
    /// The same where all of it came with the head. False: it did not, and read_all() goes on behind what is in `into`.
    bool try_read_all(PaddedBuffer& into, std::size_t limit);
    /// Closes the connection now; a pending read() throws. Same loop. Idempotent.
    void abort() noexcept;

    struct State;
    explicit Call(std::unique_ptr<State> state);

private:
    std::unique_ptr<State> state_;
};

/// Lets the owner stop a send() that has not returned yet (the client left). Outlives the send(). One loop.
class Cancel {
public:
    void request() noexcept;
    bool requested() const { return requested_; }

private:
    friend class Client;
    friend struct CancelAccess;
    bool requested_ = false;
    void* registered_ = nullptr;    // the connection at work, owned by the client
    void (*close_)(void*) noexcept = nullptr;
};

struct ClientOptions {
    std::size_t max_idle = 500;               // RELAY_MAX_IDLE_CONNS
    std::size_t max_idle_per_target = 100;    // RELAY_MAX_IDLE_CONNS_PER_HOST
    std::chrono::seconds idle_time{90};
    std::chrono::seconds dns_time{60};    // how long a resolved name is kept
    std::string ca_file;                  // empty: the system's roots
};

/// What the clients of all loops share: the TLS contexts and session tickets, the cache of names. Thread-safe.
class ClientShared;

/// Whether a client keeps connections for its next call. Those that do share the limits of ClientOptions evenly.
enum class IdleConnections { Keep, Close };

/// The client of one loop.
class Client {
public:
    Client(Loop& loop, std::shared_ptr<ClientShared> shared, IdleConnections idle = IdleConnections::Keep);
    ~Client();    // closes idle connections; no call may be running
    /// `workers` resolves names and outlives the clients.
    static std::shared_ptr<ClientShared> share(ClientOptions options, ThreadPool& workers);

    /// Sends and waits for the response head (1xx answers are skipped). Throws Error(UpstreamBroken, "do_request_failed") when
    /// there is no connection, or it broke or sent no HTTP; Error(UpstreamTimeout); Error(ClientGone) after cancel. The
    /// error's detail tells the cause; its message names no host. A request that met a stale pooled connection, before any byte
    /// came back, is sent once more on a fresh one.
    Task<Call> send(std::shared_ptr<const Target> target, const OutgoingRequest& request,
                    const Timeouts& timeouts, Cancel* cancel = nullptr);
    std::size_t idle() const;
    struct Impl;

private:
    std::unique_ptr<Impl> impl_;
};

}    // namespace opusclaw::net
