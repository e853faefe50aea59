// tests/fuzz/event_stream.cpp: the reader of binary event streams. Properties: slicing never matters, what is written is read back, and a
// message is taken only when both of its checksums fit. The first byte chooses the slices and what the rest is.
#include "net/event_stream.h"

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "../unit/net/event_stream_reading.h"
#include "base/error.h"

namespace {

using namespace opusclaw::net;

void require(bool condition) {
    if (!condition) std::abort();
}

/// nullopt: it was refused. What came before the refusal depends on the slices no more than the rest does.
template <class NextSize>
std::optional<std::vector<KeptMessage>> read(std::string_view text, NextSize next_size) {
    try {
        return read_messages(text, next_size);
    } catch (const opusclaw::Error& error) {
        require(error.code == "bad_event_stream");
        return std::nullopt;
    }
}

void check_slices(std::string_view text, std::uint32_t seed) {
    const auto whole = read(text, [] { return std::string_view::npos; });
    require(read(text, [] { return 1U; }) == whole);
    // Slices of 1 to 16 bytes in an order that depends on the seed alone.
    const auto varied = [&seed] {
        seed = seed * 1664525U + 1013904223U;
        return (seed >> 24) % 16U + 1U;
    };
    require(read(text, varied) == whole);
}

void check_written(std::string_view text) {
    const std::string name(text.substr(0, text.size() % 256)), value(text.substr(0, 65535));
    const std::string written = write_event_message({{name, value}, {":event-type", "chunk"}}, text);
    const auto messages = read(written, [] { return 7U; });
    require(messages && messages->size() == 1);
    require(messages->front().payload == text && messages->front().headers.size() == 2);
    require(messages->front().headers.front() == name + ":7:" + value);
}

}    // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size == 0) return 0;
    const std::uint32_t seed = bytes[0];
    const std::string_view text(reinterpret_cast<const char*>(bytes) + 1, size - 1);
    check_slices(text, seed);
    check_written(text);
    // The same behind right checksums: headers are read of anything.
    const auto headers = static_cast<std::uint32_t>(text.size() * (seed % 4) / 3);
    const std::string framed = with_checksums(static_cast<std::uint32_t>(text.size()) + 16, headers, text);
    check_slices(framed + framed, seed);
    return 0;
}
