// Tests of calls over real sockets: framing variants, reuse of connections, and answers that lie (net/client.h).
#include "client_server.h"
#include "net/content_coding.h"

namespace opusclaw::net {
namespace {

Task<> expect_answer(Loop& loop, RawServer& server, std::string_view body, std::size_t idle) {
    ClientUnderTest test(loop);
    for (int round = 0; round < 2; ++round) {
        Call piecewise = co_await get(test.client, server.target());
        EXPECT_EQ(piecewise.head().status, 200);
        EXPECT_EQ(co_await drain(piecewise), body);
        EXPECT_EQ(test.client.idle(), idle);
        Call whole = co_await get(test.client, server.target());
        EXPECT_EQ(whole.connection_reused(), idle == 1);
        EXPECT_EQ(co_await read_whole(whole), body);
    }
    EXPECT_EQ(test.client.idle(), idle);
}

TEST(Call, ReadsEveryFramingAndKeepsTheConnection) {
    for (const std::string& answer :
         {std::string(kOk),
          std::string(
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"),
          std::string("HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n") +
              std::string(kOk)}) {
        RawServer server({answers(answer)});
        on_loop(expect_answer, server, "hello", 1U);
        EXPECT_EQ(server.connections(), 1U) << answer;
    }
}

TEST(Call, ReadsUntilTheEndAndDoesNotKeepSuchAConnection) {
    RawServer server({answers_once("HTTP/1.1 200 OK\r\n\r\nhello")});
    on_loop(expect_answer, server, "hello", 0U);
    RawServer closing(
        {answers_once("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello")});
    on_loop(expect_answer, closing, "hello", 0U);
}

TEST(Call, ReadsAnAnswerThatComesByteByByte) {
    RawServer server({[](RawPeer& peer) {
        for (;;) {
            peer.read_request();
            for (const char byte : kOk) peer.send({&byte, 1});
        }
    }});
    on_loop(expect_answer, server, "hello", 1U);
}

TEST(Call, RemovesTheContentCoding) {
    const std::string zipped = gzip("hello");
    RawServer server({answers("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " +
                              std::to_string(zipped.size()) + "\r\n\r\n" + zipped)});
    on_loop(expect_answer, server, "hello", 1U);
}

TEST(Call, ReadsLargeBodiesStraightAndPiecewise) {
    std::string body;
    for (int i = 0; body.size() < 900'000; ++i) body += std::to_string(i) + ",";
    RawServer plain(
        {answers("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body)});
    on_loop(expect_answer, plain, body, 1U);
    std::string chunks;
    for (std::size_t at = 0; at < body.size(); at += 4096) {
        const std::string part = body.substr(at, 4096);
        char size[9];
        chunks += std::string(size, std::to_chars(size, size + 8, part.size(), 16).ptr) + "\r\n" + part +
                  "\r\n";
    }
    RawServer chunked(
        {answers("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + "0\r\n\r\n")});
    on_loop(expect_answer, chunked, body, 1U);
    RawServer until_close({answers_once("HTTP/1.1 200 OK\r\n\r\n" + body)});
    on_loop(expect_answer, until_close, body, 0U);
}

TEST(Call, ReadsALargeHead) {
    std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n";
    for (int i = 0; i < 100; ++i) answer += "X-" + std::to_string(i) + ": " + std::string(400, 'v') + "\r\n";
    RawServer server({answers(answer + "\r\nok")});
    on_loop(
        [](Loop& loop, RawServer& to) -> Task<> {
            ClientUnderTest test(loop);
            Call call = co_await get(test.client, to.target());
            EXPECT_EQ(co_await read_whole(call), "ok");
            EXPECT_EQ(call.head().headers.find("x-99"),
                      std::string(400, 'v'));    // still there after the end
            EXPECT_EQ(call.head().reason, "OK");
        },
        server);
}

TEST(Call, HasNoBodyForHeadRequestsAnd204) {
    RawServer server({answers("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")});
    RawServer empty({answers("HTTP/1.1 204 No Content\r\n\r\n")});
    on_loop(
        [](Loop& loop, RawServer& to, RawServer& other) -> Task<> {
            ClientUnderTest test(loop);
            const OutgoingRequest request{.method = "HEAD"};
            const Timeouts timeouts;
            for (int i = 0; i < 2; ++i) {
                Call call = co_await test.client.send(to.target(), request, timeouts);
                EXPECT_EQ(co_await drain(call), "");
            }
            { const Call dropped = co_await get(test.client, other.target()); }
            EXPECT_EQ(test.client.idle(), 2U);
        },
        server, empty);
    EXPECT_EQ(server.connections(), 1U);
}

TEST(Call, KeepsTheConnectionWhenDroppedWithNothingLeftToCome) {
    RawServer server({answers(std::string(kOk))});
    RawServer stalls({[](RawPeer& peer) {
        peer.read_request();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf");
        peer.await_end();
    }});
    on_loop(
        [](Loop& loop, RawServer& to, RawServer& half) -> Task<> {
            ClientUnderTest test(loop);
            {
                Call call = co_await get(test.client, to.target());
                EXPECT_EQ(co_await call.read(), "hello");
            }
            EXPECT_EQ(test.client.idle(), 1U);
            {
                Call call = co_await get(test.client, half.target());
                EXPECT_EQ(co_await call.read(), "half");
            }
            EXPECT_EQ(test.client.idle(), 1U);
        },
        server, stalls);
}

TEST(Call, RefusesABodyAboveTheLimit) {
    RawServer length({answers("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdef")});
    RawServer chunked(
        {answers("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n0\r\n\r\n")});
    RawServer until_close({answers_once("HTTP/1.1 200 OK\r\n\r\n" + std::string(100'000, 'x'))});
    for (RawServer* server : {&length, &chunked, &until_close}) {
        on_loop(
            [](Loop& loop, RawServer& to) -> Task<> {
                ClientUnderTest test(loop);
                Call call = co_await get(test.client, to.target());
                const std::optional<Error> error = co_await error_of(read_whole(call, 5));
                EXPECT_TRUE(error && error->kind == ErrorKind::UpstreamBroken &&
                            error->code == "body_too_large");
            },
            *server);
    }
    on_loop(
        [](Loop& loop, RawServer& to) -> Task<> {
            ClientUnderTest test(loop);
            Call call = co_await get(test.client, to.target());
            EXPECT_EQ(co_await read_whole(call, 6), "abcdef");
        },
        chunked);
}

TEST(Call, DoesNotReuseAConnectionWithBytesBehindTheBody) {
    RawServer server({[](RawPeer& peer) {
                          peer.read_request();
                          peer.send(std::string(kOk) + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
                          peer.await_end();
                      },
                      answers(std::string(kOk))});
    on_loop(
        [](Loop& loop, RawServer& to) -> Task<> {
            ClientUnderTest test(loop);
            Call first = co_await get(test.client, to.target());
            EXPECT_EQ(co_await drain(first), "hello");
            Call second = co_await get(test.client, to.target());
            EXPECT_EQ(co_await drain(second), "hello");
            EXPECT_FALSE(second.connection_reused());
        },
        server);
}

TEST(Client, SendsHeadAndBodyAsOneMessage) {
    std::string seen;
    RawServer server({[&seen](RawPeer& peer) {
        seen = peer.read_request();
        peer.send(kOk);
    }});
    on_loop(
        [](Loop& loop, RawServer& to) -> Task<> {
            ClientUnderTest test(loop);
            HeaderLines lines;
            lines.add("X-Test", "1");
            const std::string_view pieces[] = {"{\"a\":", "1}"};
            const OutgoingRequest request{.path = "/v1/chat", .headers = &lines, .body = pieces};
            const Timeouts timeouts;
            Call call = co_await test.client.send(to.target(), request, timeouts);
            EXPECT_EQ(co_await drain(call), "hello");
        },
        server);
    EXPECT_EQ(seen, "POST /v1/chat HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                        "\r\nContent-Length: 7\r\nX-Test: 1\r\n\r\n{\"a\":1}");
}

}    // namespace
}    // namespace opusclaw::net
