// dialect/chat_event.h: the neutral events of a streamed reply (spec 06 section 16.5). A decoder makes them from a provider's
// events, an encoder writes them as the client's; both work event by event and wait for nothing that their dialect does not ask
// them to wait for. Framing into `data:` lines is read by net/sse and written by the encoders.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "dialect/chat.h"
#include "dialect/error_body.h"

namespace opusclaw::dialect::chat {

struct Started {
    std::string_view id, model;    // empty: not told
    std::optional<std::int64_t> created;
};
/// What follows belongs to this choice, until another one is named; 0 to begin with. Only of a provider that tells several.
struct ChoiceNamed {
    std::size_t choice = 0;
};
struct ReasoningDelta {
    std::string_view text;
};
/// Another block of reasoning begins: what clients see as one text is parted by a blank line.
struct ReasoningBreak {};
/// Belongs to the reasoning before it.
struct SignatureGiven {
    Opaque opaque;
};
struct TextDelta {
    std::string_view text;
};
struct RefusalDelta {
    std::string_view text;
};
/// `call` counts the tool calls of the choice from 0.
struct CallStarted {
    std::size_t call = 0;
    std::string_view id, name;
    CallKind kind = CallKind::Function;
    bool whole = false;    // its arguments follow at once, all of them
};
struct CallArguments {
    std::size_t call = 0;
    std::string_view fragment;
};
struct CallEnded {
    std::size_t call = 0;
    bool cut = false;    // of a custom tool: its input ends too early
};
struct MediaGiven {
    Media media;
};
/// A hosted tool did something at the provider that other dialects have no place for: output all the same.
struct Worked {};
struct Cited {
    Citation citation;
};
struct Finished {
    Finish finish = Finish::Natural;
    std::string_view
        text;            // the provider's own word, of Finish::Unknown; of Filtered as Choice::finish_text
    bool last = true;    // false: more of the answer may follow
};
/// Replaces what was reported before.
struct UsageReported {
    Usage usage;
};
/// The provider reports an error; nothing follows.
struct Failed {
    ClientError error;
};
/// The provider's terminal event, where its dialect has one.
struct Ended {};

using Event = std::variant<Started, ChoiceNamed, ReasoningDelta, ReasoningBreak, SignatureGiven, TextDelta,
                           RefusalDelta, CallStarted, CallArguments, CallEnded, MediaGiven, Worked, Cited,
                           Finished, UsageReported, Failed, Ended>;

/// One a reply. Not thread-safe.
class StreamDecoder {
public:
    virtual ~StreamDecoder() = default;
    /// The events in one payload (what stood behind `data:`, `[DONE]` included). They and their texts are valid until the next
    /// call and while `payload` is. Throws Error(UpstreamBroken, "bad_response_body") when the payload is no JSON object: the
    /// caller decides whether that ends the reply (spec 06 section 16.3).
    virtual std::span<const Event> decode(std::string_view payload) = 0;
};

/// One a reply. Not thread-safe.
class StreamEncoder {
public:
    virtual ~StreamEncoder() = default;
    /// Appends the frames that `event` gives, blank lines included.
    virtual void write(const Event& event, std::string& out) = 0;
    /// What is written next belongs to this choice. False: the dialect has one only, and the caller leaves out what is others'.
    virtual bool select(std::size_t choice) { return choice == 0; }
    /// Appends the end of a reply that went well: finish reason, usage, the dialect's terminal event. Once, and last.
    virtual void finish(std::string& out) = 0;
    /// The same of one that failed. False: nothing was written, the end does not depend on what was written before, and
    /// render_stream_error() gives it.
    virtual bool fail(const ClientError& /*error*/, std::string& /*out*/) { return false; }
};

}    // namespace opusclaw::dialect::chat
