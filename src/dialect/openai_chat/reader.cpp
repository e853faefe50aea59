// dialect/openai_chat/reader.cpp: how a stream of chunks ends: the usage that the provider did not send, an error, [DONE] (spec 04
// section 19.5; 06 sections 16.4, 20.3).
#include "dialect/openai_chat/reader.h"

#include "base/json/view.h"
#include "base/json/writer.h"
#include "dialect/openai_chat/read.h"

namespace opusclaw::dialect::openai_chat {
namespace {

constexpr std::size_t kLongestOpening = 4096;

/// The first chunk itself: its names are those of the usage chunk. One that is longer than any real one is not kept.
std::string keep_opening(std::string_view payload) {
    return payload.size() < kLongestOpening ? std::string(payload) : std::string();
}

void append_usage_chunk(std::string& out, const StreamEnding& ending, std::string_view object) {
    const json::Document first = json::Document::copy(ending.opening.empty() ? "{}" : ending.opening);
    out += "data: ";
    json::Writer writer(out);
    writer.begin_object();
    const auto copy = [&](std::string_view name, std::string_view otherwise) {
        const auto value = first.root().find(name);
        writer.member_raw(name, value ? value->raw() : otherwise);
    };
    copy("id", R"("")");
    writer.member("object", object);
    copy("created", "0");
    copy("model", R"("")");
    copy("system_fingerprint", "null");
    writer.key("choices").begin_array().end_array();
    writer.key("usage")
        .begin_object()
        .member("prompt_tokens", ending.owed_usage->prompt)
        .member("completion_tokens", ending.owed_usage->completion);
    writer.member("total_tokens", ending.owed_usage->total).end_object();
    writer.end_object();
    out += "\n\n";
}

std::string end_stream(const StreamEnding& ending, std::string_view object) {
    if (ending.error != nullptr)
        return render_stream_error(Dialect::OpenaiChat, *ending.error, ending.request_id);
    std::string text;
    if (ending.owed_usage != nullptr) append_usage_chunk(text, ending, object);
    text += "data: [DONE]\n\n";
    return text;
}

std::string end_chat(const StreamEnding& ending) { return end_stream(ending, "chat.completion.chunk"); }
std::string end_completion(const StreamEnding& ending) { return end_stream(ending, "text_completion"); }

}    // namespace

const AnswerReader kChatReader = {.read_answer = read_answer,
                                  .count_answer = count_answer,
                                  .read_chunk = read_chunk,
                                  .keep_opening = keep_opening,
                                  .without_usage = without_usage,
                                  .end_stream = end_chat,
                                  .reject_reason = "openai_finish_reason=content_filter"};

const AnswerReader kCompletionsReader = {.read_answer = read_answer,
                                         .count_answer = count_answer,
                                         .read_chunk = read_chunk,
                                         .keep_opening = keep_opening,
                                         .without_usage = without_usage,
                                         .end_stream = end_completion};

}    // namespace opusclaw::dialect::openai_chat
