// net/server_connection.cpp: the life of a connection: deadlines, refusals, keep-alive, and a close that lets the client read
// our last words (RFC 9112 section 9.6). Answers are written by ServerExchange.
#include "net/server_connection.h"

#include <array>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"

namespace opusclaw::net {

namespace {

/// How long a client may go on sending what we no longer want, so that it reads the answer before a reset reaches it.
constexpr std::chrono::milliseconds kLingerTime{5'000};
/// So many requests that a client sent ahead are answered before the other connections of this loop get their turn.
constexpr unsigned kRequestsInARow = 8;

std::string_view refusal_code(int status) {
    switch (status) {
        case 405: return "method_not_allowed";
        case 408: return "request_timeout";
        case 414: return "uri_too_long";
        case 417: return "expectation_failed";
        case 431: return "headers_too_large";
        case 500: return "internal_error";
        case 501: return "unsupported_transfer_encoding";
        case 505: return "http_version_not_supported";
        default: return "malformed_request";
    }
}

/// Counts while it lives.
class Active {
public:
    explicit Active(std::atomic<std::uint64_t>& count) : count_(count) {
        count_.fetch_add(1, std::memory_order_relaxed);
    }
    ~Active() { count_.fetch_sub(1, std::memory_order_relaxed); }
    Active(const Active&) = delete;
    Active& operator=(const Active&) = delete;

private:
    std::atomic<std::uint64_t>& count_;
};

}    // namespace

ServerConnection::ServerConnection(ServerLoop& server, Descriptor socket, const IpAddress& peer)
    : server_(server), stream_(server.loop, std::move(socket)), watch_(stream_) {
    head_.peer = peer;
    head_.tls = server.tls != nullptr;
    server_.connections.insert(this);
}

ServerConnection::~ServerConnection() { server_.connections.erase(this); }

Task<> ServerConnection::run() {
    if (!co_await handshake()) co_return;
    Next next = Next::Request;
    while (next == Next::Request) next = co_await serve_one();
    if (next == Next::CloseLingering) co_await linger();
    stream_.close();
}

void ServerConnection::close_idle() {
    if (unasked_) return stream_.close();
    if (!idle_) return;
    // Bytes that are here already become a request: it is answered, and the answer says that it was the last.
    if (stream_.idle_state() == Stream::IdleState::HasBytes) return stream_.look_again();
    stream_.close();
}

void ServerConnection::cut() {
    if (exchange_ != nullptr && exchange_->ends_with_connection()) stream_.reset();
    stream_.close();
    watch_.mark_gone();
}

Task<bool> ServerConnection::handshake() {
    if (server_.tls == nullptr) co_return true;
    stream_.deadline(server_.options.limits.header_time);
    unasked_ = true;
    const IoResult done = co_await stream_.handshake(server_.tls->make(stream_.socket()));
    unasked_ = false;
    if (!done)
        tls_error(stream_.ssl());    // empties OpenSSL's queue; a client's failed handshake is not news
    co_return bool(done);
}

Task<ServerConnection::Next> ServerConnection::serve_one() {
    if (input_.empty()) {
        if (!prepare_to_wait()) co_return Next::Close;
        idle_ = true;
        const IoResult waited = co_await stream_.wait_readable();
        idle_ = false;
        if (!waited) co_return Next::Close;
        in_a_row_ = 0;
    } else if (++in_a_row_ == kRequestsInARow) {
        in_a_row_ = 0;
        co_await server_.loop.yield();
    }
    const HeadResult ready = read_ready_head();
    if (ready.state == HeadState::Refused) co_return co_await refuse(ready.status, ready.why);
    if (ready.state != HeadState::Complete) {
        stream_.deadline(server_.options.limits.header_time);
        const Next read = co_await read_head();
        if (read != Next::Request) co_return read;
    }
    stream_.no_deadline();
    fresh_ = false;
    server_.counts.requests.fetch_add(1, std::memory_order_relaxed);
    head_.client = client_address(head_.peer, head_.headers, server_.trust);
    tell_ignored_forwarding();
    const std::optional<std::string_view> expect = head_.headers.find("expect");
    if (expect && head_.minor_version == 1 && !text::iequals(*expect, "100-continue")) {
        co_return co_await refuse(417, "unknown expectation");
    }
    const Next next = co_await exchange();
    if (next == Next::Request) input_.next_request();
    co_return next;
}

bool ServerConnection::prepare_to_wait() {
    if (server_.draining && stream_.idle_state() != Stream::IdleState::HasBytes) return false;
    const ServerLimits& limits = server_.options.limits;
    stream_.deadline(fresh_ ? std::min(limits.header_time, limits.keep_alive) : limits.keep_alive);
    return true;
}

HeadResult ServerConnection::parse_head() {
    const HeadLimits limits{server_.options.limits.header_bytes, server_.options.limits.header_count};
    const HeadResult result = read_request_head(input_.unread(), limits, scanned_, head_);
    if (result.state == HeadState::Complete) {
        input_.consume(result.consumed);
        head_read_ = true;
    }
    return result;
}

HeadResult ServerConnection::read_ready_head() {
    scanned_ = 0;
    head_read_ = false;
    if (input_.empty()) {
        const std::span<char> room = input_.room(server_.options.limits.header_bytes + 1);
        const std::optional<IoResult> got = stream_.try_read(room.data(), room.size());
        if (!got || !*got) return {};
        input_.received(got->bytes);
    }
    return parse_head();
}

Task<ServerConnection::Next> ServerConnection::read_head() {
    for (;;) {
        const Next next = co_await receive_head_bytes();
        if (next != Next::Request) co_return next;
        const HeadResult result = parse_head();
        if (result.state == HeadState::Complete) co_return Next::Request;
        if (result.state == HeadState::Refused) co_return co_await refuse(result.status, result.why);
    }
}

Task<ServerConnection::Next> ServerConnection::receive_head_bytes() {
    const std::span<char> room = input_.room(server_.options.limits.header_bytes + 1);
    const IoResult got = co_await stream_.read_some(room.data(), room.size());
    if (got) {
        input_.received(got.bytes);
        co_return Next::Request;
    }
    const bool began = input_.unread().find_first_not_of("\r\n") != std::string_view::npos;
    if (got.status == IoStatus::TimedOut && began) {
        co_return co_await refuse(408, "the request head did not arrive in time");
    }
    co_return Next::Close;
}

Task<ServerConnection::Next> ServerConnection::exchange() {
    const Active active(server_.counts.active);
    ServerExchange exchange({server_, stream_, input_, watch_, head_, head_text_});
    exchange_ = &exchange;
    try {
        co_await server_.handler(exchange);
    } catch (...) {
        take_exception(exchange);
    }
    exchange_ = nullptr;
    if (goes_on(exchange)) co_return Next::Request;
    co_return co_await after_answer(exchange);
}

void ServerConnection::take_exception(ServerExchange& exchange) {
    try {
        throw;
    } catch (const Error& error) {
        if (error.kind == ErrorKind::ClientGone) {
            watch_.mark_gone();
            return;
        }
        log::error("a handler let an error through: {}", error.what());
    } catch (const std::exception& error) {
        log::error("a handler let an exception through: {}", error.what());
    } catch (...) {
        log::error("a handler let something through that is no exception");
    }
    exchange.end_connection();
}

bool ServerConnection::goes_on(ServerExchange& exchange) {
    return !watch_.gone() && stream_.open() && exchange.finished() && exchange.keep_alive() &&
           exchange.request_body().complete();
}

Task<ServerConnection::Next> ServerConnection::after_answer(ServerExchange& exchange) {
    if (watch_.gone() || !stream_.open()) co_return Next::Close;
    if (!exchange.answered()) co_return co_await refuse(500, "internal error");
    if (!exchange.finished()) {
        // A streamed answer without its end: the missing last chunk tells the client; where there are no chunks, a reset.
        if (exchange.ends_with_connection()) stream_.reset();
        co_return Next::Close;
    }
    if (exchange.keep_alive() && co_await exchange.request_body().drain()) co_return Next::Request;
    const bool more_may_come = !exchange.request_body().complete() || !input_.empty() ||
                               stream_.idle_state() == Stream::IdleState::HasBytes;
    if (more_may_come) co_return Next::CloseLingering;
    stream_.shutdown_send();
    co_return Next::Close;
}

void ServerConnection::tell_ignored_forwarding() {
    if (server_.forwarding_told.load(std::memory_order_relaxed)) return;
    if (!forwarding_ignored(head_.peer, head_.headers, server_.trust)) return;
    if (server_.forwarding_told.exchange(true)) return;
    log::warning(
        "{} names the client it forwards for, but is not trusted to: its own address counts. If it is your "
        "proxy, put it into "
        "TRUSTED_PROXIES",
        head_.peer.to_string());
}

Task<ServerConnection::Next> ServerConnection::refuse(int status, std::string_view why) {
    const Refusal refusal{status, std::string(refusal_code(status)), std::string(why)};
    const std::string body = server_.options.refusal_body ? server_.options.refusal_body(refusal)
                                                          : std::string();
    HeaderLines lines;
    lines.add("Content-Type", "application/json; charset=utf-8");
    write_answer_head(head_text_,
                      {.status = status, .lines = lines.text(), .length = body.size(), .keep_alive = false},
                      server_.date());
    WritePieces pieces;
    pieces.add(head_text_);
    const bool to_head_request = head_read_ && head_.method == "HEAD";
    if (!to_head_request) pieces.add(body);
    const bool sent = co_await send_within(stream_, pieces.all(), server_.options.limits.write_idle);
    co_return sent ? Next::CloseLingering : Next::Close;
}

Task<> ServerConnection::linger() {
    std::array<char, 2048> sink;
    stream_.shutdown_send();
    stream_.deadline(kLingerTime);
    unasked_ = true;
    while (co_await stream_.read_some(sink.data(), sink.size())) {}
}

}    // namespace opusclaw::net
