// tests/unit/net/event_stream_reading.h: a binary event stream read to its end in any slicing, for the unit tests and the fuzz target of
// net/event_stream.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "net/event_stream.h"

namespace opusclaw::net {

/// A message that owns its bytes; a header as `name:type:value`.
struct KeptMessage {
    std::vector<std::string> headers;
    std::string payload;
    bool operator==(const KeptMessage&) const = default;
};

inline KeptMessage keep(const EventMessage& message) {
    KeptMessage kept;
    kept.payload = message.payload;
    for (const EventHeader& header : message.headers) {
        std::string text(header.name);
        text.append(":").append(std::to_string(static_cast<int>(header.type))).append(":");
        kept.headers.push_back(text.append(header.value));
    }
    return kept;
}

/// Each slice is a copy that dies before the next one is fed, so that a view kept too long is found by the sanitizers.
template <class NextSize>
std::vector<KeptMessage> read_messages(std::string_view bytes, NextSize next_size) {
    std::vector<KeptMessage> messages;
    EventStreamDecoder decoder;
    while (!bytes.empty()) {
        const std::string slice(bytes.substr(0, next_size()));
        bytes.remove_prefix(slice.size());
        decoder.feed(slice);
        while (const auto message = decoder.next()) messages.push_back(keep(*message));
    }
    return messages;
}

/// A message with these lengths, whatever it holds, and right checksums.
inline std::string with_checksums(std::uint32_t total, std::uint32_t headers, std::string_view inside) {
    const auto append = [](std::string& out, std::uint64_t value) {
        for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
    };
    const auto crc = [](const std::string& text) {
        return crc32_z(0, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    };
    std::string out;
    append(out, total);
    append(out, headers);
    append(out, crc(out));
    out += inside;
    append(out, crc(out));
    return out;
}

}    // namespace opusclaw::net
