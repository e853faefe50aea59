// Tests of proxies: HTTP CONNECT, absolute form, SOCKS5 and SOCKS5h, TLS to the proxy and TLS within it (net/client_proxy.h).
#include <poll.h>

#include "client_server.h"
#include "tls_server_context.h"

namespace opusclaw::net {
namespace {

using namespace std::chrono_literals;

/// Carries bytes between the client and a local port until one side ends.
void carry(RawPeer& client, std::uint16_t port) {
    RawPeer upstream(socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    if (connect(upstream.fd(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) throw PeerGone{};
    for (;;) {
        pollfd both[] = {{client.fd(), POLLIN, 0}, {upstream.fd(), POLLIN, 0}};
        poll(both, 2, client.has_bytes() ? 0 : -1);
        if (client.has_bytes() || both[0].revents != 0) upstream.send(client.read_some());
        if (both[1].revents != 0) client.send(upstream.read_some());
    }
}

constexpr std::string_view kEstablished = "HTTP/1.1 200 Connection established\r\n\r\n";

struct ProxyTest {
    ProxyTest() : context(server_context(files)), upstream({[this](RawPeer& peer) { serve_tls(peer); }}) {}
    /// An echo of the body's size, then the body.
    void serve_tls(RawPeer& peer) const {
        peer.start_tls(context.get());
        for (;;) {
            const std::string request = peer.read_request();
            const std::string body = request.substr(request.find("\r\n\r\n") + 4);
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                      body);
        }
    }
    std::shared_ptr<const Target> target(ProxyKind kind, const RawServer& proxy,
                                         std::string host = "api.example.test") const {
        return Target::make(
            {.host = std::move(host),
             .port = upstream.port(),
             .proxy = ProxyAddress{kind, "localhost", proxy.port(), "user", "secret-password"}});
    }
    std::string authority() const { return "api.example.test:" + std::to_string(upstream.port()); }

    TestCertificate files;
    ServerContext context;
    RawServer upstream;
};

/// Names resolve to loopback and to nothing else, so that a name meant for the proxy does not reach the resolver unseen.
struct Names {
    static Resolved resolve(const std::string& name) {
        if (name == "localhost" || name == "api.example.test") return {{*IpAddress::parse("127.0.0.1")}, {}};
        return {{}, "unknown name"};
    }
};

Task<> expect_echoes(Loop& loop, const ProxyTest& fixture, std::shared_ptr<const Target> target) {
    ClientUnderTest test(loop, {.ca_file = fixture.files.certificate()}, Names::resolve);
    for (const std::size_t size : {std::size_t{1}, std::size_t{20'000}, std::size_t{1'500'000}}) {
        const std::string body(size, 'b');
        Call whole = co_await post(test.client, target, body);
        EXPECT_EQ(co_await read_whole(whole, size), body);
        Call piecewise = co_await post(test.client, target, body);
        EXPECT_TRUE(piecewise.connection_reused());
        EXPECT_EQ(co_await drain(piecewise), body);
    }
}

TEST(HttpProxy, TunnelsHttpsByConnect) {
    ProxyTest fixture;
    std::string asked;
    RawServer proxy({[&](RawPeer& peer) {
        asked = peer.read_head();
        peer.send(kEstablished);
        carry(peer, fixture.upstream.port());
    }});
    on_loop(expect_echoes, fixture, fixture.target(ProxyKind::Http, proxy));
    EXPECT_EQ(asked, "CONNECT " + fixture.authority() + " HTTP/1.1\r\nHost: " + fixture.authority() +
                         "\r\nProxy-Authorization: Basic dXNlcjpzZWNyZXQtcGFzc3dvcmQ=\r\n\r\n");
    EXPECT_EQ(proxy.connections(), 1U);
}

TEST(HttpProxy, TunnelsTlsWithinTls) {
    ProxyTest fixture;
    RawServer proxy({[&](RawPeer& peer) {
        peer.start_tls(fixture.context.get());
        peer.read_head();
        peer.send(kEstablished);
        carry(peer, fixture.upstream.port());
    }});
    on_loop(expect_echoes, fixture, fixture.target(ProxyKind::Https, proxy));
    EXPECT_EQ(proxy.connections(), 1U);
}

TEST(HttpProxy, GetsPlainRequestsInAbsoluteForm) {
    ProxyTest fixture;
    std::vector<std::string> asked;
    const auto answer = [&asked](RawPeer& peer) {
        for (;;) {
            asked.push_back(peer.read_request());
            peer.send(kOk);
        }
    };
    RawServer plain({answer});
    RawServer secure({[&](RawPeer& peer) {
        peer.start_tls(fixture.context.get());
        answer(peer);
    }});
    on_loop(
        [](Loop& loop, ProxyTest& with, RawServer& one, RawServer& two) -> Task<> {
            ClientUnderTest test(loop, {.ca_file = with.files.certificate()}, Names::resolve);
            for (const auto& proxy : {ProxyAddress{ProxyKind::Http, "localhost", one.port(), {}, {}},
                                      ProxyAddress{ProxyKind::Https, "localhost", two.port(), {}, {}}}) {
                Call call = co_await get(
                    test.client,
                    Target::make({.tls = false, .host = "inside.test", .port = 8080, .proxy = proxy}));
                EXPECT_EQ(co_await drain(call), "hello");
            }
        },
        fixture, plain, secure);
    ASSERT_EQ(asked.size(), 2U);
    for (const std::string& head : asked)
        EXPECT_EQ(head, "GET http://inside.test:8080/ HTTP/1.1\r\nHost: inside.test:8080\r\n\r\n");
}

/// The error of a request through `proxy`; no part of it holds the password.
std::optional<Error> error_through(const ProxyTest& fixture, std::shared_ptr<const Target> target) {
    std::optional<Error> error;
    on_loop(
        [](Loop& loop, const ProxyTest& with, std::shared_ptr<const Target> to,
           std::optional<Error>& out) -> Task<> {
            ClientUnderTest test(loop, {.ca_file = with.files.certificate()}, Names::resolve);
            out = co_await error_of(get(test.client, to, {.connect = 5s}));
        },
        fixture, target, error);
    if (error) EXPECT_EQ(std::string(error->what()).find("secret-password"), std::string::npos);
    return error;
}

TEST(HttpProxy, ThatRefusesBreaksOrTalksTooMuchIsAnError) {
    ProxyTest fixture;
    for (const std::string& answer :
         {std::string("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"),
          std::string("HTTP/1.1 2"), std::string("nonsense\r\n\r\n"),
          std::string(kEstablished) + "early bytes", std::string(100'000, 'x')}) {
        RawServer proxy({[&answer](RawPeer& peer) {
            peer.read_head();
            peer.send(answer);
        }});
        const auto error = error_through(fixture, fixture.target(ProxyKind::Http, proxy));
        ASSERT_TRUE(error) << answer.substr(0, 30);
        EXPECT_EQ(error->kind, ErrorKind::UpstreamBroken);
        EXPECT_NE(error->detail.find("proxy"), std::string::npos) << error->detail;
    }
}

TEST(HttpProxy, ThatStallsTimesOut) {
    ProxyTest fixture;
    RawServer proxy({[](RawPeer& peer) { peer.await_end(); }});
    on_loop(
        [](Loop& loop, std::shared_ptr<const Target> target) -> Task<> {
            ClientUnderTest test(loop, {}, Names::resolve);
            const auto error = co_await error_of(get(test.client, target, {.connect = 150ms}));
            EXPECT_TRUE(error && error->kind == ErrorKind::UpstreamTimeout);
        },
        fixture.target(ProxyKind::Http, proxy));
}

using std::string_literals::operator""s;

struct SocksScript {
    std::string method = "\x05\x02"s;
    std::string login = "\x01\x00"s;
    std::string reply = "\x05\x00\x00\x01\x7f\x00\x00\x01\x12\x34"s;
    std::string seen_login;
    std::string seen_request;

    void play(RawPeer& peer, std::uint16_t port) {
        const std::string greeting = peer.read_exactly(2);
        peer.read_exactly(static_cast<std::size_t>(greeting[1]));
        peer.send(method);
        if (method[1] == 2) {
            seen_login = peer.read_exactly(1 + 1 + 4 + 1 + 15);
            peer.send(login);
        }
        seen_request = peer.read_exactly(4);
        const std::size_t host = seen_request[3] == 1 ? 4 : seen_request[3] == 4 ? 16 : 0;
        if (host == 0) {
            seen_request += peer.read_exactly(1);
            seen_request += peer.read_exactly(static_cast<std::size_t>(seen_request.back()));
        }
        seen_request += peer.read_exactly(host + 2);
        peer.send(reply);
        if (reply[1] == 0) carry(peer, port);
    }
};

std::string port_bytes(std::uint16_t port) {
    return {static_cast<char>(port >> 8U), static_cast<char>(port & 0xffU)};
}

TEST(SocksProxy, LogsInAndResolvesItself) {
    ProxyTest fixture;
    SocksScript script;
    RawServer proxy({[&](RawPeer& peer) { script.play(peer, fixture.upstream.port()); }});
    on_loop(expect_echoes, fixture, fixture.target(ProxyKind::Socks5h, proxy));
    EXPECT_EQ(script.seen_login, "\x01\x04user\x0fsecret-password");
    EXPECT_EQ(script.seen_request,
              "\x05\x01\x00\x03\x10"s + "api.example.test" + port_bytes(fixture.upstream.port()));
}

TEST(SocksProxy, GetsAnAddressWhenWeResolve) {
    ProxyTest fixture;
    SocksScript script;
    script.method = "\x05\x00"s;
    script.reply = "\x05\x00\x00\x03\x04name\x12\x34"s;
    RawServer proxy({[&](RawPeer& peer) { script.play(peer, fixture.upstream.port()); }});
    on_loop(expect_echoes, fixture, fixture.target(ProxyKind::Socks5, proxy));
    EXPECT_EQ(script.seen_request, "\x05\x01\x00\x01\x7f\x00\x00\x01"s + port_bytes(fixture.upstream.port()));
}

TEST(SocksProxy, IsAskedForTheNextAddressWhenOneIsUnreachable) {
    ProxyTest fixture;
    std::vector<SocksScript> scripts(2);
    scripts[0].reply = "\x05\x04\x00\x01\x00\x00\x00\x00\x00\x00"s;
    RawServer proxy({[&](RawPeer& peer) { scripts[0].play(peer, 0); },
                     [&](RawPeer& peer) { scripts[1].play(peer, fixture.upstream.port()); }});
    on_loop(
        [](Loop& loop, const ProxyTest& with, std::shared_ptr<const Target> target) -> Task<> {
            ClientUnderTest test(loop, {.ca_file = with.files.certificate()}, [](const std::string& name) {
                if (name == "localhost") return Resolved{{*IpAddress::parse("127.0.0.1")}, {}};
                return Resolved{{*IpAddress::parse("2001:db8::1"), *IpAddress::parse("10.1.2.3")}, {}};
            });
            Call call = co_await post(test.client, target, "x");
            EXPECT_EQ(co_await drain(call), "x");
        },
        fixture, fixture.target(ProxyKind::Socks5, proxy));
    EXPECT_EQ(scripts[0].seen_request.substr(0, 8), "\x05\x01\x00\x04\x20\x01\x0d\xb8"s);
    EXPECT_EQ(scripts[1].seen_request.substr(0, 8), "\x05\x01\x00\x01\x0a\x01\x02\x03"s);
}

TEST(SocksProxy, ThatRefusesIsAnError) {
    ProxyTest fixture;
    std::vector<SocksScript> scripts(5);
    scripts[0].login = "\x01\x01"s;
    scripts[1].method = "\x05\xff"s;
    scripts[2].reply = "\x05\x02\x00\x01\x00\x00\x00\x00\x00\x00"s;
    scripts[3].method = "HT"s;
    scripts[4].reply = "\x05\x00\x00\x09\x00\x00\x00"s;
    for (SocksScript& script : scripts) {
        RawServer proxy({[&](RawPeer& peer) { script.play(peer, fixture.upstream.port()); }});
        const auto error = error_through(fixture, fixture.target(ProxyKind::Socks5h, proxy));
        ASSERT_TRUE(error);
        EXPECT_EQ(error->kind, ErrorKind::UpstreamBroken);
        EXPECT_NE(error->detail.find("proxy"), std::string::npos) << error->detail;
    }
}

}    // namespace
}    // namespace opusclaw::net
