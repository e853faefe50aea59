// tests/unit/net/sse_stream.h: an event stream read to its end in any slicing, for the unit tests and the fuzz target of the
// SSE reader.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/sse.h"

namespace opusclaw::net {

/// An event that owns its text.
struct SseBlock {
    std::optional<std::string> data;
    std::string event;
    std::string id;
    std::string raw;
    bool operator==(const SseBlock&) const = default;
};

inline SseBlock keep(const SseEvent& event) {
    SseBlock block;
    if (event.data) block.data = *event.data;
    block.event = event.event;
    block.id = event.id;
    block.raw = event.raw;
    return block;
}

/// Each slice is a copy that dies before the next one is fed, so that a view kept too long is found by the sanitizers.
template <class NextSize>
std::vector<SseBlock> read_stream(std::string_view bytes, NextSize next_size) {
    std::vector<SseBlock> blocks;
    SseDecoder decoder;
    while (!bytes.empty()) {
        const std::string slice(bytes.substr(0, next_size()));
        bytes.remove_prefix(slice.size());
        decoder.feed(slice);
        while (const auto event = decoder.next()) blocks.push_back(keep(*event));
    }
    if (const auto event = decoder.finish()) blocks.push_back(keep(*event));
    return blocks;
}

inline std::string all_raw(const std::vector<SseBlock>& blocks) {
    std::string raw;
    for (const SseBlock& block : blocks) raw += block.raw;
    return raw;
}

}    // namespace opusclaw::net
