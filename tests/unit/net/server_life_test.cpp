// tests/unit/net/server_life_test.cpp: how connections and the server end: clients that leave or take nothing, draining, being
// cut; running out of descriptors; inherited sockets; TLS.
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "certificates.h"
#include "net/server.h"
#include "net/server_acceptor.h"
#include "net/wake_up.h"
#include "server_harness.h"

namespace opusclaw::net {
namespace {

using namespace std::chrono_literals;

/// What a handler that waits for its client to leave has seen.
struct Seen {
    std::atomic<int> waiting{0};
    std::atomic<int> gone{0};
    std::atomic<int> refused{0};
};

Task<> wait_for_the_end(Exchange& exchange, Seen& seen) {
    WakeUp wake(exchange.loop());
    const ClientWatch watch(exchange, [&] {
        ++seen.gone;
        wake.set();
    });
    ++seen.waiting;
    co_await wake.wait();
    EXPECT_TRUE(exchange.client_gone());
    try {
        co_await exchange.respond(200, HeaderLines(), "too late");
    } catch (const Error& error) {
        if (error.kind == ErrorKind::ClientGone) ++seen.refused;
        throw;
    }
}

Handler waiting_handler(Seen& seen) {
    return [&seen](Exchange& exchange) { return wait_for_the_end(exchange, seen); };
}

TEST(ServerWatch, TellsThatTheClientLeft) {
    Seen seen;
    TestServer server(waiting_handler(seen));
    void (*const ways[])(RawClient&) = {[](RawClient& client) { client.close(); },
                                        [](RawClient& client) { client.abort(); },
                                        [](RawClient& client) { client.half_close(); },
                                        // Bytes of a next request do not hide the end behind them.
                                        [](RawClient& client) {
                                            client.send(get("/next"));
                                            client.close();
                                        }};
    int round = 0;
    for (const auto leave : ways) {
        RawClient client(server->port());
        client.send(get("/"));
        ++round;
        ASSERT_TRUE(becomes_true([&] { return seen.waiting == round; }));
        leave(client);
        EXPECT_TRUE(becomes_true([&] { return server->counters().open == 0; }));
        EXPECT_EQ(seen.gone, round);
        EXPECT_EQ(seen.refused, round);
    }
}

Task<> watch_for_a_while(Exchange& exchange) {
    bool gone = false;
    const ClientWatch watch(exchange, [&gone] { gone = true; });
    // Two ticks: the watch has looked, and waits for the socket or the next tick.
    co_await exchange.loop().sleep(250ms);
    co_await exchange.respond(200, HeaderLines(), gone ? "gone" : "there");
}

TEST(ServerWatch, TakesPipelinedBytesForNoClose) {
    TestServer server(watch_for_a_while);
    RawClient client(server->port());
    client.send(get("/1") + get("/2"));
    EXPECT_EQ(client.answer().body, "there");
    EXPECT_EQ(client.answer().body, "there");
    client.send(get("/3"));
    EXPECT_EQ(client.answer().body, "there");
}

TEST(Server, GivesUpClientsThatTakeNothing) {
    static std::atomic<int> gone = 0;
    ServerOptions options;
    options.limits.write_idle = 200ms;
    TestServer server(
        [](Exchange& exchange) -> Task<> {
            static const std::string block(1 << 20, 'x');
            exchange.start_stream(200, HeaderLines());
            try {
                for (;;) {
                    const std::string_view piece[] = {block};
                    co_await exchange.write(piece);
                }
            } catch (const Error& error) {
                gone += error.kind == ErrorKind::ClientGone ? 1 : 0;
            }
        },
        std::move(options));
    RawClient client(server->port());
    client.send(get("/"));
    EXPECT_TRUE(becomes_true([&] { return gone == 1; }));
    EXPECT_TRUE(becomes_true([&] { return server->counters().open == 0; }));
}

TEST(ServerDrain, ClosesIdleConnectionsAndTheListener) {
    TestServer server(echo);
    RawClient fresh(server->port());
    RawClient idle(server->port());
    idle.send(get("/"));
    EXPECT_EQ(idle.answer().status, 200);
    server->drain(20s);
    EXPECT_TRUE(idle.ended());
    EXPECT_TRUE(fresh.ended());
    EXPECT_EQ(server->counters().open, 0U);
    server->drain(20s);    // once is enough
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server->port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_NE(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    ::close(socket);
}

Task<> answer_after(Exchange& exchange, std::atomic<bool>& started, std::atomic<bool>& go) {
    started = true;
    while (!go) co_await exchange.loop().sleep(5ms);
    co_await exchange.respond(200, HeaderLines(), "done");
}

TEST(ServerDrain, LetsRunningExchangesEnd) {
    std::atomic<bool> started = false;
    std::atomic<bool> go = false;
    TestServer server([&](Exchange& exchange) { return answer_after(exchange, started, go); });
    RawClient client(server->port());
    RawClient idle(server->port());
    client.send(get("/"));
    ASSERT_TRUE(becomes_true([&] { return started.load(); }));
    std::thread drainer([&] { server->drain(20s); });
    EXPECT_TRUE(idle.ended());
    EXPECT_EQ(server->counters().active, 1U);
    go = true;
    const RawAnswer answer = client.answer();
    EXPECT_EQ(answer.body, "done");
    EXPECT_NE(answer.head.find("Connection: close"), std::string::npos);
    EXPECT_TRUE(client.ended());
    drainer.join();
    EXPECT_EQ(server->counters().open, 0U);
}

TEST(ServerDrain, CutsWhatOutlivesTheGrace) {
    Seen seen;
    TestServer server(waiting_handler(seen), {}, 2);
    RawClient one(server->port());
    RawClient two(server->port());
    one.send(get("/"));
    two.send(get("/"));
    ASSERT_TRUE(becomes_true([&] { return seen.waiting == 2; }));
    server->drain(100ms);
    EXPECT_EQ(seen.gone, 2);
    EXPECT_EQ(seen.refused, 2);
    EXPECT_EQ(server->counters().open, 0U);
    EXPECT_EQ(server->counters().active, 0U);
    one.rest();
    two.rest();
}

/// No descriptor can be opened while it lives.
class NoDescriptors {
public:
    NoDescriptors() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        const int lowest_free = ::dup(0);
        ::close(lowest_free);
        const rlimit none{static_cast<rlim_t>(lowest_free), before_.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &none);
    }
    ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
    NoDescriptors(const NoDescriptors&) = delete;
    NoDescriptors& operator=(const NoDescriptors&) = delete;

private:
    rlimit before_{};
};

TEST(ServerAcceptor, RefusesConnectionsWhileDescriptorsRunOut) {
    TestServer server(echo);
    std::vector<int> sockets;
    for (int i = 0; i < 5; ++i) sockets.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server->port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    {
        const NoDescriptors none;
        for (const int socket : sockets) {
            ASSERT_EQ(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
            char byte = 0;
            EXPECT_LE(::recv(socket, &byte, 1, 0), 0);
        }
    }
    for (const int socket : sockets) ::close(socket);
    EXPECT_EQ(server->counters().connections, 0U);
    RawClient client(server->port());
    client.send(get("/"));
    EXPECT_EQ(client.answer().status, 200);
}

/// In a child: takes the place of a program that systemd started. 0: it found the socket.
int inherit_in_child(int listener, std::uint16_t port) {
    constexpr int kFirst = 3;
    if (::dup2(listener, kFirst) != kFirst) return 1;
    ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
    ::setenv("LISTEN_FDS", "1", 1);
    const std::vector<Descriptor> sockets = listening_sockets("::", 1);
    return sockets.size() == 1 && port_of(sockets.front().get()) == port ? 0 : 2;
}

TEST(ServerAcceptor, TakesSocketsThatSystemdOpened) {
    const std::vector<Descriptor> listening = listening_sockets("127.0.0.1", 0);
    const std::uint16_t port = port_of(listening.front().get());
    EXPECT_NE(port, 0);
    const pid_t child = ::fork();
    if (child == 0) ::_exit(inherit_in_child(listening.front().get(), port));
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

TEST(ServerAcceptor, SaysWhyItCannotListen) {
    const std::vector<Descriptor> taken = listening_sockets("127.0.0.1", 0);
    EXPECT_THROW(listening_sockets("127.0.0.1", port_of(taken.front().get())), std::runtime_error);
    EXPECT_THROW(listening_sockets("localhost", 0), std::runtime_error);
    EXPECT_THROW(listening_sockets("203.0.113.1", 0), std::runtime_error);
}

TEST(ServerTls, ServesOverTls) {
    const TestCertificate certificate;
    ServerOptions options;
    options.tls = TlsServerFiles{certificate.certificate(), certificate.key()};
    options.limits.header_time = 300ms;
    TestServer server(echo, std::move(options));
    {
        RawClient client(server->port());
        const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(SSL_CTX_new(TLS_client_method()),
                                                                   SSL_CTX_free);
        const std::unique_ptr<SSL, void (*)(SSL*)> ssl(SSL_new(context.get()), SSL_free);
        SSL_set_fd(ssl.get(), client.socket());
        ASSERT_EQ(SSL_connect(ssl.get()), 1);
        const std::string request = get("/secret", "Connection: close\r\n");
        ASSERT_EQ(SSL_write(ssl.get(), request.data(), static_cast<int>(request.size())),
                  static_cast<int>(request.size()));
        std::string answer;
        std::array<char, 1024> part;
        for (int got = 0; (got = SSL_read(ssl.get(), part.data(), part.size())) > 0;)
            answer.append(part.data(), static_cast<std::size_t>(got));
        EXPECT_TRUE(answer.ends_with("GET /secret ")) << answer;
    }
    RawClient plain(server->port());
    plain.send(get("/"));
    EXPECT_EQ(plain.rest().find("HTTP"), std::string::npos);
    RawClient silent(server->port());
    EXPECT_EQ(silent.rest(), "");
}

}    // namespace
}    // namespace opusclaw::net
