// Tests of net/sse.h: streams of tests/data/sse (WHATWG HTML, and as providers send them) cut at every byte, limits, and what
// we write.
#include "net/sse.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "base/error.h"
#include "base/text.h"
#include "sse_stream.h"

namespace opusclaw::net {
namespace {

struct Fixture {
    std::string name;
    std::string bytes;
    std::vector<std::string> events;    // lines of the .events file
};

std::string file_bytes(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    EXPECT_TRUE(file) << path;
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<Fixture> fixtures() {
    std::vector<Fixture> all;
    for (const auto& entry : std::filesystem::directory_iterator(TEST_DATA "/sse")) {
        if (entry.path().extension() != ".sse") continue;
        Fixture fixture{entry.path().stem().string(), file_bytes(entry.path()), {}};
        std::istringstream lines(
            file_bytes(std::filesystem::path(entry.path()).replace_extension(".events")));
        for (std::string line; std::getline(lines, line);)
            if (!line.starts_with('#')) fixture.events.push_back(line);
        all.push_back(std::move(fixture));
    }
    EXPECT_GE(all.size(), 10U);
    return all;
}

std::string escaped(std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\n') {
            out += "\\n";
        } else if (c == '\\') {
            out += "\\\\";
        } else if (byte < 0x20 || byte > 0x7e) {
            out += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
        } else {
            out += c;
        }
    }
    return out;
}

std::vector<std::string> lines_of(const std::vector<SseBlock>& blocks) {
    std::vector<std::string> lines;
    for (const SseBlock& block : blocks)
        lines.push_back((block.data ? '"' + escaped(*block.data) + '"' : "-") + '\t' + escaped(block.event) +
                        '\t' + escaped(block.id));
    return lines;
}

std::vector<SseBlock> read_cut(std::string_view bytes, std::size_t first) {
    std::size_t size = first;
    return read_stream(bytes, [&] { return std::exchange(size, std::string_view::npos); });
}

TEST(SseDecoder, ReadsEveryFixtureCutAnywhere) {
    for (const Fixture& fixture : fixtures()) {
        const std::vector<SseBlock> whole = read_cut(fixture.bytes, fixture.bytes.size());
        EXPECT_EQ(lines_of(whole), fixture.events) << fixture.name;
        EXPECT_EQ(all_raw(whole), fixture.bytes) << fixture.name;
        for (std::size_t cut = 1; cut < fixture.bytes.size(); ++cut)
            ASSERT_EQ(read_cut(fixture.bytes, cut), whole) << fixture.name << " cut at " << cut;
        for (std::size_t size = 1; size <= 5; ++size)
            ASSERT_EQ(read_stream(fixture.bytes, [&] { return size; }), whole)
                << fixture.name << " in " << size;
    }
}

TEST(SseDecoder, GivesAnEventAsSoonAsItsBlankLineIsThere) {
    for (const std::string_view text : {"data: x\n\n", "data: x\r\n\r\n", "data: x\r\r"}) {
        SseDecoder decoder;
        decoder.feed(text);
        const auto event = decoder.next();
        ASSERT_TRUE(event) << escaped(text);
        EXPECT_EQ(event->data, "x");
        EXPECT_EQ(event->raw, text);
        EXPECT_EQ(event->raw.data(), text.data()) << "nothing is copied";
        EXPECT_FALSE(decoder.next());
    }
}

TEST(SseDecoder, IsCleanOnlyBetweenBlocks) {
    SseDecoder decoder;
    EXPECT_TRUE(decoder.clean());
    decoder.feed("\n");
    EXPECT_FALSE(decoder.next());
    EXPECT_TRUE(decoder.clean()) << "blank lines are no block";
    decoder.feed("data: x\r\n");
    EXPECT_FALSE(decoder.next());
    EXPECT_FALSE(decoder.clean());
    decoder.feed("\r");
    EXPECT_FALSE(decoder.next());
    EXPECT_TRUE(decoder.clean()) << "only an LF may be missing";
    const auto event = decoder.finish();
    ASSERT_TRUE(event);
    EXPECT_EQ(event->data, "x");
    EXPECT_FALSE(decoder.finish());
    EXPECT_TRUE(decoder.clean());
}

/// The code of the error that reading `bytes` in slices of `size` throws, or nothing.
std::string error_code(std::string_view bytes, std::size_t size, std::size_t limit) {
    SseDecoder decoder(limit);
    try {
        for (; !bytes.empty(); bytes.remove_prefix(std::min(size, bytes.size()))) {
            decoder.feed(bytes.substr(0, size));
            while (decoder.next()) continue;
        }
    } catch (const Error& error) {
        EXPECT_EQ(error.kind, ErrorKind::UpstreamBroken);
        return error.code;
    }
    return {};
}

TEST(SseDecoder, RefusesAnEventAboveItsLimitHoweverItIsSliced) {
    const std::string fits = "data: 12345678\n\n";
    const std::string larger = "data: 123456789\n\n";
    for (std::size_t size = 1; size <= 20; ++size) {
        EXPECT_EQ(error_code(fits + fits + fits, size, fits.size()), "") << size;
        EXPECT_EQ(error_code(fits + larger, size, fits.size()), "event_too_large") << size;
        EXPECT_EQ(error_code(std::string(100, 'x'), size, 50), "event_too_large")
            << "no end in sight, " << size;
    }
}

TEST(SseDecoder, ReadsAHugeLineInSlices) {
    const std::string data(20'000'000, 'x');
    const std::vector<SseBlock> blocks = read_stream("data: " + data + "\n\n", [] { return 16'384U; });
    ASSERT_EQ(blocks.size(), 1U);
    EXPECT_TRUE(blocks[0].data == data);
}

TEST(AppendSse, WritesWhatTheDecoderReads) {
    std::string out;
    append_sse(out, "", "{\"a\":1}");
    EXPECT_EQ(out, "data: {\"a\":1}\n\n");
    out.clear();
    append_sse(out, "message_start", "one\ntwo\r\nthree\rfour\n");
    EXPECT_EQ(out, "event: message_start\ndata: one\ndata: two\ndata: three\ndata: four\ndata: \n\n");
    const std::vector<SseBlock> read = read_cut(out, out.size());
    ASSERT_EQ(read.size(), 1U);
    EXPECT_EQ(read[0].event, "message_start");
    EXPECT_EQ(read[0].data, "one\ntwo\nthree\nfour\n");
    out.clear();
    append_sse(out, "", "");
    EXPECT_EQ(out, "data: \n\n");
}

TEST(AppendSse, PingsAndTheEndAreWellFormed) {
    std::string stream;
    stream += kSsePing;
    stream += kSseDone;
    const std::vector<SseBlock> read = read_cut(stream, stream.size());
    ASSERT_EQ(read.size(), 2U);
    EXPECT_EQ(read[0].data, std::nullopt);
    EXPECT_EQ(read[1].data, "[DONE]");
}

}    // namespace
}    // namespace opusclaw::net
