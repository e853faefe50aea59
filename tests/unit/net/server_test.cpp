// tests/unit/net/server_test.cpp: answers of the server: whole, streamed, to HEAD, to HTTP/1.0, pipelined; what goes wrong in
// handlers; loops and counters. Bodies, refusals and the end of connections have files of their own.
#include "net/server.h"

#include <gtest/gtest.h>

#include "server_harness.h"

namespace opusclaw::net {
namespace {

bool has(const RawAnswer& answer, std::string_view text) {
    return answer.head.find(text) != std::string::npos;
}

TEST(Server, AnswersOneRequestAfterTheOther) {
    TestServer server(echo);
    RawClient client(server->port());
    for (int i = 0; i < 3; ++i) {
        client.send(get("/" + std::to_string(i)));
        const RawAnswer answer = client.answer();
        EXPECT_TRUE(answer.head.starts_with(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 7\r\nDate: "))
            << answer.head;
        EXPECT_TRUE(answer.head.ends_with(" GMT\r\n\r\n")) << answer.head;
        EXPECT_EQ(answer.body, "GET /" + std::to_string(i) + " ");
    }
    EXPECT_TRUE(becomes_true([&] { return server->counters().active == 0; }));
    const Server::Counters counters = server->counters();
    EXPECT_EQ(counters.connections, 1U);
    EXPECT_EQ(counters.requests, 3U);
    EXPECT_EQ(counters.open, 1U);
    client.close();
    EXPECT_TRUE(becomes_true([&] { return server->counters().open == 0; }));
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
    TestServer server(echo);
    RawClient client(server->port());
    std::string all;
    for (int i = 0; i < 200; ++i) all += get("/" + std::to_string(i)) + post("body" + std::to_string(i));
    all += "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n" +
           get("/last", "Connection: close\r\n");
    std::thread sender([&] { client.send(all); });
    for (int i = 0; i < 200; ++i) {
        ASSERT_EQ(client.answer().body, "GET /" + std::to_string(i) + " ");
        ASSERT_EQ(client.answer().body, "POST /p body" + std::to_string(i));
    }
    EXPECT_EQ(client.answer().body, "POST /c ab");
    EXPECT_EQ(client.answer().body, "GET /last ");
    EXPECT_TRUE(client.ended());
    sender.join();
}

TEST(Server, TakesRequestsByteByByte) {
    TestServer server(echo);
    RawClient client(server->port());
    for (const char byte : "\r\n" + post("hello") + get("/x")) ASSERT_TRUE(client.send({&byte, 1}));
    EXPECT_EQ(client.answer().body, "POST /p hello");
    EXPECT_EQ(client.answer().body, "GET /x ");
}

TEST(Server, ClosesWhenTheClientAsksForIt) {
    TestServer server(echo);
    RawClient client(server->port());
    client.send(get("/", "Connection: close\r\n"));
    const RawAnswer answer = client.answer();
    EXPECT_TRUE(has(answer, "\r\nConnection: close\r\n"));
    EXPECT_TRUE(client.ended());
}

TEST(Server, SpeaksHttp10) {
    TestServer server(echo);
    RawClient client(server->port());
    client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_TRUE(has(client.answer(), "\r\nConnection: keep-alive\r\n"));
    client.send("GET /b HTTP/1.0\r\n\r\n");
    const RawAnswer answer = client.answer();
    EXPECT_TRUE(has(answer, "\r\nConnection: close\r\n"));
    EXPECT_EQ(answer.body, "GET /b ");
    EXPECT_TRUE(client.ended());
}

TEST(Server, SendsNoBodyForHeadNoContentAndNotModified) {
    TestServer server([](Exchange& exchange) -> Task<> {
        const bool none = exchange.request().path == "/204";
        co_await exchange.respond(none                                ? 204
                                  : exchange.request().path == "/304" ? 304
                                                                      : 200,
                                  HeaderLines(), "body");
    });
    RawClient client(server->port());
    client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + get("/204") + get("/304") +
                get("/", "Connection: close\r\n"));
    const std::string all = client.rest();
    EXPECT_EQ(all.find("body"), all.size() - 4) << all;
    EXPECT_NE(all.find("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n"), std::string::npos);
    EXPECT_NE(all.find("\r\n\r\nHTTP/1.1 204 No Content\r\nDate"), std::string::npos) << all;
    EXPECT_NE(all.find("\r\n\r\nHTTP/1.1 304 Not Modified\r\nDate"), std::string::npos) << all;
}

Task<> stream_three(Exchange& exchange) {
    HeaderLines lines;
    lines.add("Content-Type", "text/event-stream");
    exchange.start_stream(200, lines);
    EXPECT_TRUE(exchange.answered());
    EXPECT_FALSE(exchange.body_started());
    co_await exchange.write({});
    EXPECT_FALSE(exchange.body_started());
    const std::string_view first[] = {"data: ", "", "1"};
    co_await exchange.write(first);
    EXPECT_EQ(exchange.body_started(), exchange.request().method != "HEAD");
    co_await exchange.write({});
    const std::string_view last[] = {"[DONE]"};
    co_await exchange.finish(last);
}

TEST(Server, StreamsInChunks) {
    TestServer server(stream_three);
    RawClient client(server->port());
    client.send(get("/"));
    const RawAnswer answer = client.answer();
    EXPECT_TRUE(has(answer, "\r\nTransfer-Encoding: chunked\r\n"));
    EXPECT_FALSE(has(answer, "Content-Length"));
    EXPECT_EQ(answer.body, "7\r\ndata: 1\r\n6\r\n[DONE]\r\n0\r\n\r\n");
    client.send("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(client.rest().ends_with("Connection: close\r\n\r\n"));
}

TEST(Server, StreamsToTheEndOfTheConnectionForHttp10) {
    TestServer server(stream_three);
    RawClient client(server->port());
    client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const RawAnswer answer = client.answer();
    EXPECT_FALSE(has(answer, "chunked"));
    EXPECT_TRUE(has(answer, "\r\nConnection: close\r\n"));
    EXPECT_EQ(client.rest(), "data: 1[DONE]");
}

Task<> break_off(Exchange& exchange) {
    exchange.start_stream(200, HeaderLines());
    const std::string_view first[] = {"half"};
    co_await exchange.write(first);
    throw_error(ErrorKind::Internal, "test", "broken off");
}

TEST(Server, ABrokenStreamNeverLooksWhole) {
    TestServer server(break_off);
    RawClient chunked(server->port());
    chunked.send(get("/"));
    EXPECT_FALSE(chunked.rest().ends_with("0\r\n\r\n"));
    // Where the end of the connection is the end of the answer, only a reset tells.
    RawClient old(server->port());
    old.send("GET / HTTP/1.0\r\n\r\n");
    old.rest();
    EXPECT_TRUE(old.was_reset());
}

TEST(Server, SendsLargeAnswersOfManyPiecesWhole) {
    static const std::string piece(100'000, 'x');
    static const std::string large(3'000'000, 'y');
    TestServer server([](Exchange& exchange) -> Task<> {
        std::vector<std::string_view> pieces(20, piece);
        pieces.push_back(large);
        co_await exchange.respond(200, HeaderLines(), std::span<const std::string_view>(pieces));
    });
    RawClient client(server->port());
    client.send(get("/") + get("/"));
    for (int i = 0; i < 2; ++i) {
        const RawAnswer answer = client.answer();
        ASSERT_EQ(answer.body.size(), 5'000'000U);
        EXPECT_EQ(answer.body.find('y'), 2'000'000U);
        EXPECT_EQ(answer.body.find_last_of('x'), 1'999'999U);
    }
}

TEST(Server, AnswersForHandlersThatFail) {
    TestServer server([](Exchange& exchange) -> Task<> {
        if (exchange.request().path == "/error") throw_error(ErrorKind::NotFound, "x", "secret");
        if (exchange.request().path == "/exception") throw std::runtime_error("secret");
        co_return;
    });
    for (const char* path : {"/error", "/exception", "/nothing"}) {
        RawClient client(server->port());
        client.send(get(path));
        const RawAnswer answer = client.answer();
        EXPECT_EQ(answer.status, 500);
        EXPECT_TRUE(has(answer, "\r\nConnection: close\r\n"));
        EXPECT_TRUE(has(answer, "Content-Type: application/json"));
        EXPECT_EQ(answer.body, R"({"error":"internal_error: internal error"})");
        client.half_close();
        EXPECT_TRUE(client.ended());
    }
}

TEST(Server, ShowsThatAStreamWasCut) {
    TestServer server([](Exchange& exchange) -> Task<> {
        exchange.start_stream(200, HeaderLines());
        const std::string_view piece[] = {"half"};
        co_await exchange.write(piece);
        if (exchange.request().path == "/throw") throw std::runtime_error("cut");
    });
    for (const char* path : {"/throw", "/return"}) {
        RawClient client(server->port());
        client.send(get(path));
        EXPECT_TRUE(client.rest().ends_with("\r\n\r\n4\r\nhalf\r\n"));
    }
}

TEST(Server, RefusesASecondAnswer) {
    static std::atomic<int> refused = 0;
    TestServer server([](Exchange& exchange) -> Task<> {
        co_await exchange.respond(200, HeaderLines(), "one");
        try {
            co_await exchange.respond(200, HeaderLines(), "two");
        } catch (const Error&) {
            ++refused;
        }
    });
    RawClient client(server->port());
    client.send(get("/", "Connection: close\r\n"));
    EXPECT_TRUE(client.rest().ends_with("\r\n\r\none"));
    EXPECT_EQ(refused, 1);
}

TEST(Server, SpreadsConnectionsOverTheLoops) {
    static std::array<std::atomic<int>, 4> served{};
    TestServer server(
        [](Exchange& exchange) -> Task<> {
            ++served[exchange.loop().index()];
            EXPECT_EQ(&Loop::current(), &exchange.loop());
            co_await exchange.respond(200, HeaderLines(), "ok");
        },
        {}, 4);
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 16; ++i) {
        clients.push_back(std::make_unique<RawClient>(server->port()));
        clients.back()->send(get("/"));
        EXPECT_EQ(clients.back()->answer().body, "ok");
    }
    for (const auto& count : served) EXPECT_EQ(count, 4);
}

TEST(Server, TellsWhoAsks) {
    ServerOptions options;
    options.trusted_proxies = IpList::parse("127.0.0.0/8");
    TestServer server(
        [](Exchange& exchange) -> Task<> {
            co_await exchange.respond(
                200, HeaderLines(),
                exchange.request().peer.to_string() + " " + exchange.request().client.to_string());
        },
        std::move(options));
    RawClient client(server->port());
    client.send(get("/"));
    EXPECT_EQ(client.answer().body, "127.0.0.1 127.0.0.1");
    client.send(get("/", "X-Forwarded-For: 203.0.113.9\r\n"));
    EXPECT_EQ(client.answer().body, "127.0.0.1 203.0.113.9");
}

}    // namespace
}    // namespace opusclaw::net
