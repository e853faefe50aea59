// Streams cut anywhere: the bytes of every stream of tests/data/dialect in two slices, through the SSE decoder and the conversion, give the
// same bytes wherever the cut is (spec 06 section 16.3).
#include <array>

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

std::string read_cut(const json::View& test_case, std::string_view bytes, std::size_t cut) {
    const Pair pair{codec_named(string_in(test_case, "provider")),
                    codec_named(string_in(test_case, "client"))};
    StreamTranslation translation(pair, {}, reply_to(test_case));
    OutputCounter counter("m");
    net::SseDecoder decoder;
    std::string out;
    // Each slice in memory of its own: a view that outlives it is seen by the sanitizer.
    const std::array slices = {std::string(bytes.substr(0, cut)), std::string(bytes.substr(cut))};
    for (const std::string& slice : slices) {
        decoder.feed(slice);
        while (const auto event = decoder.next()) {
            if (event->data && !event->data->empty()) translation.feed(*event->data, counter, out);
        }
    }
    translation.finish(out);
    return out;
}

class StreamCuts : public testing::TestWithParam<const char*> {};
TEST_P(StreamCuts, DoNotMatter) {
    each_case(GetParam(), [](const json::View& test_case) {
        const std::string bytes = bytes_of(test_case);
        const std::string whole = read_cut(test_case, bytes, bytes.size());
        for (std::size_t cut = 0; cut < bytes.size(); ++cut)
            ASSERT_EQ(read_cut(test_case, bytes, cut), whole) << "cut at " << cut;
    });
}
INSTANTIATE_TEST_SUITE_P(Files, StreamCuts,
                         testing::Values("streams_from_gemini.json", "streams_to_gemini.json"),
                         [](const auto& info) {
                             const std::string name = info.param;
                             return name.substr(0, name.find('.'));
                         });

}    // namespace
}    // namespace opusclaw::dialect
