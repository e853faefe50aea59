// The canned answers of the simulated upstream: see answers.h. Shapes as in the API references of the three providers; the
// figures of usage are fixed, so that the gateway's bill can be foreseen.
#include "answers.h"

#include <charconv>

namespace opusclaw::bench {
namespace {

constexpr std::size_t kStampDigits = 19;
const std::string kBlankLine = "\n\n";    // ends an event

/// What stands around the text of an answer. The members of streams are whole frames.
struct Shape {
    std::string answer_start, answer_end;
    std::string opening;    // before the first content; may be empty
    std::string event_start, event_end;
    std::string closing;
};

Shape chat_shape() {
    const std::string usage = R"("usage":{"prompt_tokens":20,"completion_tokens":50,"total_tokens":70})";
    const std::string chunk =
        R"(data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1760000000,)"
        R"("model":"bench-model","system_fingerprint":"fp_bench","choices":[)";
    return {.answer_start =
                R"({"id":"chatcmpl-bench","object":"chat.completion","created":1760000000,)"
                R"("model":"bench-model","choices":[{"index":0,"message":{"role":"assistant","content":")",
            .answer_end = R"("},"logprobs":null,"finish_reason":"stop"}],)" + usage +
                          R"(,"system_fingerprint":"fp_bench"})",
            .opening = {},
            .event_start = chunk + R"({"index":0,"delta":{"content":")",
            .event_end = R"("},"logprobs":null,"finish_reason":null}]})" + kBlankLine,
            .closing = chunk + R"({"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]})" +
                       kBlankLine + chunk + "]," + usage + "}" + kBlankLine + "data: [DONE]" + kBlankLine};
}

/// An event of Anthropic's: its name stands in the frame as well.
std::string named_event(const std::string& name, const std::string& members) {
    return "event: " + name + "\ndata: {\"type\":\"" + name + '"' + members + '}' + kBlankLine;
}

Shape messages_shape() {
    const std::string message =
        R"({"id":"msg_bench","type":"message","role":"assistant","model":"bench-anthropic","content":[)";
    const std::string input =
        R"("usage":{"input_tokens":20,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,)";
    const std::string ended = R"("stop_reason":"end_turn","stop_sequence":null)";
    const std::string started = message + R"(],"stop_reason":null,"stop_sequence":null,)" + input +
                                R"("output_tokens":1}})";
    const std::string mark(1, '@');
    const std::string event = named_event(
        "content_block_delta", R"(,"index":0,"delta":{"type":"text_delta","text":")" + mark + R"("})");
    const std::size_t at = event.find(mark);
    return {.answer_start = message + R"({"type":"text","text":")",
            .answer_end = R"("}],)" + ended + "," + input + R"("output_tokens":50}})",
            .opening = named_event("message_start", R"(,"message":)" + started) +
                       named_event("content_block_start",
                                   R"(,"index":0,"content_block":{"type":"text","text":""})"),
            .event_start = event.substr(0, at),
            .event_end = event.substr(at + 1),
            .closing = named_event("content_block_stop", R"(,"index":0)") +
                       named_event("message_delta",
                                   R"(,"delta":{)" + ended + R"(},"usage":{"output_tokens":50})") +
                       named_event("message_stop", "")};
}

Shape gemini_shape() {
    const std::string start = R"({"candidates":[{"content":{"parts":[{"text":")";
    const std::string role = R"("}],"role":"model"},)";
    const std::string finish = R"("finishReason":"STOP",)";
    const std::string end =
        R"("index":0}],"usageMetadata":{"promptTokenCount":20,"candidatesTokenCount":50,"totalTokenCount":70},)"
        R"("modelVersion":"bench-gemini","responseId":"bench"})";
    return {.answer_start = start,
            .answer_end = role + finish + end,
            .opening = {},
            .event_start = "data: " + start,
            .event_end = role + end + kBlankLine,
            .closing = "data: " + start + role + finish + end + kBlankLine};
}

Shape shape_of(Format format) {
    switch (format) {
        case Format::Chat: return chat_shape();
        case Format::Messages: return messages_shape();
        case Format::Gemini: return gemini_shape();
    }
    return {};
}

std::string http_chunk(std::string_view payload) {
    char size[16];
    const auto written = std::to_chars(size, size + sizeof size, payload.size(), 16);
    std::string out(size, written.ptr);
    out.append("\r\n").append(payload).append("\r\n");
    return out;
}

}    // namespace

Format format_at(std::string_view target) {
    if (target.ends_with("/messages")) return Format::Messages;
    return target.find("enerateContent") == std::string_view::npos ? Format::Chat : Format::Gemini;
}

bool wants_stream(std::string_view target) { return target.find(":streamGen") != std::string_view::npos; }

bool says_stream(std::string_view body_piece) {
    const std::size_t key = body_piece.find("\"stream\"");
    if (key == std::string_view::npos) return false;
    const std::size_t value = body_piece.find_first_not_of(": ", key + 8);
    return value != std::string_view::npos && body_piece.substr(value).starts_with("true");
}

std::string json_answer(Format format, std::size_t body_bytes) {
    const Shape shape = shape_of(format);
    std::string body = shape.answer_start;
    while (body.size() + shape.answer_end.size() + 6 <= body_bytes) body += "words ";
    body += shape.answer_end;
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}

StreamAnswer::StreamAnswer(Format format) {
    const Shape shape = shape_of(format);
    head_ =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
        "Transfer-Encoding: chunked\r\n\r\n";
    if (!shape.opening.empty()) head_ += http_chunk(shape.opening);
    event_ = http_chunk(shape.event_start + " word @" + std::string(kStampDigits, '0') + shape.event_end);
    stamp_at_ = event_.find('@') + 1;
    tail_ = http_chunk(shape.closing) + "0\r\n\r\n";
}

std::string_view StreamAnswer::event(std::int64_t now) {
    for (std::size_t i = kStampDigits; i-- > 0; now /= 10) {
        event_[stamp_at_ + i] = static_cast<char>('0' + now % 10);
    }
    return event_;
}

}    // namespace opusclaw::bench
