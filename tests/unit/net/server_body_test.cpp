// tests/unit/net/server_body_test.cpp: request bodies: lengths, chunks, codings, limits, `Expect: 100-continue`, senders that
// stop or leave; what happens to bodies nobody reads.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>

#include "net/content_coding.h"
#include "net/server.h"
#include "net/thread_pool.h"
#include "server_harness.h"

namespace opusclaw::net {
namespace {

using namespace std::chrono_literals;

std::string chunked(std::string_view body, std::size_t size) {
    std::string text = "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (; !body.empty(); body.remove_prefix(std::min(size, body.size()))) {
        const std::string_view part = body.substr(0, size);
        text += fmt::format("{:x}\r\n{}\r\n", part.size(), part);
    }
    return text + "0\r\n\r\n";
}

std::string noise(std::size_t size) {
    std::string text(size, '\0');
    std::uint32_t state = 1;
    for (char& c : text) c = static_cast<char>('a' + ((state = state * 1664525U + 1013904223U) >> 24) % 26);
    return text;
}

TEST(ServerBody, IsReadInAnySize) {
    TestServer server(careful_echo);
    RawClient client(server->port());
    for (const std::size_t size : {0U, 1U, 4000U, 5000U, 70'000U, 1'048'576U}) {
        const std::string body = noise(size);
        std::thread sender([&] { client.send(post(body)); });
        EXPECT_EQ(client.answer().body, "POST /p " + body) << size;
        sender.join();
    }
}

TEST(ServerBody, IsReadFromChunksOfAnySize) {
    TestServer server(careful_echo);
    RawClient client(server->port());
    for (const std::size_t size : {1U, 7U, 5000U, 100'000U, 1'000'000U}) {
        const std::string body = noise(size == 1 ? 3000 : 1'000'000);
        std::thread sender([&] { client.send(chunked(body, size) + get("/next")); });
        EXPECT_EQ(client.answer().body, "POST /p " + body) << size;
        EXPECT_EQ(client.answer().body, "GET /next ") << size;
        sender.join();
    }
}

TEST(ServerBody, IsTheSameBufferAtEachCall) {
    TestServer server([](Exchange& exchange) -> Task<> {
        const PaddedBuffer* first = co_await exchange.body({});
        const PaddedBuffer* second = co_await exchange.body({});
        EXPECT_EQ(first, second);
        EXPECT_GE(first->capacity(), first->size());
        co_await exchange.respond(200, HeaderLines(), second->view());
    });
    RawClient client(server->port());
    client.send(post("once"));
    EXPECT_EQ(client.answer().body, "once");
}

TEST(ServerBody, ThatIsTooLargeIsRefusedBeforeItIsRead) {
    TestServer server(careful_echo);
    RawClient client(server->port());
    client.send("POST /p HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1048577\r\n\r\n");
    const RawAnswer answer = client.answer();
    EXPECT_EQ(answer.status, 413);
    EXPECT_EQ(answer.body, "read_request_body_failed");
    EXPECT_NE(answer.head.find("Connection: close"), std::string::npos);
    client.half_close();
    EXPECT_TRUE(client.ended());
}

TEST(ServerBody, ThatTurnsOutTooLargeIsRefusedWithoutAReset) {
    TestServer server(careful_echo);
    RawClient client(server->port());
    const std::string body = noise(3'000'000);
    std::thread sender([&] {
        client.send(chunked(body, 100'000));
        client.half_close();
    });
    const RawAnswer answer = client.answer();
    EXPECT_EQ(answer.status, 413);
    sender.join();
    EXPECT_TRUE(client.ended());
}

TEST(ServerBody, IsAskedForWithContinueOnce) {
    TestServer server(careful_echo);
    RawClient client(server->port());
    client.send("POST /p HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 5\r\n\r\n");
    const std::string expected = "HTTP/1.1 100 Continue\r\n\r\n";
    EXPECT_EQ(client.bytes(expected.size()), expected);
    client.send("hello");
    EXPECT_EQ(client.answer().body, "POST /p hello");
    // Who sends at once waits for nothing; HTTP/1.0 knows no 100.
    client.send("POST /p HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi");
    EXPECT_TRUE(client.answer().head.starts_with("HTTP/1.1 200"));
    client.send("POST /p HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    client.send("hi");
    EXPECT_TRUE(client.answer().head.starts_with("HTTP/1.1 200"));
}

Task<> answer_unread(Exchange& exchange) { co_await exchange.respond(401, HeaderLines(), "no"); }

TEST(ServerBody, ThatNobodyReadsIsDrainedWhenSmall) {
    TestServer server(answer_unread);
    RawClient client(server->port());
    client.send(post(noise(60'000)) + get("/"));
    for (int i = 0; i < 2; ++i) {
        const RawAnswer answer = client.answer();
        EXPECT_EQ(answer.status, 401);
        EXPECT_EQ(answer.head.find("Connection: close"), std::string::npos);
    }
}

TEST(ServerBody, ThatNobodyReadsEndsTheConnectionOtherwise) {
    TestServer server(answer_unread);
    const std::string requests[] = {
        post(noise(100'000)), chunked("abc", 1),
        "POST /p HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"};
    for (const std::string& request : requests) {
        RawClient client(server->port());
        client.send(request);
        const RawAnswer answer = client.answer();
        EXPECT_EQ(answer.status, 401);
        EXPECT_NE(answer.head.find("Connection: close"), std::string::npos);
        client.half_close();
        EXPECT_TRUE(client.ended());
    }
}

TEST(ServerBody, IsDecoded) {
    ThreadPool workers({.name = "work", .threads = 1});
    ServerOptions options;
    options.workers = &workers;
    TestServer server(careful_echo, std::move(options));
    RawClient client(server->port());
    const std::string small = "{\"model\":\"m\"}";
    client.send(post(gzip(small), "Content-Encoding: GZip\r\n"));
    EXPECT_EQ(client.answer().body, "POST /p " + small);
    client.send(post(small, "Content-Encoding: identity\r\n"));
    EXPECT_EQ(client.answer().body, "POST /p " + small);
    const std::string large = noise(1 << 20);
    client.send(post(gzip(large), "Content-Encoding: gzip\r\n"));
    EXPECT_EQ(client.answer().body, "POST /p " + large);
    client.send(post("no gzip", "Content-Encoding: gzip\r\n"));
    EXPECT_EQ(client.answer().status, 400);
    client.send(post("", "Content-Encoding: gzip\r\n"));
    EXPECT_EQ(client.answer().body, "POST /p ");
}

TEST(ServerBody, MayNotGrowBeyondItsLimitWhenDecoded) {
    ThreadPool workers({.name = "work", .threads = 1});
    for (ThreadPool* pool : {static_cast<ThreadPool*>(nullptr), &workers}) {
        ServerOptions options;
        options.workers = pool;
        TestServer server(careful_echo, std::move(options));
        RawClient client(server->port());
        client.send(post(gzip(std::string(50 << 20, ' ')), "Content-Encoding: gzip\r\n"));
        EXPECT_EQ(client.answer().status, 413);
        client.send(get("/"));
        EXPECT_EQ(client.answer().status, 200);
    }
}

TEST(ServerBody, GrowsOnAWorkerWhenLarge) {
    ThreadPool workers({.name = "work", .threads = 1});
    ServerOptions options;
    options.workers = &workers;
    TestServer server(
        [](Exchange& exchange) -> Task<> {
            const PaddedBuffer* body = co_await exchange.body({.limit = 100 << 20});
            co_await exchange.respond(200, HeaderLines(), std::to_string(body->size()));
        },
        std::move(options));
    RawClient client(server->port());
    client.send(post(gzip(std::string(20 << 20, ' ')), "Content-Encoding: gzip\r\n"));
    EXPECT_EQ(client.answer().body, std::to_string(20 << 20));
}

TEST(ServerBody, InAnUnknownCodingIsUnsupported) {
    TestServer server(careful_echo);
    for (const char* coding : {"rot13", "gzip, br"}) {
        RawClient client(server->port());
        client.send(post("x", "Content-Encoding: " + std::string(coding) + "\r\n"));
        const RawAnswer answer = client.answer();
        EXPECT_EQ(answer.status, 415);
        EXPECT_EQ(answer.body, "bad_request_body");
    }
}

TEST(ServerBody, ThatStopsIsGivenUp) {
    ServerOptions options;
    options.limits.body_idle = 150ms;
    TestServer server(careful_echo, std::move(options));
    RawClient client(server->port());
    client.send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel");
    const RawAnswer answer = client.answer();
    EXPECT_EQ(answer.status, 408);
    EXPECT_NE(answer.head.find("Connection: close"), std::string::npos);
    client.half_close();
    EXPECT_TRUE(client.ended());
}

TEST(ServerBody, ThatTricklesIsGivenUp) {
    ServerOptions options;
    options.limits.body_idle = 300ms;
    TestServer server(careful_echo, std::move(options));
    RawClient client(server->port());
    client.send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n");
    int sent = 0;
    pollfd answered{client.socket(), POLLIN, 0};
    constexpr int kPause = 20;    // never silent for body_idle
    for (; sent < 1000 && ::poll(&answered, 1, kPause) == 0; ++sent) ASSERT_TRUE(client.send("x"));
    EXPECT_LT(sent, 1000);
    EXPECT_EQ(client.answer().status, 408);
}

TEST(ServerBody, ThatIsCutIsAnError) {
    TestServer server(careful_echo);
    for (const std::string& request :
         {std::string("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel"),
          std::string("POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel")}) {
        RawClient client(server->port());
        client.send(request);
        client.half_close();
        const RawAnswer answer = client.answer();
        EXPECT_EQ(answer.status, 400);
        EXPECT_EQ(answer.body, "read_request_body_failed");
    }
    RawClient client(server->port());
    client.send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel");
    client.abort();
    EXPECT_TRUE(
        becomes_true([&] { return server->counters().connections == 3 && server->counters().open == 0; }));
}

}    // namespace
}    // namespace opusclaw::net
