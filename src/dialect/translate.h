// dialect/translate.h: the way from one dialect to another, put together of two codecs (DESIGN section 7): what relay calls. The
// same dialect on both sides never comes here.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "dialect/chat_event.h"
#include "dialect/collect_reply.h"
#include "dialect/profile.h"
#include "dialect/reply.h"
#include "dialect/token_estimate.h"

namespace opusclaw::dialect {

/// The six functions of a dialect; each is described in the codec.h of its folder.
struct Codec {
    chat::Request (*decode_request)(std::string_view body);
    Encoded (*encode_request)(const chat::Request& request, const Target& target);
    chat::Response (*decode_response)(std::string_view body);
    std::string (*encode_response)(const chat::Response& response, const Reply& reply);
    std::unique_ptr<chat::StreamDecoder> (*make_stream_decoder)();
    std::unique_ptr<chat::StreamEncoder> (*make_stream_encoder)(const Reply& reply);
};
/// nullptr: the dialect is not converted to or from.
const Codec* find_codec(Dialect dialect);

/// What the answers of `client`'s dialect repeat of the client's request, for Reply::shown_request. Empty: nothing.
std::string shown_request(Dialect client, std::string_view body);

/// What the bill and the no-output rule ask about an answer, or about one payload of it (spec 05 sections 7, 9).
struct AnswerFindings {
    std::optional<Usage> usage;            // all that was reported so far, in the provider's own semantics
    bool output = false;                   // spec 05 section 7.1
    bool answer_without_output = false;    // a refusal or a filter spoke instead (7.1)
    std::size_t media = 0;                 // inline ones
    std::string reject_reason;             // of a blocked prompt, for the log row
    bool finished = false;                 // of a stream: every choice seen so far had its finish reason
    bool ended = false;                    // the provider's terminal event came
    /// The provider's own; nothing was written for it. With answer_without_output it is the answer: a blocked prompt.
    std::optional<ClientError> error;
};

struct TranslatedAnswer {
    std::string body;    // empty when there is an error
    AnswerFindings findings;
};

struct Pair {
    const Codec& provider;
    const Codec& client;
};

/// A whole answer in two steps, so that who bills it may fill in what the provider did not tell.
class AnswerTranslation {
public:
    /// What it says goes to `counter`. `body` outlives this. Throws Error(UpstreamBroken, "bad_response_body").
    AnswerTranslation(const Pair& pair, std::string_view body, OutputCounter& counter);
    AnswerTranslation(const Pair& pair, chat::Response response, OutputCounter& counter);
    const AnswerFindings& findings() const { return findings_; }
    /// Shown in the place of what the provider told.
    void show_usage(const Usage& usage) { response_.usage = usage; }
    /// The client's body; not for an answer with an error. Once.
    std::string write(const ToolMap& tools, const Reply& reply);

private:
    const Pair& pair_;
    chat::Response response_;
    AnswerFindings findings_;
};

/// The same in one. What it says goes to `counter`. Throws as the constructor above.
TranslatedAnswer translate_answer(const Pair& pair, std::string_view body, const ToolMap& tools,
                                  const Reply& reply, OutputCounter& counter);

/// A streamed reply for a client that wants a whole one. Not thread-safe.
class StreamCollection {
public:
    explicit StreamCollection(const Pair& pair) : decoder_(pair.provider.make_stream_decoder()) {}
    /// Throws as StreamDecoder::decode; the stream may go on after it.
    void feed(std::string_view payload);
    bool complete() const { return reply_.complete(); }
    chat::Response take() { return reply_.take(); }

private:
    std::unique_ptr<chat::StreamDecoder> decoder_;
    chat::ReplyCollector reply_;
};

/// One streamed reply. Not thread-safe; each payload is written at once.
class StreamTranslation {
public:
    StreamTranslation(const Pair& pair, ToolMap tools, const Reply& reply);

    /// Appends what the client reads of one payload. Throws as StreamDecoder::decode; the stream may go on after it.
    AnswerFindings feed(std::string_view payload, OutputCounter& counter, std::string& out);
    /// Shows the client usage that was counted here.
    void report(const Usage& usage, std::string& out) { encoder_->write(chat::UsageReported{usage}, out); }
    /// Appends the end of a reply that went well.
    void finish(std::string& out);
    /// The same of one that failed, after something was sent. False: nothing was written, and render_stream_error() is what the
    /// client reads.
    bool fail(const ClientError& error, std::string& out);

private:
    void write(const chat::Event& event, std::string& out);
    using Call = std::pair<std::size_t, std::size_t>;    // its choice, its number
    /// False: it is no call of a free-form tool.
    bool end_wrapped(const Call& call, std::string& out);

    ToolMap tools_;
    std::unique_ptr<chat::StreamDecoder> decoder_;
    std::unique_ptr<chat::StreamEncoder> encoder_;
    /// Arguments of calls of free-form tools, until they are whole and their input can be taken out.
    std::map<Call, std::string> wrapped_;
    /// Choices that were seen, the first one included: whether each had its finish reason.
    std::map<std::size_t, bool> finished_{{0, false}};
    std::size_t choice_ = 0;
    bool shown_ = true;    // the client has a place for that choice
};

}    // namespace opusclaw::dialect
