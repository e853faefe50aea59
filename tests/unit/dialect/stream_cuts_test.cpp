// Streams cut anywhere: the bytes of every stream of tests/data/dialect in two slices, wherever the cut is, and in many, go through the SSE
// decoder and the conversion and give the same bytes as in one (spec 06 section 16.3).
#include <algorithm>
#include <random>

#include "dialect_cases.h"
#include "net/sse.h"

namespace opusclaw::dialect {
namespace {

std::string bytes_of(const json::View& test_case) {
    std::string bytes;
    test_case.find("steps").value().each_item([&](const json::View& step) {
        const json::View in = step.find("in").value();
        bytes += "data: " + in.as_string().value_or(compact(in)) + "\r\n\r\n";
        return true;
    });
    return bytes;
}

/// What all readings of one stream have in common.
struct Reading {
    explicit Reading(const json::View& test_case)
        : pair{codec_named(string_in(test_case, "provider")), codec_named(string_in(test_case, "client"))},
          tools(tools_in(test_case)),
          reply(reply_to(test_case)) {}

    Pair pair;
    ToolMap tools;
    Reply reply;
};

/// `slices` are the stream's bytes in pieces, each in memory of its own: a view that outlives it is seen.
std::string read_slices(const Reading& reading, const std::vector<std::string>& slices) {
    StreamTranslation translation(reading.pair, reading.tools, reading.reply);
    OutputCounter counter("m");
    net::SseDecoder decoder;
    std::string out;
    for (std::string slice : slices) {
        decoder.feed(slice);
        while (const auto event = decoder.next()) {
            if (event->data && !event->data->empty()) translation.feed(*event->data, counter, out);
        }
        std::fill(slice.begin(), slice.end(), '#');
    }
    translation.finish(out);
    return out;
}

/// The bytes cut behind each of `cuts`, which ascend.
std::vector<std::string> cut_at(std::string_view bytes, const std::vector<std::size_t>& cuts) {
    std::vector<std::string> slices;
    std::size_t from = 0;
    for (const std::size_t cut : cuts) {
        slices.emplace_back(bytes.substr(from, cut - from));
        from = cut;
    }
    slices.emplace_back(bytes.substr(from));
    return slices;
}

std::vector<std::size_t> random_cuts(std::mt19937& random, std::size_t bytes) {
    std::vector<std::size_t> cuts(1 + random() % 12);
    for (std::size_t& cut : cuts) cut = random() % bytes;
    std::sort(cuts.begin(), cuts.end());
    return cuts;
}

class StreamCuts : public testing::TestWithParam<const char*> {};
TEST_P(StreamCuts, DoNotMatter) {
    each_case(GetParam(), [](const json::View& test_case) {
        const std::string bytes = bytes_of(test_case);
        if (bytes.empty()) return;
        const Reading reading(test_case);
        const std::string whole = read_slices(reading, {bytes});
        for (std::size_t cut = 0; cut < bytes.size(); ++cut)
            ASSERT_EQ(read_slices(reading, cut_at(bytes, {cut})), whole) << "cut at " << cut;
        constexpr int kRandom = 50;
        std::mt19937 random(7);    // the same cuts in every run
        for (int i = 0; i < kRandom; ++i) {
            const std::vector<std::size_t> cuts = random_cuts(random, bytes.size());
            ASSERT_EQ(read_slices(reading, cut_at(bytes, cuts)), whole) << testing::PrintToString(cuts);
        }
    });
}
INSTANTIATE_TEST_SUITE_P(Files, StreamCuts,
                         testing::Values("streams_chat_to_claude.json", "streams_claude_to_chat.json",
                                         "streams_from_responses.json", "streams_to_responses.json",
                                         "streams_from_gemini.json", "streams_to_gemini.json"),
                         [](const auto& info) {
                             const std::string name = info.param;
                             return name.substr(0, name.find('.'));
                         });

}    // namespace
}    // namespace opusclaw::dialect
