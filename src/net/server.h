// net/server.h: the HTTP/1.1 server (DESIGN section 5; RFC 9110, 9112): one acceptor feeds the least loaded loop; a connection
// handles one request after the other; malformed requests never reach a handler. Knows nothing of JSON: the body of a refusal
// comes from the caller.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/ip.h"
#include "net/http.h"
#include "net/loop.h"
#include "net/thread_pool.h"

namespace opusclaw::net {

struct ServerLimits {
    std::size_t header_bytes = 64 * 1024;         // request line and header fields; more: 431
    std::size_t header_count = 200;               // more: 431
    std::size_t buffered_pipeline = 64 * 1024;    // bytes of later requests kept while one is being answered
    std::chrono::milliseconds header_time{
        30'000};    // from the first byte to the end of the head; later: 408, closed
    std::chrono::milliseconds body_idle{
        60'000};    // longest silence within a request body; later: 408, closed
    std::chrono::milliseconds keep_alive{75'000};    // silence between requests; later: closed
    std::chrono::milliseconds write_idle{60'000};    // a client that takes nothing for so long is gone
};

/// How a body is read.
struct BodyRules {
    std::uint64_t limit =
        128ULL << 20;    // bytes after decoding; more: Error(TooLarge, "read_request_body_failed")
    bool decode =
        true;    // Content-Encoding gzip, deflate, br, zstd (spec 04 section 3.3); else left as it is
};

/// One request and its answer, on its connection's loop. The handler gets it by reference and does not keep it.
/// All writing functions throw Error(ClientGone) when the client has left or takes nothing for write_idle.
class Exchange {
public:
    virtual ~Exchange() = default;
    virtual Loop& loop() = 0;
    virtual const RequestHead& request() const = 0;

    /// Reads (once) and gives the whole body, framing and coding removed; the same buffer at each call. Answers
    /// `Expect: 100-continue` first. Throws Error: TooLarge 413, UnsupportedMedia 415 "bad_request_body" (unknown coding),
    /// InvalidRequest 400 "read_request_body_failed" (broken coding, cut body), ClientGone.
    virtual Task<PaddedBuffer*> body(BodyRules rules) = 0;

    /// The whole answer with one gathered write (await it at once: headers and pieces must live until it returns); sets Content-Length, Date and Connection. HEAD and 204/304 send no body.
    virtual Task<> respond(int status, const HeaderLines& headers,
                           std::span<const std::string_view> body) = 0;
    Task<> respond(int status, const HeaderLines& headers, std::string_view body) {
        const std::string_view pieces[] = {body};
        co_await respond(status, headers, std::span<const std::string_view>(pieces));
    }

    /// A streamed answer: chunked, or until close for HTTP/1.0. The head is sent together with the first write.
    virtual void start_stream(int status, const HeaderLines& headers) = 0;
    /// One chunk, sent at once. The pieces must live until it returns. Empty: sends what start_stream left.
    virtual Task<> write(std::span<const std::string_view> pieces) = 0;
    /// `last` (may be empty) and the end of the answer in one write.
    virtual Task<> finish(std::span<const std::string_view> last) = 0;
    virtual bool answered() const = 0;        // respond() or start_stream() was called
    virtual bool body_started() const = 0;    // a byte of a streamed body has been handed to the socket

    /// While set, `on_gone` is called once, on the loop, when the client closes its side (noticed within a tick of the
    /// timer wheel); it must not throw and not destroy the exchange. nullptr ends the watch. Pipelined bytes are no close.
    virtual void watch_client(std::function<void()> on_gone) = 0;
    virtual bool client_gone() const = 0;
};

/// Unsets the watch when the scope ends.
class ClientWatch {
public:
    ClientWatch(Exchange& exchange, std::function<void()> on_gone) : exchange_(exchange) {
        exchange_.watch_client(std::move(on_gone));
    }
    ~ClientWatch() { exchange_.watch_client(nullptr); }
    ClientWatch(const ClientWatch&) = delete;
    ClientWatch& operator=(const ClientWatch&) = delete;

private:
    Exchange& exchange_;
};

using Handler = std::function<Task<>(Exchange&)>;

/// What a client reads when its bytes never became a request, or when a handler let an exception through.
struct Refusal {
    int status = 400;
    std::string code;
    std::string message;
};

struct TlsServerFiles {
    std::string certificate;    // PEM chain
    std::string key;            // PEM
};

struct ServerOptions {
    std::string address = "::";    // "::" is dual stack; without IPv6 on the machine 0.0.0.0
    std::uint16_t port = 3000;     // 0: a free one
    ServerLimits limits;
    std::optional<TlsServerFiles> tls;
    IpList trusted_proxies;
    bool trust_every_peer = false;    // spec 02 section 1.10: TRUSTED_PROXIES unset
    ThreadPool* workers = nullptr;    // decodes large bodies; outlives the server
    /// JSON (content type application/json) for a refusal.
    std::function<std::string(const Refusal&)> refusal_body;
};

/// The server. Created, started and stopped on any one thread; handlers run on the loops.
class Server {
public:
    /// `handler_of` makes each loop's handler. Throws std::runtime_error when the port or the TLS files cannot be used. Takes
    /// an inherited socket instead of binding when LISTEN_FDS says so (systemd).
    Server(Loops& loops, ServerOptions options, const std::function<Handler(Loop&)>& handler_of);
    ~Server();
    void start();
    std::uint16_t port() const;
    /// Stops accepting, closes idle connections, lets running exchanges end (their answers say `Connection: close`); at the
    /// end of `grace` the rest is cut: their handlers see ClientGone. Returns when no exchange is left. The loops must run.
    void drain(std::chrono::milliseconds grace);
    struct Counters {
        std::uint64_t connections = 0, requests = 0, open = 0, active = 0;
    };
    Counters counters() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}    // namespace opusclaw::net
