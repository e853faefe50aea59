// tests/fuzz/sse.cpp: the event stream reader. Properties: slicing never matters, the raw views together are the input, and
// what is written with append_sse is read back. The first byte chooses the slices.
#include "net/sse.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "../unit/net/sse_stream.h"

namespace {

using namespace opusclaw::net;

void require(bool condition) {
    if (!condition) std::abort();
}

/// What a reader makes of a text whose line ends were lost on the way into `data:` lines.
std::string with_lf(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\r') {
            out += text[i];
        } else if (i + 1 == text.size() || text[i + 1] != '\n') {
            out += '\n';
        }
    }
    return out;
}

void check_written(std::string_view data) {
    std::string written;
    append_sse(written, "name", data);
    const std::vector<SseBlock> blocks = read_stream(written, [] { return std::string_view::npos; });
    require(blocks.size() == 1);
    require(blocks[0].data == with_lf(data));
    require(blocks[0].event == "name");
    require(blocks[0].raw == written);
}

}    // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size == 0) return 0;
    std::uint32_t seed = bytes[0];
    const std::string_view text(reinterpret_cast<const char*>(bytes) + 1, size - 1);
    const std::vector<SseBlock> whole = read_stream(text, [] { return std::string_view::npos; });
    require(all_raw(whole) == text);
    require(read_stream(text, [] { return 1U; }) == whole);
    // Slices of 1 to 16 bytes in an order that depends on the seed alone.
    const auto varied = [&seed] {
        seed = seed * 1664525U + 1013904223U;
        return (seed >> 24) % 16U + 1U;
    };
    require(read_stream(text, varied) == whole);
    check_written(text);
    return 0;
}
