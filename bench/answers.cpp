// The canned answers of the simulated OpenAI upstream: see answers.h. Shapes as in OpenAI's API reference for chat
// completions; the figures in `usage` are fixed, so that the gateway's bill can be foreseen.
#include "answers.h"

#include <charconv>

namespace opusclaw::bench {
namespace {

constexpr std::size_t kStampDigits = 19;
constexpr std::string_view kUsage =
    R"("usage":{"prompt_tokens":20,"completion_tokens":50,"total_tokens":70})";
constexpr std::string_view kChunkStart =
    R"({"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1760000000,"model":"bench-model",)"
    R"("system_fingerprint":"fp_bench","choices":[)";

std::string http_chunk(std::string_view payload) {
    char size[16];
    const auto written = std::to_chars(size, size + sizeof size, payload.size(), 16);
    std::string out(size, written.ptr);
    out.append("\r\n").append(payload).append("\r\n");
    return out;
}

std::string sse_event(std::string_view data) { return "data: " + std::string(data) + "\n\n"; }

}    // namespace

std::string json_answer(std::size_t body_bytes) {
    std::string body =
        R"({"id":"chatcmpl-bench","object":"chat.completion","created":1760000000,)"
        R"("model":"bench-model","choices":[{"index":0,"message":{"role":"assistant","content":")";
    std::string end = R"("},"logprobs":null,"finish_reason":"stop"}],)";
    end.append(kUsage).append(R"(,"system_fingerprint":"fp_bench"})");
    while (body.size() + end.size() + 6 <= body_bytes) body += "words ";
    body += end;
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}

StreamAnswer::StreamAnswer() {
    head_ =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
        "Transfer-Encoding: chunked\r\n\r\n";
    const std::string start(kChunkStart);
    event_ = http_chunk(sse_event(start + R"({"index":0,"delta":{"content":" word @)" +
                                  std::string(kStampDigits, '0') +
                                  R"("},"logprobs":null,"finish_reason":null}]})"));
    stamp_at_ = event_.find('@') + 1;
    const std::string finish = start + R"({"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]})";
    tail_ = http_chunk(sse_event(finish) + sse_event(start + "]," + std::string(kUsage) + "}") +
                       sse_event("[DONE]"));
    tail_ += "0\r\n\r\n";
}

std::string_view StreamAnswer::event(std::int64_t now) {
    for (std::size_t i = kStampDigits; i-- > 0; now /= 10) {
        event_[stamp_at_ + i] = static_cast<char>('0' + now % 10);
    }
    return event_;
}

}    // namespace opusclaw::bench
