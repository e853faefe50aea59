// tests/unit/net/chunked_test.cpp: the chunked coding cut at every place, malformed, and with too much around the data.
#include "net/chunked.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace opusclaw::net {
namespace {

struct Decoded {
    ChunkedDecoder::State state = ChunkedDecoder::State::NeedMore;
    std::string data;
    std::size_t consumed = 0;
};

/// Feeds the slices one after the other until the end or a fault.
Decoded decode(const std::vector<std::string_view>& slices) {
    ChunkedDecoder decoder;
    Decoded out;
    for (std::string_view slice : slices) {
        while (!slice.empty()) {
            const ChunkedDecoder::Step step = decoder.step(slice);
            out.state = step.state;
            out.data += step.data;
            out.consumed += step.consumed;
            if (step.state == ChunkedDecoder::State::End || step.state == ChunkedDecoder::State::Bad)
                return out;
            slice.remove_prefix(step.consumed);
        }
    }
    return out;
}

constexpr std::string_view kBody =
    "5\r\nhello\r\n6;name=\"v\"\r\n world\r\n0\r\nTrailer: x\r\nOther: y\r\n\r\n";

TEST(ChunkedDecoder, GivesTheDataAndNoByteMore) {
    const std::string bytes = std::string(kBody) + "GET / HTTP/1.1";
    const Decoded out = decode({bytes});
    EXPECT_EQ(out.state, ChunkedDecoder::State::End);
    EXPECT_EQ(out.data, "hello world");
    EXPECT_EQ(out.consumed, kBody.size());
}

TEST(ChunkedDecoder, MayBeCutAnywhere) {
    for (std::size_t first = 0; first <= kBody.size(); ++first) {
        for (std::size_t second = first; second <= kBody.size(); ++second) {
            const Decoded out = decode(
                {kBody.substr(0, first), kBody.substr(first, second - first), kBody.substr(second)});
            ASSERT_EQ(out.state, ChunkedDecoder::State::End) << first << " " << second;
            ASSERT_EQ(out.data, "hello world");
            ASSERT_EQ(out.consumed, kBody.size());
        }
    }
}

TEST(ChunkedDecoder, NeedsMoreUntilTheLastByte) {
    for (std::size_t size = 0; size < kBody.size(); ++size) {
        EXPECT_NE(decode({kBody.substr(0, size)}).state, ChunkedDecoder::State::End) << size;
        EXPECT_NE(decode({kBody.substr(0, size)}).state, ChunkedDecoder::State::Bad) << size;
    }
}

TEST(ChunkedDecoder, TellsHowMuchMayBeReadStraight) {
    ChunkedDecoder decoder;
    std::string_view slice = "10\r\nabc";
    EXPECT_EQ(decoder.remaining(), 0U);
    while (!slice.empty()) slice.remove_prefix(decoder.step(slice).consumed);
    EXPECT_EQ(decoder.remaining(), 13U);
    decoder.skip(13);
    EXPECT_EQ(decoder.remaining(), 0U);
    const ChunkedDecoder::Step end = decoder.step("\r\n0\r\n\r\n");
    EXPECT_EQ(end.state, ChunkedDecoder::State::End);
    EXPECT_EQ(end.consumed, 7U);
}

TEST(ChunkedDecoder, StartsAgainAfterReset) {
    ChunkedDecoder decoder;
    EXPECT_EQ(decoder.step("x").state, ChunkedDecoder::State::Bad);
    EXPECT_EQ(decoder.step("0\r\n\r\n").state, ChunkedDecoder::State::Bad);
    decoder.reset();
    EXPECT_EQ(decoder.step("0\r\n\r\n").state, ChunkedDecoder::State::End);
}

TEST(ChunkedDecoder, RefusesWhatIsMalformed) {
    using namespace std::string_view_literals;
    for (const std::string_view bytes : {"\r\n"sv,
                                         "g\r\n"sv,
                                         "-1\r\n"sv,
                                         "+1\r\n"sv,
                                         "0x1\r\n"sv,
                                         " 1\r\n"sv,
                                         "1\n"sv,
                                         "1\rx"sv,
                                         "1 1\r\n"sv,
                                         ";a\r\n"sv,
                                         "1;\n"sv,
                                         "1;\0\r\n"sv,
                                         "1;a\rb"sv,
                                         "1\r\nab\r\n"sv,
                                         "1\r\na\n"sv,
                                         "1\r\na\rx"sv,
                                         "00000000000000001\r\n"sv,
                                         "FFFFFFFFFFFFFFFF\r\n"sv,
                                         "4000000000000000\r\n"sv,
                                         "0\r\n x\r\n\r\n"sv,
                                         "0\r\n: x\r\n\r\n"sv,
                                         "0\r\nx\n\r\n"sv,
                                         "0\r\n\rx"sv,
                                         "0\r\n\n"sv}) {
        EXPECT_EQ(decode({bytes}).state, ChunkedDecoder::State::Bad) << bytes;
    }
}

TEST(ChunkedDecoder, TakesLargeSizesAndAllDigits) {
    ChunkedDecoder decoder;
    std::string_view slice = "3fFfFfFfFfFfFfFa \t\r\n";
    while (!slice.empty()) slice.remove_prefix(decoder.step(slice).consumed);
    EXPECT_EQ(decoder.remaining(), 0x3ffffffffffffffaULL);
}

TEST(ChunkedDecoder, BoundsWhatIsNoData) {
    EXPECT_EQ(decode({"1;" + std::string(20'000, 'x')}).state, ChunkedDecoder::State::Bad);
    EXPECT_EQ(decode({"1" + std::string(20'000, ' ')}).state, ChunkedDecoder::State::Bad);
    EXPECT_EQ(decode({"0\r\nx: " + std::string(20'000, 'x')}).state, ChunkedDecoder::State::Bad);
    std::string small_chunks;
    for (int i = 0; i < 1000; ++i) small_chunks += "1;" + std::string(50, 'x') + "\r\na\r\n";
    EXPECT_EQ(decode({small_chunks}).state, ChunkedDecoder::State::Bad);
    std::string signed_chunks;
    for (int i = 0; i < 1000; ++i)
        signed_chunks += "64;" + std::string(50, 'x') + "\r\n" + std::string(100, 'a') + "\r\n";
    EXPECT_EQ(decode({signed_chunks + "0\r\n\r\n"}).state, ChunkedDecoder::State::End);
}

}    // namespace
}    // namespace opusclaw::net
