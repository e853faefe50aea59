// tests/fuzz/dialect_answer.cpp: providers' answers, whole and streamed, into every other dialect. A line of the input is a payload.
// Properties: what is written is JSON, frames are whole, and a stream of an ordinary start ends as its dialect demands.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/text.h"
#include "dialect/translate.h"

namespace {

using namespace opusclaw;
using dialect::Dialect;

constexpr std::array kDialects = {Dialect::OpenaiChat, Dialect::OpenaiResponses, Dialect::Anthropic,
                                  Dialect::Gemini};

void require(bool condition) {
    if (!condition) std::abort();
}

const dialect::Reply& reply() {
    static const dialect::Reply reply{.request_id = "r", .model = "m", .created = 1};
    return reply;
}

void check_frames(std::string_view frames) {
    while (!frames.empty()) {
        const std::size_t end = frames.find("\n\n");
        require(end != std::string_view::npos);
        const std::string_view frame = frames.substr(0, end);
        const std::size_t data = frame.find("data: ");
        require(data != std::string_view::npos);
        const std::string_view payload = frame.substr(data + 6);
        if (payload != "[DONE]") json::Document::over(payload).validate();
        frames.remove_prefix(end + 2);
    }
}

void check_whole(const dialect::Pair& pair, std::string_view text) {
    dialect::OutputCounter counter("m");
    try {
        const auto answer = dialect::translate_answer(pair, text, {}, reply(), counter);
        require(answer.body.empty() == answer.findings.error.has_value());
        if (!answer.body.empty()) json::Document::over(answer.body).validate();
    } catch (const Error& error) {
        require(error.code == "bad_response_body");
    }
}

/// The last frame is the one that ends a stream in its dialect.
bool is_terminal(std::string_view frames) {
    if (frames.ends_with("[DONE]\n\n") || frames.ends_with("{\"type\":\"message_stop\"}\n\n")) return true;
    const std::size_t before = frames.rfind("\n\n", frames.size() - 3);
    const std::string_view last = frames.substr(before == std::string_view::npos ? 0 : before + 2);
    return last.starts_with("event: response.completed\n") ||
           last.starts_with("event: response.incomplete\n");
}

void check_stream(const dialect::Pair& pair, std::string_view text) {
    dialect::OutputCounter counter("m");
    dialect::StreamTranslation stream(pair, {}, reply());
    std::string out;
    for (const std::string_view payload : text::split(text, '\n')) {
        try {
            stream.feed(payload, counter, out);
        } catch (const Error& error) {
            require(error.code == "bad_response_body");
        }
    }
    stream.finish(out);
    check_frames(out);
    const std::size_t last = out.rfind("\n\n", out.size() - 3);
    const bool reason = out.find("\"finishReason\":\"", last == std::string::npos ? 0 : last) !=
                        std::string::npos;
    require(is_terminal(out) || reason);
}

}    // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    for (const Dialect provider : kDialects) {
        for (const Dialect client : kDialects) {
            const dialect::Pair pair{*dialect::find_codec(provider), *dialect::find_codec(client)};
            check_whole(pair, text);
            check_stream(pair, text);
        }
    }
    return 0;
}
