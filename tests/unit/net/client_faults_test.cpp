// Tests of calls that go wrong: cuts at every byte, stale connections, early answers, cancels, silence (net/client.h).
#include "client_server.h"

namespace opusclaw::net {
namespace {

constexpr std::string_view kDoRequestFailed = "upstream error: do request failed";

void expect_request_failed(const std::optional<Error>& error, ErrorKind kind) {
    ASSERT_TRUE(error.has_value());
    EXPECT_EQ(error->kind, kind) << error->what();
    EXPECT_EQ(error->code, "do_request_failed");
    EXPECT_EQ(error->message.text, kDoRequestFailed);
    EXPECT_FALSE(error->detail.empty());
}

Task<std::string> get_whole(Client& client, std::shared_ptr<const Target> target) {
    Call call = co_await get(client, std::move(target));
    co_return co_await drain(call);
}

TEST(CallFaults, AnAnswerCutAtAnyByteIsAnError) {
    const std::string length(kOk);
    const std::string chunked =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    for (const std::string& answer : {length, chunked}) {
        std::vector<RawServer::Script> scripts;
        for (std::size_t size = 0; size < answer.size(); ++size)
            scripts.push_back(answers_once(answer.substr(0, size)));
        RawServer server(std::move(scripts));
        on_loop(
            [](Loop& loop, RawServer& to, std::string whole) -> Task<> {
                ClientUnderTest test(loop);
                const std::size_t head_size = whole.find("\r\n\r\n") + 4;
                for (std::size_t size = 0; size < whole.size(); ++size) {
                    const auto error = co_await error_of(get_whole(test.client, to.target()));
                    EXPECT_TRUE(error && error->kind == ErrorKind::UpstreamBroken) << size;
                    if (error) EXPECT_EQ(error->code == "do_request_failed", size < head_size) << size;
                }
                EXPECT_EQ(test.client.idle(), 0U);
            },
            server, answer);
    }
}

TEST(CallFaults, WhatIsNoHttpIsAnErrorAtOnce) {
    for (const char* answer :
         {"SSH-2.0-OpenSSH\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"}) {
        RawServer server({[answer](RawPeer& peer) {
            peer.read_request();
            peer.send(answer);
            peer.await_end();
        }});
        on_loop(
            [](Loop& loop, RawServer& to) -> Task<> {
                ClientUnderTest test(loop);
                expect_request_failed(co_await error_of(get(test.client, to.target())),
                                      ErrorKind::UpstreamBroken);
            },
            server);
        EXPECT_EQ(server.connections(), 1U);
    }
}

TEST(CallFaults, EndlessHeadsAndInformationalAnswersAreRefused) {
    RawServer endless({[](RawPeer& peer) {
        peer.read_request();
        peer.send("HTTP/1.1 200 OK\r\n");
        for (;;) peer.send("X-Filler: " + std::string(1000, 'x') + "\r\n");
    }});
    RawServer informational({[](RawPeer& peer) {
        peer.read_request();
        for (;;) peer.send("HTTP/1.1 103 Early Hints\r\n\r\n");
    }});
    on_loop(
        [](Loop& loop, RawServer& one, RawServer& two) -> Task<> {
            ClientUnderTest test(loop);
            expect_request_failed(co_await error_of(get(test.client, one.target())),
                                  ErrorKind::UpstreamBroken);
            expect_request_failed(co_await error_of(get(test.client, two.target())),
                                  ErrorKind::UpstreamBroken);
        },
        endless, informational);
}

TEST(CallFaults, RefusedConnectionNamesTheCauseOnlyInTheDetail) {
    on_loop([](Loop& loop) -> Task<> {
        std::uint16_t port = 0;
        {
            const RawServer gone({answers_once("")});
            port = gone.port();
        }
        ClientUnderTest test(loop);
        const auto target = Target::make({.tls = false, .host = "127.0.0.1", .port = port, .proxy = {}});
        const auto error = co_await error_of(get(test.client, target));
        expect_request_failed(error, ErrorKind::UpstreamBroken);
        EXPECT_EQ(error->status, 500);
        EXPECT_NE(error->detail.find("127.0.0.1"), std::string::npos);
        EXPECT_NE(error->detail.find("refused"), std::string::npos);
    });
}

/// Answers one request, then meets the next with `then`.
RawServer::Script stale(std::function<void(RawPeer&)> then) {
    return [then = std::move(then)](RawPeer& peer) {
        peer.read_request();
        peer.send(kOk);
        peer.read_head();
        then(peer);
    };
}

Task<> request_twice(Loop& loop, RawServer& to, std::optional<Error>& second, bool& reused) {
    ClientUnderTest test(loop);
    {
        Call first = co_await get(test.client, to.target());
        EXPECT_EQ(co_await drain(first), "hello");
    }
    EXPECT_EQ(test.client.idle(), 1U);
    try {
        Call call = co_await post(test.client, to.target(), "body");
        reused = call.connection_reused();
        EXPECT_EQ(co_await drain(call), "hello");
    } catch (const Error& error) {
        second = error;
    }
}

TEST(CallFaults, AStaleConnectionIsRetriedOnceOnAFreshOne) {
    for (const bool cut : {false, true}) {
        std::string again;
        RawServer server(
            {stale([cut](RawPeer& peer) { cut ? peer.reset() : peer.close(); }), [&again](RawPeer& peer) {
                 again = peer.read_request();
                 peer.send(kOk);
             }});
        std::optional<Error> error;
        bool reused = true;
        on_loop(request_twice, server, error, reused);
        EXPECT_FALSE(error) << error->what();
        EXPECT_FALSE(reused);
        EXPECT_TRUE(again.ends_with("\r\n\r\nbody")) << again;
    }
}

TEST(CallFaults, NoSecondRetryAndNoneAfterTheFirstByte) {
    std::optional<Error> error;
    bool reused = false;
    RawServer twice({stale([](RawPeer& peer) { peer.close(); }), answers_once("")});
    on_loop(request_twice, twice, error, reused);
    expect_request_failed(error, ErrorKind::UpstreamBroken);
    EXPECT_EQ(twice.connections(), 2U);
    error.reset();
    RawServer half({stale([](RawPeer& peer) { peer.send("HTTP/1.1 2"); })});
    on_loop(request_twice, half, error, reused);
    expect_request_failed(error, ErrorKind::UpstreamBroken);
    EXPECT_EQ(half.connections(), 1U);
}

TEST(CallFaults, AConnectionTheOtherSideClosedIsNotTakenFromThePool) {
    RawServer server({answers_once(std::string(kOk)), answers(std::string(kOk))});
    on_loop(
        [](Loop& loop, RawServer& to) -> Task<> {
            ClientUnderTest test(loop);
            EXPECT_EQ(co_await get_whole(test.client, to.target()), "hello");
            Call second = co_await get(test.client, to.target());
            EXPECT_EQ(co_await drain(second), "hello");
        },
        server);
}

/// What an upstream does that answers before it has read a large request.
RawServer::Script early(std::function<void(RawPeer&)> after) {
    return [after = std::move(after)](RawPeer& peer) {
        peer.read_head();
        peer.send("HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 9\r\n\r\ntoo large");
        after(peer);
    };
}

TEST(CallFaults, AnEarlyAnswerToALargeRequestIsRead) {
    RawServer closes({early([](RawPeer& peer) { shutdown(peer.fd(), SHUT_WR), peer.await_end(); })});
    // Reads nothing more and keeps the connection open: only stopping to send helps.
    std::atomic<bool> done{false};
    RawServer stalls({early([&done](RawPeer&) {
        while (!done) std::this_thread::yield();
    })});
    RawServer resets(
        {early([](RawPeer& peer) { peer.close(); })});    // with bytes unread: a RST follows the answer
    for (RawServer* server : {&closes, &stalls, &resets}) {
        on_loop(
            [](Loop& loop, RawServer& to) -> Task<> {
                ClientUnderTest test(loop);
                const std::string body(32 << 20, 'x');
                Call call = co_await post(test.client, to.target(), body);
                EXPECT_EQ(call.head().status, 413);
                EXPECT_EQ(co_await drain(call), "too large");
                EXPECT_EQ(test.client.idle(), 0U);
            },
            *server);
    }
    done = true;
}

TEST(CallFaults, AnEarlySuccessLetsTheRequestGoOn) {
    RawServer server({[](RawPeer& peer) {
        peer.read_head();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
        peer.read_exactly(8 << 20);
        peer.send("hello");
        peer.await_end();
    }});
    on_loop(
        [](Loop& loop, RawServer& to) -> Task<> {
            ClientUnderTest test(loop);
            const std::string body(8 << 20, 'x');
            Call call = co_await post(test.client, to.target(), body);
            EXPECT_EQ(co_await drain(call), "hello");
            EXPECT_EQ(test.client.idle(), 1U);
        },
        server);
}

TEST(CallFaults, LargeRequestsArriveWholeAndMeetAStaleConnectionToo) {
    std::string seen;
    RawServer server({stale([](RawPeer& peer) { peer.close(); }), [&seen](RawPeer& peer) {
                          seen = peer.read_request();
                          peer.send(kOk);
                      }});
    on_loop(
        [](Loop& loop, RawServer& to) -> Task<> {
            ClientUnderTest test(loop);
            EXPECT_EQ(co_await get_whole(test.client, to.target()), "hello");
            const std::string body(4 << 20, 'y');
            Call call = co_await post(test.client, to.target(), body);
            EXPECT_EQ(co_await drain(call), "hello");
        },
        server);
    EXPECT_TRUE(seen.ends_with("\r\n\r\n" + std::string(4 << 20, 'y')));
}

}    // namespace
}    // namespace opusclaw::net
