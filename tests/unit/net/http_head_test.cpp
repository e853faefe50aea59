// tests/unit/net/http_head_test.cpp: request heads against the corpus of tests/data/http, in one piece and byte by byte; what
// an accepted head says. Responses are tested in http_head_response_test.cpp.
#include "net/http_head.h"

#include <gtest/gtest.h>

#include "http_corpus.h"
#include "http_head_reference.h"

namespace opusclaw::net {
namespace {

HeadResult read(std::string_view bytes, RequestHead& head, const HeadLimits& limits = {}) {
    std::size_t scanned = 0;
    return read_request_head(bytes, limits, scanned, head);
}

/// Gives the bytes one more at a time, as a slow sender would.
HeadResult read_slowly(const std::string& bytes, RequestHead& head) {
    std::size_t scanned = 0;
    HeadResult result;
    for (std::size_t size = 1; size <= bytes.size() && result.state == HeadState::Incomplete; ++size) {
        result = read_request_head(std::string_view(bytes).substr(0, size), {}, scanned, head);
    }
    return result;
}

TEST(RequestHead, IsReadAsTheCorpusSays) {
    for (const CorpusRequest& request : load_corpus("request_heads.txt")) {
        SCOPED_TRACE(request.name);
        RequestHead head;
        const HeadResult result = read(request.bytes, head);
        if (request.status == 200) {
            EXPECT_EQ(result.state, HeadState::Complete) << result.why;
            EXPECT_LE(result.consumed, request.bytes.size());
        } else {
            EXPECT_EQ(result.state, HeadState::Refused);
            EXPECT_EQ(result.status, request.status) << result.why;
            EXPECT_FALSE(result.why.empty());
        }
    }
}

/// Two readers that see different requests in the same bytes are how requests are smuggled.
TEST(RequestHead, HasTheFieldsThatBeastSees) {
    std::size_t accepted = 0;
    for (const char* name : {"request_heads.txt", "request_bodies.txt"}) {
        for (const CorpusRequest& request : load_corpus(name)) {
            SCOPED_TRACE(request.name);
            RequestHead head;
            const HeadResult result = read(request.bytes, head);
            if (result.state != HeadState::Complete) continue;
            ++accepted;
            std::string_view bytes = std::string_view(request.bytes).substr(0, result.consumed);
            if (bytes.starts_with("\r\n")) bytes.remove_prefix(2);
            const auto fields = BeastParser().read(bytes);
            ASSERT_TRUE(fields);
            ASSERT_EQ(fields->size(), head.headers.size());
            auto theirs = fields->begin();
            for (const Header& field : head.headers) {
                EXPECT_EQ(field.name, theirs->first);
                EXPECT_EQ(field.value, theirs->second);
                ++theirs;
            }
        }
    }
    EXPECT_GT(accepted, 10U);
}

TEST(RequestHead, IsTheSameByteByByte) {
    for (const char* name : {"request_heads.txt", "request_bodies.txt"}) {
        for (const CorpusRequest& request : load_corpus(name)) {
            SCOPED_TRACE(request.name);
            RequestHead at_once;
            RequestHead slow;
            const HeadResult expected = read(request.bytes, at_once);
            const HeadResult result = read_slowly(request.bytes, slow);
            EXPECT_EQ(result.state, expected.state);
            EXPECT_EQ(result.why, expected.why);
            if (expected.state != HeadState::Complete) continue;
            EXPECT_EQ(result.consumed, expected.consumed);
            EXPECT_EQ(slow.target, at_once.target);
            EXPECT_EQ(slow.headers.size(), at_once.headers.size());
        }
    }
}

TEST(RequestHead, GivesViewsIntoTheBytes) {
    const std::string bytes =
        "\r\nPOST /v1/x%20y?a=b?c HTTP/1.1\r\nhost:  a.example \r\nX-One:\t1\t\r\nContent-Length: "
        "12\r\n\r\nbody";
    RequestHead head;
    const HeadResult result = read(bytes, head);
    ASSERT_EQ(result.state, HeadState::Complete) << result.why;
    EXPECT_EQ(result.consumed, bytes.size() - 4);
    EXPECT_EQ(head.method, "POST");
    EXPECT_EQ(head.target, "/v1/x%20y?a=b?c");
    EXPECT_EQ(head.path, "/v1/x%20y");
    EXPECT_EQ(head.query, "a=b?c");
    EXPECT_EQ(head.minor_version, 1);
    EXPECT_EQ(head.headers.find("Host"), "a.example");
    EXPECT_EQ(head.headers.find("x-one"), "1");
    EXPECT_EQ(head.framing, BodyFraming::Length);
    EXPECT_EQ(head.content_length, 12U);
    for (const Header& field : head.headers) {
        EXPECT_GE(field.value.data(), bytes.data());
        EXPECT_LE(field.value.data() + field.value.size(), bytes.data() + bytes.size());
    }
}

TEST(RequestHead, ReducesAbsoluteTargets) {
    const std::string bytes = "GET http://a.example/x?y=1 HTTP/1.1\r\nHost: a.example\r\n\r\n";
    RequestHead head;
    ASSERT_EQ(read(bytes, head).state, HeadState::Complete);
    EXPECT_EQ(head.target, "/x?y=1");
    EXPECT_EQ(head.path, "/x");
    const std::string bare = "GET http://a.example HTTP/1.1\r\nHost: a.example\r\n\r\n";
    ASSERT_EQ(read(bare, head).state, HeadState::Complete);
    EXPECT_EQ(head.target, "/");
}

TEST(RequestHead, ForgetsTheOneBefore) {
    RequestHead head;
    const std::string first = "POST / HTTP/1.0\r\nHost: a\r\nX: 1\r\nContent-Length: 5\r\n\r\n";
    const std::string second = "GET /b HTTP/1.1\r\nHost: a\r\n\r\n";
    ASSERT_EQ(read(first, head).state, HeadState::Complete);
    ASSERT_EQ(read(second, head).state, HeadState::Complete);
    EXPECT_EQ(head.framing, BodyFraming::None);
    EXPECT_EQ(head.content_length, 0U);
    EXPECT_EQ(head.headers.size(), 1U);
    EXPECT_EQ(head.query, "");
    EXPECT_TRUE(head.keep_alive);
}

TEST(RequestHead, KnowsWhetherTheConnectionGoesOn) {
    const auto keeps = [](const std::string& version, const std::string& fields) {
        const std::string bytes = "GET / HTTP/" + version + "\r\nHost: a\r\n" + fields + "\r\n";
        RequestHead head;
        EXPECT_EQ(read(bytes, head).state, HeadState::Complete);
        return head.keep_alive;
    };
    EXPECT_TRUE(keeps("1.1", ""));
    EXPECT_FALSE(keeps("1.1", "Connection: close\r\n"));
    EXPECT_FALSE(keeps("1.1", "Connection: TE, Close\r\n"));
    EXPECT_FALSE(keeps("1.1", "Connection: keep-alive\r\nConnection: close\r\n"));
    EXPECT_FALSE(keeps("1.0", ""));
    EXPECT_TRUE(keeps("1.0", "Connection: Keep-Alive\r\n"));
    EXPECT_FALSE(keeps("1.0", "Connection: keep-alive, close\r\n"));
}

TEST(RequestHead, IsLimitedInSizeAndNumber) {
    const HeadLimits limits{.bytes = 100, .fields = 3};
    RequestHead head;
    const std::string start = "GET / HTTP/1.1\r\nHost: a\r\n";
    EXPECT_EQ(read(start + "X: " + std::string(100, 'x'), head, limits).status, 431);
    EXPECT_EQ(read(start + "X: " + std::string(100, 'x') + "\r\n\r\n", head, limits).status, 431);
    EXPECT_EQ(read("GET /" + std::string(100, 'x'), head, limits).status, 414);
    EXPECT_EQ(read(start + "A: 1\r\nB: 2\r\n\r\n", head, limits).state, HeadState::Complete);
    const HeadResult many = read(start + "A: 1\r\nB: 2\r\nC: 3\r\n\r\n", head, limits);
    EXPECT_EQ(many.state, HeadState::Refused);
    EXPECT_EQ(many.status, 431);
    const std::string exact = start + "X: " + std::string(100 - start.size() - 7, 'x') + "\r\n\r\n";
    ASSERT_EQ(exact.size(), 100U);
    EXPECT_EQ(read(exact, head, limits).state, HeadState::Complete);
}

TEST(RequestHead, WaitsForWhatMayStillBecomeOne) {
    for (const std::string bytes :
         {"", "\r", "\r\n", "G", "GET /", "GET / HTTP/1.1\r", "GET / HTTP/1.1\r\nHost: a\r\n\r"}) {
        RequestHead head;
        EXPECT_EQ(read(bytes, head).state, HeadState::Incomplete) << bytes;
    }
}

TEST(RequestHead, RefusesAtTheFirstBadByte) {
    RequestHead head;
    EXPECT_EQ(read("GARBAGE\r\n", head).state, HeadState::Refused);
    EXPECT_EQ(read("GET / HTTP/1.1\r\nHost: a\n", head).state, HeadState::Refused);
    EXPECT_EQ(read("GET / HTTP/3.0\r\n", head).status, 505);
}

}    // namespace
}    // namespace opusclaw::net
