// Tests of client_body.h: every framing and coding, cut at every byte, gives the same body; what is wrong is refused.
#include "net/client_body.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace opusclaw::net {
namespace {

std::string chunked(std::string_view body, std::size_t chunk) {
    std::string out;
    for (std::size_t at = 0; at < body.size(); at += chunk) {
        const std::string_view data = body.substr(at, chunk);
        char size[17];
        const auto end = std::to_chars(size, size + sizeof size, data.size(), 16).ptr;
        out.append(size, end).append("\r\n").append(data).append("\r\n");
    }
    return out + "0\r\nTrailer: x\r\n\r\n";
}

ResponseHead head_of(BodyFraming framing, std::size_t length, std::string_view coding = {}) {
    ResponseHead head;
    head.framing = framing;
    head.content_length = length;
    if (!coding.empty()) head.headers.add({"Content-Encoding", coding});
    return head;
}

void receive(ReadBuffer& buffer, std::string_view& bytes, std::size_t most) {
    buffer.prepare();
    const std::size_t size = std::min({bytes.size(), most, buffer.room_size()});
    std::memcpy(buffer.room(), bytes.data(), size);
    buffer.received(size);
    bytes.remove_prefix(size);
}

/// Reads the body of `head` out of `wire`, which arrives in two parts.
std::string read_cut(const ResponseHead& head, std::string_view wire, std::size_t cut) {
    BufferStock stock;
    ReadBuffer buffer(stock);
    BodyReader reader(stock);
    reader.start(head);
    std::string out;
    const std::size_t all = wire.size();
    for (;;) {
        const auto bytes = reader.take(buffer);
        if (bytes && bytes->empty()) return out;
        if (bytes) {
            out += *bytes;
        } else if (wire.empty()) {
            reader.source_ended();
        } else {
            receive(buffer, wire, all - wire.size() < cut ? cut - (all - wire.size()) : wire.size());
        }
    }
}

struct Variant {
    std::string name;
    ResponseHead head;
    std::string wire;
    std::string body;
};

std::vector<Variant> variants() {
    const std::string body = "data: {\"a\":1}\n\ndata: [DONE]\n\n";
    const std::string zipped = gzip(body);
    return {
        {"length", head_of(BodyFraming::Length, body.size()), body, body},
        {"chunked by 1", head_of(BodyFraming::Chunked, 0), chunked(body, 1), body},
        {"chunked by 7", head_of(BodyFraming::Chunked, 0), chunked(body, 7), body},
        {"until close", head_of(BodyFraming::UntilClose, 0), body, body},
        {"gzip by length", head_of(BodyFraming::Length, zipped.size(), "gzip"), zipped, body},
        {"gzip chunked", head_of(BodyFraming::Chunked, 0, "x-gzip"), chunked(zipped, 5), body},
        {"gzip until close", head_of(BodyFraming::UntilClose, 0, "gzip"), zipped, body},
        {"unknown coding", head_of(BodyFraming::Length, 4, "snappy"), "abcd", "abcd"},
    };
}

TEST(BodyReader, GivesTheSameBodyWhereverItIsCut) {
    for (const Variant& variant : variants())
        for (std::size_t cut = 0; cut <= variant.wire.size(); ++cut)
            EXPECT_EQ(read_cut(variant.head, variant.wire, cut), variant.body)
                << variant.name << " at " << cut;
}

TEST(BodyReader, RefusesABodyThatEndsEarly) {
    for (const Variant& variant : variants()) {
        const bool ends_anywhere = variant.name == "until close";
        for (std::size_t size = 1; size < variant.wire.size() && !ends_anywhere; ++size)
            EXPECT_THROW(read_cut(variant.head, variant.wire.substr(0, size), size), Error)
                << variant.name << " of " << size;
    }
}

TEST(BodyReader, RefusesBadFramingAndCoding) {
    EXPECT_THROW(read_cut(head_of(BodyFraming::Chunked, 0), "zz\r\nhello\r\n0\r\n\r\n", 3), Error);
    EXPECT_THROW(read_cut(head_of(BodyFraming::Length, 9, "gzip"), "not gzip!", 3), Error);
    const std::string trailing = gzip("body") + "garbage";
    EXPECT_THROW(read_cut(head_of(BodyFraming::Length, trailing.size(), "gzip"), trailing, 3), Error);
}

TEST(BodyReader, TakesAnEmptyCodedBodyForEmpty) {
    EXPECT_EQ(read_cut(head_of(BodyFraming::Length, 0, "gzip"), "", 0), "");
    EXPECT_EQ(read_cut(head_of(BodyFraming::Chunked, 0, "gzip"), "0\r\n\r\n", 2), "");
}

TEST(BodyReader, DecodesMoreThanOneBlock) {
    const std::string body(300'000, 'x');
    const std::string zipped = gzip(body);
    EXPECT_EQ(read_cut(head_of(BodyFraming::Length, zipped.size(), "gzip"), zipped, 10), body);
}

TEST(BodyReader, TakesSeveralGzipMembers) {
    const std::string zipped = gzip("one ") + gzip("two");
    for (std::size_t cut = 0; cut <= zipped.size(); ++cut)
        EXPECT_EQ(read_cut(head_of(BodyFraming::Length, zipped.size(), "gzip"), zipped, cut), "one two");
}

TEST(BodyReader, LeavesWhatIsBehindTheBody) {
    BufferStock stock;
    ReadBuffer buffer(stock);
    BodyReader reader(stock);
    reader.start(head_of(BodyFraming::Length, 3));
    std::string_view wire = "abcHTTP";
    receive(buffer, wire, wire.size());
    EXPECT_EQ(reader.take(buffer), "abc");
    EXPECT_EQ(reader.take(buffer), "");
    EXPECT_TRUE(reader.ended());
    EXPECT_EQ(buffer.view(), "HTTP");
}

TEST(BodyReader, SaysWhatMayBeReadDirectly) {
    BufferStock stock;
    ReadBuffer buffer(stock);
    BodyReader reader(stock);
    reader.start(head_of(BodyFraming::Length, 10));
    EXPECT_EQ(reader.direct(), 10U);
    reader.received_directly(10);
    EXPECT_TRUE(reader.ended());
    reader.start(head_of(BodyFraming::Chunked, 0));
    EXPECT_EQ(reader.direct(), 0U);
    std::string_view wire = "64\r\nab";
    receive(buffer, wire, wire.size());
    EXPECT_EQ(reader.take(buffer), "ab");
    EXPECT_EQ(reader.direct(), 98U);
    reader.start(head_of(BodyFraming::Length, 10, "gzip"));
    EXPECT_EQ(reader.direct(), 0U);
}

TEST(ReadBuffer, KeepsUnusedBytesWhileItGrows) {
    BufferStock stock;
    ReadBuffer buffer(stock);
    std::string sent;
    for (int i = 0; i < 40; ++i) {
        const std::string part(1000 + static_cast<std::size_t>(i) * 37, static_cast<char>('a' + i % 26));
        sent += part;
        std::string_view rest = part;
        while (!rest.empty()) receive(buffer, rest, rest.size());
        if (i % 3 == 0) {
            buffer.consume(500);
            sent.erase(0, 500);
        }
        ASSERT_EQ(buffer.view(), sent);
    }
}

}    // namespace
}    // namespace opusclaw::net
