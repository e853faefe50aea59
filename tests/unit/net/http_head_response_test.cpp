// tests/unit/net/http_head_response_test.cpp: heads of responses: what providers get wrong without harm is read, what could
// end a body at two places is not, or costs the connection.
#include <gtest/gtest.h>

#include "net/http_head.h"

namespace opusclaw::net {
namespace {

struct Row {
    const char* bytes;
    BodyFraming framing;
    std::uint64_t length;
    bool keep_alive;
};

HeadResult read(std::string_view bytes, ResponseHead& head,
                RequestMethodWas method = RequestMethodWas::Other) {
    std::size_t scanned = 0;
    return read_response_head(bytes, {.bytes = 4096, .fields = 8}, scanned, method, head);
}

TEST(ResponseHead, FramesTheBody) {
    const Row rows[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", BodyFraming::Length, 5, true},
        {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", BodyFraming::None, 0, true},
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n", BodyFraming::Length, 5, false},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n", BodyFraming::Chunked, 0, true},
        {"HTTP/1.1 200 OK\r\n\r\n", BodyFraming::UntilClose, 0, false},
        {"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n", BodyFraming::Length, 5, false},
        {"HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n", BodyFraming::Length, 5,
         true},
        {"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", BodyFraming::None, 0, true},
        {"HTTP/1.1 304 Not Modified\r\n\r\n", BodyFraming::None, 0, true},
        {"HTTP/1.1 103 Early Hints\r\n\r\n", BodyFraming::None, 0, true},
        // Both: the coding wins, nobody reuses the connection.
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", BodyFraming::Chunked,
         0, false},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", BodyFraming::Chunked,
         0, false},
        {"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n",
         BodyFraming::Chunked, 0, false},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 5\r\n\r\n", BodyFraming::Length,
         5, true},
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", BodyFraming::Length, 5, true},
        {"HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n", BodyFraming::Length, 5, true},
    };
    for (const Row& row : rows) {
        SCOPED_TRACE(row.bytes);
        ResponseHead head;
        const HeadResult result = read(row.bytes, head);
        ASSERT_EQ(result.state, HeadState::Complete) << result.why;
        EXPECT_EQ(result.consumed, std::string_view(row.bytes).size());
        EXPECT_EQ(head.framing, row.framing);
        if (row.framing == BodyFraming::Length) EXPECT_EQ(head.content_length, row.length);
        EXPECT_EQ(head.keep_alive, row.keep_alive);
    }
}

TEST(ResponseHead, HasNoBodyForHead) {
    ResponseHead head;
    ASSERT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", head, RequestMethodWas::Head).state,
              HeadState::Complete);
    EXPECT_EQ(head.framing, BodyFraming::None);
    EXPECT_TRUE(head.keep_alive);
    ASSERT_EQ(read("HTTP/1.1 200 OK\r\n\r\n", head, RequestMethodWas::Head).state, HeadState::Complete);
    EXPECT_TRUE(head.keep_alive);
}

TEST(ResponseHead, ForgivesSpelling) {
    for (const std::string_view bytes :
         {"HTTP/1.1 200\r\nA: b\r\n\r\n", "HTTP/1.1 200 \r\nA: b\r\n\r\n", "HTTP/1.1 200\nA: b\n\n",
          "HTTP/1.1 200 OK\r\nA : b\r\n\r\n", "HTTP/1.1 200 Gr\xc3\xbcn\r\nA:b \r\nBad Name: x\r\n\r\n"}) {
        ResponseHead head;
        const HeadResult result = read(bytes, head);
        ASSERT_EQ(result.state, HeadState::Complete) << bytes << result.why;
        EXPECT_EQ(head.status, 200);
        EXPECT_EQ(head.headers.size(), 1U);
        EXPECT_EQ(head.headers.find("a"), "b");
    }
}

TEST(ResponseHead, RefusesWhatIsNone) {
    using namespace std::string_view_literals;
    for (
        const std::string_view bytes :
        {"SSH-2.0-OpenSSH\r\n"sv,
         "HTTP/2 200\r\n\r\n"sv,
         "HTTP/1.2 200 OK\r\n\r\n"sv,
         "HTTP/1.1 20 OK\r\n\r\n"sv,
         "HTTP/1.1 2000\r\n\r\n"sv,
         "HTTP/1.1 099 X\r\n\r\n"sv,
         "HTTP/1.1  200 OK\r\n\r\n"sv,
         "\r\nHTTP/1.1 200 OK\r\n\r\n"sv,
         "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n"sv,
         "HTTP/1.1 200 OK\r\n: b\r\n\r\n"sv,
         "HTTP/1.1 200 OK\r\nA\r\n\r\n"sv,
         "HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n"sv,
         "HTTP/1.1 200 OK\r\nA: \0\r\n\r\n"sv,
         "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"sv,
         "HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\n"sv,
         "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"sv,
         "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n"sv,
         "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"sv,
         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"sv,
         "HTTP/1.1 200 OK\r\nA: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\nE: 1\r\nF: 1\r\nG: 1\r\nH: 1\r\nI: 1\r\n\r\n"sv}) {
        ResponseHead head;
        EXPECT_EQ(read(bytes, head).state, HeadState::Refused) << bytes;
    }
    ResponseHead head;
    EXPECT_EQ(read("HTTP/1.1 200 OK\r\nA: " + std::string(5000, 'a'), head).state, HeadState::Refused);
}

TEST(ResponseHead, IsTheSameByteByByte) {
    const std::string bytes =
        "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 3\r\n\r\nabc";
    std::size_t scanned = 0;
    ResponseHead head;
    HeadResult result;
    std::size_t size = 0;
    while (result.state == HeadState::Incomplete) {
        result = read_response_head(std::string_view(bytes).substr(0, ++size), {}, scanned,
                                    RequestMethodWas::Other, head);
    }
    EXPECT_EQ(result.state, HeadState::Complete);
    EXPECT_EQ(result.consumed, bytes.size() - 3);
    EXPECT_EQ(size, result.consumed);
    EXPECT_EQ(head.reason, "Bad Gateway");
}

}    // namespace
}    // namespace opusclaw::net
