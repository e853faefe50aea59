// dialect/gemini/encode_response.cpp: a whole answer from the neutral one (spec 06 sections 11.5, 15.2, 18, 19.3, 21).
#include "dialect/envelope.h"
#include "dialect/gemini/answer_parts.h"
#include "dialect/gemini/codec.h"
#include "dialect/gemini/finish.h"
#include "dialect/gemini/usage_json.h"

namespace opusclaw::dialect::gemini {
namespace {

using chat::Part;

/// Writes the parts of one choice. A signature of the dialect's own goes to the part behind it.
class PartList {
public:
    PartList(json::Writer& writer, const Reply& reply) : writer_(writer), reply_(reply) {}

    void add(const Part& part) {
        if (const auto* const text = std::get_if<chat::Text>(&part)) {
            add_text(text->text);
        } else if (const auto* const refusal = std::get_if<chat::Refusal>(&part)) {
            add_text(refusal->text);
        } else if (const auto* const media = std::get_if<chat::Media>(&part)) {
            write_media(writer_, *media);
        } else if (const auto* const call = std::get_if<chat::ToolCall>(&part)) {
            write_call(writer_, *call, std::exchange(signature_, {}));
        } else if (const auto* const reasoning = std::get_if<chat::Reasoning>(&part)) {
            add_reasoning(*reasoning);
        }
    }
    void finish() {
        if (!signature_.empty()) write_text(writer_, "", signature_);
    }

private:
    void add_text(std::string_view text) {
        if (!text.empty()) write_text(writer_, text, std::exchange(signature_, {}));
    }

    void add_reasoning(const chat::Reasoning& reasoning) {
        const auto& opaque = reasoning.opaque;
        const bool native = opaque && opaque->origin == Dialect::Gemini;
        if (reply_.include_thoughts && (!reasoning.text.empty() || (opaque && !native)))
            write_thought(writer_, reasoning.text,
                          opaque && !native ? show_opaque(*opaque, Dialect::Gemini) : std::string());
        if (native) signature_ = opaque->value;
    }

    json::Writer& writer_;
    const Reply& reply_;
    std::string signature_;
};

void write_candidate(json::Writer& writer, const chat::Choice& choice, std::size_t index,
                     const Reply& reply) {
    writer.begin_object().key("content").begin_object().member("role", "model").key("parts").begin_array();
    PartList parts(writer, reply);
    for (const Part& part : choice.parts) parts.add(part);
    parts.finish();
    writer.end_array().end_object();
    writer.member("finishReason", write_finish(choice.finish)).member("index", index);
    writer.key("safetyRatings").begin_array().end_array();
    write_grounding(writer, choice.citations);
    writer.end_object();
}

}    // namespace

std::string encode_response(const chat::Response& response, const Reply& reply) {
    std::string out;
    json::Writer writer(out);
    writer.begin_object().key("candidates").begin_array();
    for (std::size_t i = 0; i < response.choices.size(); ++i)
        write_candidate(writer, response.choices[i], i, reply);
    writer.end_array().key("usageMetadata");
    write_usage(writer, response.usage.value_or(Usage{}));
    writer.member("modelVersion", response.model.empty() ? std::string_view(reply.model) : response.model);
    writer.member("responseId", reply.request_id).end_object();
    return out;
}

}    // namespace opusclaw::dialect::gemini
