// tests/fuzz/chunked.cpp: the chunked coding. Properties: slicing never matters, data is a part of the input in order, what is
// encoded comes out again and the byte behind it is not touched. The first byte chooses the cut.
#include "net/chunked.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using opusclaw::net::ChunkedDecoder;

void require(bool condition) {
    if (!condition) std::abort();
}

struct Decoded {
    ChunkedDecoder::State state = ChunkedDecoder::State::NeedMore;
    std::string data;
    std::size_t consumed = 0;
    bool operator==(const Decoded&) const = default;
};

bool is_final(ChunkedDecoder::State state) {
    return state == ChunkedDecoder::State::End || state == ChunkedDecoder::State::Bad;
}

/// Data counts as NeedMore: where it is cut is not part of the result.
Decoded decode(std::string_view bytes, std::size_t step_size) {
    ChunkedDecoder decoder;
    Decoded out;
    for (std::size_t at = 0; at < bytes.size() && !is_final(out.state);) {
        std::string_view slice = bytes.substr(at, step_size);
        at += slice.size();
        while (!slice.empty() && !is_final(out.state)) {
            const ChunkedDecoder::Step step = decoder.step(slice);
            require(step.consumed > 0 && step.consumed <= slice.size());
            require(step.data.empty() ||
                    (step.data.data() >= slice.data() &&
                     step.data.data() + step.data.size() <= slice.data() + slice.size()));
            if (is_final(step.state)) out.state = step.state;
            out.data += step.data;
            out.consumed += step.consumed;
            slice.remove_prefix(step.consumed);
        }
    }
    return out;
}

std::string encode(std::string_view data, std::size_t chunk) {
    std::string text;
    for (; !data.empty(); data.remove_prefix(std::min(chunk, data.size()))) {
        const std::string_view part = data.substr(0, chunk);
        char digits[16];
        text.append(digits, std::to_chars(digits, digits + sizeof(digits), part.size(), 16).ptr);
        text.append("\r\n").append(part).append("\r\n");
    }
    return text + "0\r\n\r\n";
}

}    // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::size_t step = 1 + data[0];
    const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const Decoded whole = decode(bytes, bytes.size());
    require(whole == decode(bytes, step));
    require(whole == decode(bytes, 1));
    const std::string encoded = encode(bytes, step);
    const Decoded back = decode(encoded + bytes, step);
    require(back.state == ChunkedDecoder::State::End && back.data == bytes &&
            back.consumed == encoded.size());
    return 0;
}
