// net/client_connect.cpp: the steps to a connection. What is said to proxies is in client_proxy.cpp, what a handshake is in
// stream_tls.cpp.
#include "net/client_connect.h"

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include "net/client_errors.h"
#include "net/client_proxy.h"
#include "net/client_race.h"

namespace opusclaw::net {
namespace {

constexpr std::size_t kSocksAddresses = 4;    // how many a proxy is asked to try

std::string with_port(const std::string& host, std::uint16_t port) {
    const bool v6 = host.find(':') != std::string::npos;
    return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Task<Descriptor> dial(ClientShared& shared, const std::string& host, std::uint16_t port, Attempt& attempt) {
    Addresses addresses = co_await shared.resolver().resolve(attempt, host);
    const auto race = std::make_shared<Race>(attempt.loop(), std::move(addresses), port);
    RaceResult result = co_await race->run(attempt);
    for (const IpAddress& address : result.failed) shared.resolver().demote(host, address);
    attempt.check("connecting to " + with_port(host, port));
    if (!result.socket) throw_request_failed("connecting to " + with_port(host, port) + ": " + result.why);
    co_return std::move(*result.socket);
}

/// Makes `upper` speak through `lower` instead of through the socket: TLS to the target within TLS to the proxy.
void put_over(ssl_st* upper, Ssl lower) {
    BIO* const bio = BIO_new(BIO_f_ssl());
    if (bio == nullptr) throw_request_failed("TLS: " + tls_error(nullptr));
    // It must write nothing when it is freed: the socket is closed by then and its number may be somebody else's.
    SSL_set_quiet_shutdown(lower.get(), 1);
    BIO_ctrl(bio, BIO_C_SET_SSL, BIO_CLOSE, lower.release());
    SSL_set_bio(upper, bio, bio);
}

Task<> start_tls(ClientShared& shared, Connection& connection, TlsClient::Peer peer, Attempt& attempt) {
    Stream& stream = connection.stream;
    Ssl ssl;
    std::string problem;
    try {
        ssl = shared.tls().make(stream.socket(), peer);
    } catch (const std::runtime_error& error) {
        problem = error.what();
    }
    if (!ssl) throw_request_failed(problem);
    if (stream.tls()) {
        put_over(ssl.get(), stream.release_ssl());
        connection.tls_in_tls = true;
    }
    const IoResult done = co_await stream.handshake(std::move(ssl));
    if (done) co_return;
    const std::string cause = done.status == IoStatus::Broken ? tls_error(stream.ssl())
                                                              : std::string(io_status_text(done.status));
    attempt.check("shaking hands with " + peer.host);
    throw_request_failed("TLS with " + peer.host + ": " + cause);
}

Task<std::unique_ptr<Connection>> through_http(ClientShared& shared, std::shared_ptr<const Target> target,
                                               Attempt& attempt) {
    const Target::Parts& parts = target->parts();
    const ProxyAddress& proxy = *parts.proxy;
    auto connection = std::make_unique<Connection>(
        attempt.loop(), co_await dial(shared, proxy.host, proxy.port, attempt), target);
    StreamStop stop(connection->stream);
    const Attempt::Holding holding(attempt, stop);
    if (proxy.kind == ProxyKind::Https) {
        const TlsClient::Peer peer{.host = proxy.host,
                                   .session_key = "proxy " + with_port(proxy.host, proxy.port),
                                   .verify = parts.check == CertificateCheck::Verify};
        co_await start_tls(shared, *connection, peer, attempt);
    }
    if (!parts.tls) co_return connection;    // the proxy gets the request itself, in absolute form
    const TunnelResult tunnel = co_await tunnel_by_connect(connection->stream, proxy,
                                                           with_port(parts.host, parts.port));
    attempt.check("asking the proxy " + proxy.host);
    if (tunnel.outcome != TunnelResult::Outcome::Open)
        throw_request_failed(tunnel.why + " (" + proxy.host + ")");
    co_return connection;
}

Task<std::vector<SocksDestination>> socks_destinations(ClientShared& shared, const Target::Parts& parts,
                                                       Attempt& attempt) {
    std::vector<SocksDestination> out;
    if (parts.proxy->kind == ProxyKind::Socks5h && !IpAddress::parse(parts.host)) {
        out.push_back({parts.host, parts.port});
        co_return out;
    }
    for (const IpAddress& address : co_await shared.resolver().resolve(attempt, parts.host))
        if (out.size() < kSocksAddresses) out.push_back({address, parts.port});
    co_return out;
}

Task<std::unique_ptr<Connection>> through_socks(ClientShared& shared, std::shared_ptr<const Target> target,
                                                Attempt& attempt) {
    const Target::Parts& parts = target->parts();
    const ProxyAddress& proxy = *parts.proxy;
    TunnelResult tunnel;
    const std::vector<SocksDestination> destinations = co_await socks_destinations(shared, parts, attempt);
    for (const SocksDestination& destination : destinations) {
        auto connection = std::make_unique<Connection>(
            attempt.loop(), co_await dial(shared, proxy.host, proxy.port, attempt), target);
        StreamStop stop(connection->stream);
        {
            const Attempt::Holding holding(attempt, stop);
            tunnel = co_await tunnel_by_socks(connection->stream, proxy, destination);
        }
        attempt.check("asking the proxy " + proxy.host);
        if (tunnel.outcome == TunnelResult::Outcome::Open) co_return connection;
        if (tunnel.outcome == TunnelResult::Outcome::Failed) break;
    }
    throw_request_failed(tunnel.why + " (" + proxy.host + ")");
}

Task<std::unique_ptr<Connection>> reach(ClientShared& shared, std::shared_ptr<const Target> target,
                                        Attempt& attempt) {
    const Target::Parts& parts = target->parts();
    if (!parts.proxy) {
        const std::string& host = parts.address.empty() ? parts.host : parts.address;
        Descriptor socket = co_await dial(shared, host, parts.port, attempt);
        co_return std::make_unique<Connection>(attempt.loop(), std::move(socket), target);
    }
    const bool socks = parts.proxy->kind == ProxyKind::Socks5 || parts.proxy->kind == ProxyKind::Socks5h;
    if (socks) co_return co_await through_socks(shared, target, attempt);
    co_return co_await through_http(shared, target, attempt);
}

}    // namespace

Task<std::unique_ptr<Connection>> open_connection(ClientShared& shared, std::shared_ptr<const Target> target,
                                                  Attempt& attempt) {
    std::unique_ptr<Connection> connection = co_await reach(shared, target, attempt);
    const Target::Parts& parts = target->parts();
    connection->stream.keep_alive();
    if (!parts.tls) co_return connection;
    StreamStop stop(connection->stream);
    const Attempt::Holding holding(attempt, stop);
    const TlsClient::Peer peer{.host = parts.host,
                               .session_key = with_port(parts.host, parts.port),
                               .verify = parts.check == CertificateCheck::Verify};
    co_await start_tls(shared, *connection, peer, attempt);
    co_return connection;
}

}    // namespace opusclaw::net
