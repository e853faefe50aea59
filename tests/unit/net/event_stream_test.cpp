// Tests of net/event_stream: the vectors that AWS publishes with its SDKs (aws-c-event-stream, aws-sdk-go: testdata of eventstream), any
// slicing, and what is refused.
#include "net/event_stream.h"

#include <gtest/gtest.h>

#include "base/crypto.h"
#include "base/error.h"
#include "unit/net/event_stream_reading.h"

namespace opusclaw::net {
namespace {

constexpr std::string_view kPayload = "{'foo':'bar'}";
constexpr std::string_view kEmpty = "000000100000000005c248eb7d98c8ff";
constexpr std::string_view kNoHeaders = "0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936";
constexpr std::string_view kOneString =
    "0000003d0000002007fd83960c636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e"
    "7b27666f6f273a27626172277d8d9c08b1";
constexpr std::string_view kInt32 =
    "0000002d0000001041c424b80a6576656e742d74797065040000a00c7b27666f6f273a27626172277d36f480a0";
constexpr std::string_view kAllTypes =
    "000000620000005203b5cb9c013000013101013202020133030003013404000000040135050000000000000005"
    "013606000562797465730137070004757466380138080000000000000008013909303132333435363738396162636465"
    "6663353671";

std::string bytes(std::string_view hex) { return crypto::from_hex(hex).value(); }

KeptMessage only(std::string_view hex) {
    const auto messages = read_messages(bytes(hex), [] { return std::string_view::npos; });
    EXPECT_EQ(messages.size(), 1U);
    return messages.empty() ? KeptMessage{} : messages.front();
}

void expect_broken(std::string_view stream, std::string_view why) {
    try {
        read_messages(stream, [] { return 1U; });
        ADD_FAILURE() << "was taken: " << why;
    } catch (const Error& error) {
        EXPECT_EQ(error.code, "bad_event_stream");
        EXPECT_EQ(error.detail, why);
    }
}

TEST(EventStream, ReadsThePublishedVectors) {
    EXPECT_EQ(only(kEmpty), KeptMessage{});
    EXPECT_EQ(only(kNoHeaders).payload, kPayload);
    EXPECT_EQ(only(kOneString).payload, kPayload);
    EXPECT_EQ(only(kOneString).headers, std::vector<std::string>{"content-type:7:application/json"});
    EXPECT_EQ(only(kInt32).headers, std::vector<std::string>{"event-type:4:" + bytes("0000a00c")});
    const std::vector<std::string> all = {"0:0:",
                                          "1:1:",
                                          "2:2:" + bytes("02"),
                                          "3:3:" + bytes("0003"),
                                          "4:4:" + bytes("00000004"),
                                          "5:5:" + bytes("0000000000000005"),
                                          "6:6:bytes",
                                          "7:7:utf8",
                                          "8:8:" + bytes("0000000000000008"),
                                          "9:9:0123456789abcdef"};
    EXPECT_EQ(only(kAllTypes).headers, all);
}

TEST(EventStream, DoesNotDependOnHowItWasSliced) {
    std::string stream;
    for (const std::string_view hex : {kOneString, kEmpty, kAllTypes, kInt32, kNoHeaders})
        stream += bytes(hex);
    const auto whole = read_messages(stream, [] { return std::string_view::npos; });
    EXPECT_EQ(whole.size(), 5U);
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        bool first = true;
        const auto next = [&first, cut] {
            return std::exchange(first, false) ? cut : std::string_view::npos;
        };
        EXPECT_EQ(read_messages(stream, next), whole) << cut;
    }
    EXPECT_EQ(read_messages(stream, [] { return 1U; }), whole);
}

TEST(EventStream, RefusesWhatTheChecksumsDoNotFit) {
    const std::string good = bytes(kOneString);
    std::string length = good;
    ++length[3];
    expect_broken(length, "the checksum of the lengths is wrong");
    std::string header_length = good;
    ++header_length[7];
    expect_broken(header_length, "the checksum of the lengths is wrong");
    for (const std::size_t at : {13UL, 50UL, good.size() - 1}) {
        std::string changed = good;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        expect_broken(changed, "the checksum of a message is wrong");
    }
}

TEST(EventStream, RefusesLengthsAndHeadersThatCannotBe) {
    const auto framed = [](std::uint32_t total, std::uint32_t headers, std::string_view inside) {
        return with_checksums(total, headers, inside);
    };
    expect_broken(framed(15, 0, ""), "the lengths do not fit");
    expect_broken(framed(16, 1, ""), "the lengths do not fit");
    expect_broken(framed(17U << 20, 0, ""), "a message is too long");
    expect_broken(framed(19, 3, std::string_view("\1a\12", 3)), "a header of an unknown type");
    expect_broken(framed(18, 2, std::string_view("\5a", 2)), "a header ends behind the headers");
    expect_broken(framed(21, 5, std::string_view("\1a\7\0\7", 5)), "a header ends behind the headers");
    expect_broken(framed(17, 1, std::string_view("\0", 1)), "a header ends behind the headers");
}

TEST(EventStream, FindsStringsByName) {
    const std::string written = write_event_message({{":message-type", "event"}, {"x", ""}}, "p");
    EventStreamDecoder decoder;
    decoder.feed(written);
    const auto message = decoder.next();
    ASSERT_TRUE(message);
    EXPECT_EQ(message->text(":message-type"), "event");
    EXPECT_EQ(message->text("missing"), "");
    EXPECT_EQ(message->payload, "p");
    EXPECT_FALSE(decoder.next());
    EXPECT_TRUE(decoder.clean());
}

TEST(EventStream, TellsWhetherSomethingIsHalfRead) {
    const std::string good = bytes(kOneString);
    EventStreamDecoder decoder;
    const std::string half = good.substr(0, 20);
    decoder.feed(half);
    EXPECT_FALSE(decoder.next());
    EXPECT_FALSE(decoder.clean());
    const std::string rest = good.substr(20);
    decoder.feed(rest);
    EXPECT_TRUE(decoder.next());
    EXPECT_TRUE(decoder.clean());
}

}    // namespace
}    // namespace opusclaw::net
