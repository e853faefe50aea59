// tests/unit/net/server_refusal_test.cpp: what never becomes a request is answered in the program's own words, and the client
// gets to read them. The corpus of tests/data/http goes through a real server here.
#include <gtest/gtest.h>

#include "http_corpus.h"
#include "net/server.h"
#include "server_harness.h"

namespace opusclaw::net {
namespace {

using namespace std::chrono_literals;

TEST(ServerRefusal, FollowsTheCorpus) {
    TestServer server(careful_echo);
    for (const char* name : {"request_heads.txt", "request_bodies.txt"}) {
        for (const CorpusRequest& request : load_corpus(name)) {
            SCOPED_TRACE(request.name);
            RawClient client(server->port());
            client.send(request.bytes);
            const RawAnswer answer = client.answer();
            EXPECT_EQ(answer.status, request.status) << answer.head;
            if (request.status == 200) continue;
            EXPECT_NE(answer.head.find("\r\nConnection: close\r\n"), std::string::npos);
            client.half_close();
            EXPECT_TRUE(client.ended());
        }
    }
}

TEST(ServerRefusal, IsJsonFromTheProgram) {
    TestServer server(echo);
    RawClient client(server->port());
    client.send("GET / HTTP/1.1\r\n\r\n");
    const RawAnswer answer = client.answer();
    EXPECT_NE(answer.head.find("Content-Type: application/json"), std::string::npos);
    EXPECT_EQ(answer.body, R"({"error":"malformed_request: no Host field"})");
    EXPECT_EQ(server->counters().requests, 0U);
}

TEST(ServerRefusal, ComesBehindTheAnswersOfGoodRequests) {
    TestServer server(echo);
    RawClient client(server->port());
    client.send(get("/good") + "GARBAGE\r\n\r\n" + get("/never"));
    EXPECT_EQ(client.answer().body, "GET /good ");
    EXPECT_EQ(client.answer().status, 400);
    client.half_close();
    EXPECT_TRUE(client.ended());
    EXPECT_EQ(server->counters().requests, 1U);
}

TEST(ServerRefusal, HoldsTheLimitsOfHeads) {
    ServerOptions options;
    options.limits.header_bytes = 8192;
    options.limits.header_count = 10;
    TestServer server(echo, std::move(options));
    std::string many;
    for (int i = 0; i < 10; ++i) many += "X-" + std::to_string(i) + ": 1\r\n";
    const std::pair<std::string, int> requests[] = {
        {get("/", "X: " + std::string(9000, 'x') + "\r\n"), 431},
        {"GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(9000, 'x'), 431},
        {get("/" + std::string(9000, 'x')), 414},
        {get("/", many), 431},
        {get("/", "X: " + std::string(8000, 'x') + "\r\n"), 200},
    };
    for (const auto& [request, status] : requests) {
        RawClient client(server->port());
        client.send(request);
        EXPECT_EQ(client.answer().status, status);
    }
}

TEST(ServerRefusal, IsReadThoughTheClientGoesOnSending) {
    TestServer server(echo);
    RawClient client(server->port());
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n");
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(client.send(std::string(10'000, 'x')));
    EXPECT_EQ(client.answer().status, 400);
    client.half_close();
    EXPECT_TRUE(client.ended());
}

TEST(ServerRefusal, MeetsSlowHeads) {
    ServerOptions options;
    options.limits.header_time = 150ms;
    options.limits.keep_alive = 150ms;
    TestServer server(echo, std::move(options));
    RawClient slow(server->port());
    slow.send("GET / HTTP/1.1\r\nHost:");
    const RawAnswer answer = slow.answer();
    EXPECT_EQ(answer.status, 408);
    EXPECT_EQ(answer.body, R"({"error":"request_timeout: the request head did not arrive in time"})");
    // Nothing, or an empty line between requests, is no request to refuse.
    RawClient silent(server->port());
    EXPECT_TRUE(silent.ended());
    RawClient empty_line(server->port());
    empty_line.send("\r\n");
    EXPECT_EQ(empty_line.rest(), "");
    RawClient idle(server->port());
    idle.send(get("/"));
    EXPECT_EQ(idle.answer().status, 200);
    EXPECT_TRUE(idle.ended());
}

TEST(ServerRefusal, IsNotWrittenToClientsThatLeft) {
    TestServer server(echo);
    RawClient client(server->port());
    client.send("GET / HTTP/1.1\r\nHo");
    client.half_close();
    EXPECT_TRUE(client.ended());
    EXPECT_EQ(server->counters().connections, 1U);
    EXPECT_TRUE(becomes_true([&] { return server->counters().open == 0; }));
}

}    // namespace
}    // namespace opusclaw::net
