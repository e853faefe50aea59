// Tests of https targets: certificates checked or not, sessions resumed, connections kept (net/client.h).
#include "client_server.h"
#include "tls_server_context.h"

namespace opusclaw::net {
namespace {

using namespace std::chrono_literals;

struct TlsUpstream {
    explicit TlsUpstream(std::string answer)
        : context(server_context(files)), server({script(std::move(answer))}) {}
    RawServer::Script script(std::string answer) {
        return [this, answer = std::move(answer)](RawPeer& peer) {
            peer.start_tls(context.get());
            if (peer.resumed()) ++resumed;
            for (;;) {
                peer.read_request();
                peer.send(answer);
                if (answer.find("Connection: close") != std::string::npos) return;
            }
        };
    }
    std::shared_ptr<const Target> target(std::string host,
                                         CertificateCheck check = CertificateCheck::Verify) const {
        return Target::make({.host = std::move(host), .port = server.port(), .proxy = {}, .check = check});
    }
    ClientOptions trusting() const { return {.ca_file = files.certificate()}; }

    TestCertificate files;
    ServerContext context;
    std::atomic<int> resumed{0};
    RawServer server;
};

Resolved loopback(const std::string&) { return {{*IpAddress::parse("127.0.0.1")}, {}}; }

TEST(ClientTls, SpeaksToAServerWithAGoodCertificateAndKeepsTheConnection) {
    TlsUpstream upstream{std::string(kOk)};
    on_loop(
        [](Loop& loop, TlsUpstream& to) -> Task<> {
            ClientUnderTest test(loop, to.trusting(), loopback);
            for (const char* host : {"api.example.test", "127.0.0.1"}) {
                for (int round = 0; round < 3; ++round) {
                    Call call = co_await get(test.client, to.target(host));
                    EXPECT_EQ(call.connection_reused(), round > 0);
                    EXPECT_EQ(co_await drain(call), "hello");
                }
            }
        },
        upstream);
    EXPECT_EQ(upstream.server.connections(), 2U);
}

TEST(ClientTls, RefusesAnUnknownIssuerAndAnotherName) {
    TlsUpstream upstream{std::string(kOk)};
    on_loop(
        [](Loop& loop, TlsUpstream& to) -> Task<> {
            ClientUnderTest strangers(loop, {}, loopback);
            const auto issuer = co_await error_of(get(strangers.client, to.target("api.example.test")));
            EXPECT_TRUE(issuer && issuer->kind == ErrorKind::UpstreamBroken &&
                        issuer->code == "do_request_failed");
            if (issuer) EXPECT_NE(issuer->detail.find("certificate"), std::string::npos) << issuer->detail;
            ClientUnderTest trusting(loop, to.trusting(), loopback);
            const auto name = co_await error_of(get(trusting.client, to.target("other.example.test")));
            EXPECT_TRUE(name && name->kind == ErrorKind::UpstreamBroken);
            if (name) EXPECT_NE(name->detail.find("ostname mismatch"), std::string::npos) << name->detail;
        },
        upstream);
}

TEST(ClientTls, SkipsTheCheckOnlyWhereToldTo) {
    TlsUpstream upstream{std::string(kOk)};
    on_loop(
        [](Loop& loop, TlsUpstream& to) -> Task<> {
            ClientUnderTest test(loop, {}, loopback);
            Call call = co_await get(test.client, to.target("other.example.test", CertificateCheck::Skip));
            EXPECT_EQ(co_await drain(call), "hello");
            EXPECT_EQ(test.client.idle(), 1U);
            const auto error = co_await error_of(get(test.client, to.target("other.example.test")));
            EXPECT_TRUE(error.has_value()) << "must neither share the connection nor the session";
        },
        upstream);
}

TEST(ClientTls, ResumesTheSessionOnTheNextConnection) {
    TlsUpstream upstream{"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"};
    on_loop(
        [](Loop& loop, TlsUpstream& to) -> Task<> {
            ClientUnderTest test(loop, to.trusting(), loopback);
            for (int round = 0; round < 3; ++round) {
                Call call = co_await get(test.client, to.target("api.example.test"));
                EXPECT_EQ(co_await drain(call), "hello");
                EXPECT_FALSE(call.connection_reused());
            }
        },
        upstream);
    EXPECT_EQ(upstream.resumed, 2);
}

TEST(ClientTls, SendsAndReadsLargeBodies) {
    const std::string body(3'000'000, 'z');
    TlsUpstream upstream("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                         body);
    on_loop(
        [](Loop& loop, TlsUpstream& to, const std::string& large) -> Task<> {
            ClientUnderTest test(loop, to.trusting(), loopback);
            for (int round = 0; round < 2; ++round) {
                Call whole = co_await post(test.client, to.target("api.example.test"), large);
                EXPECT_EQ(co_await read_whole(whole, large.size()), large);
                Call piecewise = co_await post(test.client, to.target("api.example.test"), large);
                EXPECT_EQ(co_await drain(piecewise), large);
            }
        },
        upstream, body);
    EXPECT_EQ(upstream.server.connections(), 1U);
}

TEST(ClientTls, ReadsAnEarlyAnswerToALargeRequest) {
    TestCertificate files;
    const ServerContext context = server_context(files);
    std::atomic<bool> done{false};
    RawServer server({[&](RawPeer& peer) {
        peer.start_tls(context.get());
        peer.read_head();
        peer.send("HTTP/1.1 413 Too Large\r\nContent-Length: 9\r\n\r\ntoo large");
        while (!done) std::this_thread::yield();
    }});
    on_loop(
        [](Loop& loop, RawServer& to, const std::string& ca) -> Task<> {
            ClientUnderTest test(loop, {.ca_file = ca}, loopback);
            const auto target = Target::make({.host = "localhost", .port = to.port(), .proxy = {}});
            const std::string body(32 << 20, 'x');
            Call call = co_await post(test.client, target, body);
            EXPECT_EQ(call.head().status, 413);
            EXPECT_EQ(co_await drain(call), "too large");
            EXPECT_EQ(test.client.idle(), 0U);
        },
        server, files.certificate());
    done = true;
}

TEST(ClientTls, APeerThatSpeaksNoTlsIsAnErrorAndASilentOneTimesOut) {
    RawServer plain({[](RawPeer& peer) {
        peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
        peer.await_end();
    }});
    RawServer silent({[](RawPeer& peer) { peer.await_end(); }});
    on_loop(
        [](Loop& loop, RawServer& one, RawServer& two) -> Task<> {
            ClientUnderTest test(loop, {}, loopback);
            const auto broken = co_await error_of(
                get(test.client, Target::make({.host = "localhost", .port = one.port(), .proxy = {}})));
            EXPECT_TRUE(broken && broken->kind == ErrorKind::UpstreamBroken);
            const auto late = co_await error_of(
                get(test.client, Target::make({.host = "localhost", .port = two.port(), .proxy = {}}),
                    {.connect = 150ms}));
            EXPECT_TRUE(late && late->kind == ErrorKind::UpstreamTimeout);
        },
        plain, silent);
}

}    // namespace
}    // namespace opusclaw::net
