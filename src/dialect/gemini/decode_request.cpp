// dialect/gemini/decode_request.cpp: the members of a generateContent request, one row each, in either spelling (spec 06 sections 5,
// 7, 11.1, 12). Contents and tools have files of their own.
#include <array>

#include "base/text.h"
#include "dialect/gemini/codec.h"
#include "dialect/gemini/fields.h"
#include "dialect/gemini/parts.h"
#include "dialect/request_fields.h"
#include "dialect/schema_mends.h"
#include "dialect/schema_types.h"

namespace opusclaw::dialect::gemini {
namespace {

using chat::Request;
using chat::Sampling;
using json::View;

void read_stop(Request& request, const View& value) {
    request.sampling.stop.clear();
    take_texts(request, value, request.sampling.stop);
}

void read_modalities(Request& request, const View& value) {
    request.gemini.modalities.clear();
    take_texts(request, value, request.gemini.modalities);
    request.left_behind.emplace_back("responseModalities");
}

void read_speech(Request& request, const View& value) {
    const auto voice = find_field(value, "voiceConfig");
    const auto prebuilt = voice ? find_field(*voice, "prebuiltVoiceConfig") : std::nullopt;
    const auto name = prebuilt ? find_field(*prebuilt, "voiceName") : std::nullopt;
    if (name) request.gemini.voice = request.pool.string(*name).value_or("");
    request.left_behind.emplace_back("speechConfig");
}

void read_image(Request& request, const View& value) {
    if (const auto ratio = find_field(value, "aspectRatio"))
        request.gemini.aspect_ratio = request.pool.string(*ratio).value_or("");
    if (const auto size = find_field(value, "imageSize"))
        request.gemini.image_size = request.pool.string(*size).value_or("");
    request.left_behind.emplace_back("imageConfig");
}

void read_thinking(Request& request, const View& value) {
    each_field(value, [&request](std::string_view key, const View& member) {
        if (key == "includeThoughts") request.gemini.include_thoughts = member.as_bool();
        if (key == "thinkingBudget") request.reasoning.budget = member.as_int();
        if (key == "thinkingLevel") {
            const std::string level = text::lower(request.pool.string(member).value_or(""));
            if (const auto effort = chat::effort_named(level)) request.reasoning.effort = effort;
        }
    });
}

/// What decides together about the form of the answer is read in read_format().
void read_later(Request& /*request*/, const View& /*value*/) {}

constexpr std::array kGeneration = {
    RequestField{"temperature", read_number<&Sampling::temperature>},
    RequestField{"topP", read_number<&Sampling::top_p>},
    RequestField{"topK", read_number<&Sampling::top_k>},
    RequestField{"seed", read_number<&Sampling::seed>},
    RequestField{"presencePenalty", read_number<&Sampling::presence_penalty>},
    RequestField{"frequencyPenalty", read_number<&Sampling::frequency_penalty>},
    RequestField{"maxOutputTokens", [](Request& r, const View& v) { r.output_limit = positive(v); }},
    RequestField{"candidateCount", [](Request& r, const View& v) { r.sampling.choices = positive(v); }},
    RequestField{"responseLogprobs", [](Request& r, const View& v) { r.sampling.logprobs = v.as_bool(); }},
    RequestField{"logprobs", [](Request& r, const View& v) { r.sampling.top_logprobs = v.as_int(); }},
    RequestField{"stopSequences", read_stop},
    RequestField{"responseModalities", read_modalities},
    RequestField{"speechConfig", read_speech},
    RequestField{"imageConfig", read_image},
    RequestField{"thinkingConfig", read_thinking},
    RequestField{"responseMimeType", read_later},
    RequestField{"responseSchema", read_later},
    RequestField{"responseJsonSchema", read_later},
};

void read_format(Request& request, const View& config) {
    const auto type = find_field(config, "responseMimeType");
    const std::string_view mime = type ? request.pool.string(*type).value_or("") : std::string_view();
    const bool json = mime == "application/json";
    if (!json && !mime.empty() && mime != "text/plain") request.left_behind.emplace_back("responseMimeType");
    if (!json && !mime.empty()) return;
    chat::OutputFormat format{.kind = chat::FormatKind::JsonSchema};
    const auto schema = find_field(config, "responseSchema");
    if (schema && schema->type() == json::Type::Object) {
        format.schema = request.pool.keep(with_plain_counts(respelled_schema(schema->raw())));
    } else if (const auto plain = find_field(config, "responseJsonSchema")) {
        format.schema = plain->raw();
    }
    if (format.schema.empty() && !json) return;
    if (format.schema.empty()) format.kind = chat::FormatKind::JsonObject;
    request.format = format;
}

void read_generation(Request& request, const View& config) {
    each_field(config, [&request](std::string_view key, const View& value) {
        read_field(kGeneration, request, key, value);
    });
    read_format(request, config);
}

constexpr std::array kFields = {
    RequestField{"contents", read_contents},           RequestField{"systemInstruction", read_system},
    RequestField{"generationConfig", read_generation}, RequestField{"tools", read_tools},
    RequestField{"toolConfig", read_tool_config},
};

}    // namespace

Request decode_request(std::string_view body) {
    const json::Document document = json::Document::over(body);
    document.validate();    // what is passed on unread must be JSON all the same
    Request request;
    request.source = Dialect::Gemini;
    each_field(document.root(), [&request](std::string_view key, const View& value) {
        read_field(kFields, request, key, value);
    });
    return request;
}

}    // namespace opusclaw::dialect::gemini
