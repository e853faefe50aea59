// relay/stream_reader.h: the events of a provider's stream, whatever its framing: text (net/sse.h), or binary messages that the provider's
// protocol reads (net/event_stream.h, provider/protocol.h). And what else a protocol says of answers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "net/event_stream.h"
#include "net/sse.h"
#include "provider/protocol.h"
#include "relay/answer.h"

namespace opusclaw::relay {

/// What the answer to a request of this route is told as.
struct AnswerSource {
    const provider::Protocol* protocol = nullptr;    // nullptr: it is in the dialect of its endpoint
    std::string request_id, model;
    std::int64_t created = 0;

    static AnswerSource of(const Answering& answering);
    provider::ReplyFacts reply() const {
        return {.request_id = request_id, .model = model, .created = created};
    }
    /// The body in the dialect of the endpoint. Throws Error(UpstreamBroken, "bad_response_body").
    void restore(PaddedBuffer& body) const;
    /// Whether an answer with this head is a stream in the protocol's own framing.
    bool is_binary_stream(const net::ResponseHead& head) const;
};

/// Events as net::SseDecoder gives them; those of binary messages have no bytes of their own (`raw`).
class StreamReader {
public:
    StreamReader(AnswerSource source, std::size_t largest_event);
    void feed(std::string_view slice);
    /// Throws Error(UpstreamBroken). Nothing comes behind an error().
    std::optional<net::SseEvent> next();
    std::optional<net::SseEvent> finish();
    /// What the provider told in place of an event.
    const std::optional<dialect::ClientError>& error() const { return error_; }

private:
    std::optional<net::SseEvent> next_message();

    AnswerSource source_;
    net::SseDecoder text_;
    std::optional<net::EventStreamDecoder> binary_;
    provider::StreamState state_;
    std::string payload_;    // of the last event
    std::optional<dialect::ClientError> error_;
};

}    // namespace opusclaw::relay
