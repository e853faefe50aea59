// net/event_stream.h: the binary framing of `application/vnd.amazon.eventstream` (spec 07 section 8.6; AWS, "Event stream encoding"): what
// net/sse.h is for text. Reads any slicing and checks both checksums. What the messages mean is for others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace opusclaw::net {

enum class EventHeaderType : std::uint8_t {
    True,
    False,
    Int8,
    Int16,
    Int32,
    Int64,
    Bytes,
    String,
    Timestamp,
    Uuid
};

struct EventHeader {
    std::string_view name;
    EventHeaderType type = EventHeaderType::String;
    std::string_view
        value;    // of bytes, strings and UUIDs the bytes themselves, of numbers as they are sent: big endian
};

/// Views valid until the following call of next() or feed().
struct EventMessage {
    std::vector<EventHeader> headers;
    std::string_view payload;
    /// The first string header of that name; empty: there is none.
    std::string_view text(std::string_view name) const;
};

class EventStreamDecoder {
public:
    /// Bytes of one message, framing included; what says that it is longer is broken.
    static constexpr std::size_t kLargestMessage = std::size_t{16} << 20;
    explicit EventStreamDecoder(std::size_t largest = kLargestMessage) : largest_(largest) {}

    /// Any slice; it must live and stay unchanged until next() has returned nothing (and its messages are done with).
    void feed(std::string_view slice);
    /// The next complete message, or nothing until more is fed. Throws Error(UpstreamBroken, "bad_event_stream") for wrong lengths,
    /// checksums and headers, after which the decoder is of no more use. The messages do not depend on how the stream was sliced.
    std::optional<EventMessage> next();
    /// True when nothing is half-read.
    bool clean() const { return pending_.size() == used_ && slice_.empty(); }

private:
    std::size_t check_prelude(std::string_view prelude) const;
    EventMessage parse(std::string_view message) const;

    std::size_t largest_;
    std::string pending_;     // the start of an unfinished message from earlier slices
    std::size_t used_ = 0;    // of pending_: a message that was given out
    std::string_view slice_;
};

/// One message in this framing; for tests and simulators. Headers are strings.
std::string write_event_message(const std::vector<std::pair<std::string, std::string>>& headers,
                                std::string_view payload);

}    // namespace opusclaw::net
