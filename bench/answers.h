// The canned answers of the simulated upstream, in the wire formats of three providers: one JSON body, or the events of a
// stream. Each content event carries the moment it was sent (@ and 19 digits, ns of CLOCK_MONOTONIC), from which bench_load
// takes its latency.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace opusclaw::bench {

/// Whose wire format it is: OpenAI's chat completions, Anthropic's messages, Gemini's generateContent.
enum class Format { Chat, Messages, Gemini };

/// The format that is spoken at the target of a request.
Format format_at(std::string_view target);
/// Whether a request wants a stream: its target says so, or `"stream":true` in one of these pieces of its body.
bool wants_stream(std::string_view target);
bool says_stream(std::string_view body_piece);

/// A whole response, head included, whose body has about `body_bytes` (at least 400).
std::string json_answer(Format format, std::size_t body_bytes);

/// The pieces of a streamed response, each framed as one HTTP chunk.
class StreamAnswer {
public:
    explicit StreamAnswer(Format format);

    /// With the events that stand before the first content.
    std::string_view head() const { return head_; }
    /// A content event stamped `now`. The view is valid until the next call.
    std::string_view event(std::int64_t now);
    /// Finish reason, usage, the format's own end and the last chunk.
    std::string_view tail() const { return tail_; }

private:
    std::string head_;
    std::string event_;
    std::size_t stamp_at_ = 0;    // where in event_ the digits are
    std::string tail_;
};

}    // namespace opusclaw::bench
