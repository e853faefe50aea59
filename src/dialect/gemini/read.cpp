// dialect/gemini/read.cpp: one forward walk over an answer or a chunk (spec 05 section 7.1). Both have the same shape.
#include "dialect/gemini/read.h"

#include <algorithm>
#include <array>

#include "dialect/answer_parts.h"
#include "dialect/gemini/finish.h"
#include "dialect/gemini/usage_json.h"

namespace opusclaw::dialect::gemini {
namespace {

using json::View;

/// Reasons that are an answer although nothing was said.
constexpr std::array<std::string_view, 7> kFilters = {
    "SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY"};

struct Facts {
    std::optional<Usage> usage;
    bool output = false;
    bool answer_without_output = false;
    bool finished = false;
    bool error = false;
    std::size_t media = 0;
    std::size_t calls = 0;
    std::string reject_reason;
};

std::optional<View> either(const View& object, std::string_view camel, std::string_view snake) {
    const auto found = object.find(camel);
    return found ? found : object.find(snake);
}

void take_call(Facts& facts, const View& call, OutputCounter* counter) {
    ++facts.calls;
    if (const auto name = call.find("name")) facts.output = take_text(*name, counter) || facts.output;
    const auto args = call.find("args");
    if (args && counter != nullptr && args->type() == json::Type::Object) counter->add(args->raw());
}

void take_part(Facts& facts, const View& part, OutputCounter* counter) {
    const auto take = [&](const std::optional<View>& text) {
        if (text) facts.output = take_text(*text, counter) || facts.output;
    };
    take(part.find("text"));
    if (const auto code = part.find("executableCode")) take(code->find("code"));
    if (const auto result = part.find("codeExecutionResult")) take(result->find("output"));
    if (const auto call = either(part, "functionCall", "function_call")) take_call(facts, *call, counter);
    if (either(part, "inlineData", "inline_data")) {
        ++facts.media;
        facts.output = true;
    }
    if (either(part, "fileData", "file_data")) facts.output = true;
}

void take_finish(Facts& facts, const View& reason) {
    const std::string name = reason.as_string().value_or("");
    if (!read_finish(name)) return;
    facts.finished = true;
    const bool filtered = std::find(kFilters.begin(), kFilters.end(), name) != kFilters.end();
    facts.answer_without_output = facts.answer_without_output || filtered;
}

void take_candidate(Facts& facts, const View& candidate, OutputCounter* counter) {
    candidate.each_member([&](std::string_view key, const View& value) {
        if (key == "content") {
            const auto parts = value.find("parts");
            if (!parts) return true;
            parts->each_item([&](const View& part) {
                take_part(facts, part, counter);
                return true;
            });
        } else if (key == "finishReason") {
            take_finish(facts, value);
        } else if (key == "groundingMetadata") {
            const auto chunks = value.find("groundingChunks");
            facts.output = facts.output || (chunks && !chunks->empty());
        }
        return true;
    });
}

Facts facts_of(const View& root, OutputCounter* counter) {
    Facts facts;
    std::string blocked;
    bool candidates = false;
    root.each_member([&](std::string_view key, const View& value) {
        if (key == "candidates") {
            candidates = !value.empty();
            value.each_item([&](const View& candidate) {
                take_candidate(facts, candidate, counter);
                return true;
            });
        } else if (key == "usageMetadata") {
            facts.usage = read_usage(value);
        } else if (key == "promptFeedback") {
            const auto reason = value.find("blockReason");
            if (reason) blocked = reason->as_string().value_or("");
        } else if (key == "error" && is_error(value)) {
            facts.error = true;
        }
        return true;
    });
    if (!blocked.empty() && !candidates) {
        facts.finished = facts.answer_without_output = true;
        facts.reject_reason = reject_reason(blocked);
    }
    if (counter != nullptr && facts.calls > 0) counter->tool_calls(facts.calls);
    return facts;
}

/// Nothing of the first payload is needed to end a stream.
std::string keep_opening(std::string_view /*payload*/) { return {}; }

/// The dialect has no end marker.
std::string end_stream(const StreamEnding& ending) {
    if (ending.error == nullptr) return {};
    return render_stream_error(Dialect::Gemini, *ending.error, ending.request_id);
}

}    // namespace

ChunkFacts read_chunk(std::string_view payload, OutputCounter& counter) {
    return with_object(payload, [&counter](const View& root) {
        const Facts read = facts_of(root, &counter);
        ChunkFacts facts;
        if (read.usage && read.usage->total != 0) facts.usage = read.usage;
        facts.output = read.output;
        facts.answer_without_output = read.answer_without_output;
        facts.finished = read.finished;
        facts.error = read.error;
        facts.media = read.media;
        facts.reject_reason = read.reject_reason;
        return facts;
    });
}

AnswerFacts read_answer(std::string_view body) {
    return with_object(body, [](const View& root) {
        const Facts read = facts_of(root, nullptr);
        return AnswerFacts{.usage = read.usage,
                           .output = read.output,
                           .answer_without_output = read.answer_without_output,
                           .error = read.error,
                           .reject_reason = read.reject_reason};
    });
}

void count_answer(std::string_view body, OutputCounter& counter) {
    with_object(body, [&counter](const View& root) { facts_of(root, &counter); });
}

const AnswerReader kReader = {.read_answer = read_answer,
                              .count_answer = count_answer,
                              .read_chunk = read_chunk,
                              .keep_opening = keep_opening,
                              .end_stream = end_stream,
                              .estimated_usage = EstimatedUsage::ForTheBillOnly,
                              .estimated_figures = EstimatedFigures::EachThatIsMissing,
                              .broken_payload = BrokenPayload::EndsTheStream,
                              .tokens_of_media = kTokensOfMedia};

}    // namespace opusclaw::dialect::gemini
