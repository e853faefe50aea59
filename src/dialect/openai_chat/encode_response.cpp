// dialect/openai_chat/encode_response.cpp: a whole Chat answer from the neutral one (spec 06 sections 11.5, 15.2, 18, 19.3, 21).
#include <utility>

#include "dialect/openai_chat/answer_parts.h"
#include "dialect/openai_chat/codec.h"
#include "dialect/openai_chat/finish.h"
#include "dialect/openai_chat/usage_json.h"

namespace opusclaw::dialect::openai_chat {
namespace {

using chat::Choice;
using chat::Part;

struct Call {
    const chat::ToolCall* call;
    std::string_view signature;    // of Gemini; empty: none
};

/// The parts of a choice as the members of one message.
struct Said {
    std::string text, reasoning, refusal;
    std::vector<const chat::Reasoning*> opaque;
    std::vector<Call> calls;
    bool after_media = false;    // what is said next stands on a line of its own
};

void add_text(Said& said, std::string_view text) {
    if (text.empty()) return;
    said.text.append(std::exchange(said.after_media, false) ? "\n" : "").append(text);
}

void add_media(Said& said, const chat::Media& media) {
    said.text.append(said.text.empty() ? "" : "\n").append(shown_media(media));
    said.after_media = true;
}

Said collect(const Choice& choice) {
    Said said;
    std::string_view signature;    // for the next call
    for (const Part& part : choice.parts) {
        if (const auto* const text = std::get_if<chat::Text>(&part)) add_text(said, text->text);
        if (const auto* const media = std::get_if<chat::Media>(&part)) add_media(said, *media);
        if (const auto* const no = std::get_if<chat::Refusal>(&part)) said.refusal.append(no->text);
        if (const auto* const call = std::get_if<chat::ToolCall>(&part))
            said.calls.push_back({call, std::exchange(signature, {})});
        const auto* const why = std::get_if<chat::Reasoning>(&part);
        if (why == nullptr) continue;
        if (!why->text.empty()) said.reasoning.append(said.reasoning.empty() ? "" : "\n\n").append(why->text);
        if (!why->opaque) continue;
        if (why->opaque->kind == chat::OpaqueKind::CallSignature) {
            signature = why->opaque->value;
        } else {
            said.opaque.push_back(why);
        }
    }
    return said;
}

void write_call(json::Writer& writer, const chat::ToolCall& call, std::string_view signature) {
    const bool custom = call.kind == chat::CallKind::Custom;
    const std::string_view kind = custom ? "custom" : "function";
    writer.begin_object().member("id", call.id).member("type", kind).key(kind).begin_object();
    writer.member("name", call.name).member(custom ? "input" : "arguments", call.arguments);
    writer.end_object();
    write_call_signature(writer, signature);
    writer.end_object();
}

void write_message(json::Writer& writer, const Choice& choice) {
    const Said said = collect(choice);
    writer.begin_object().member("role", "assistant").member("content", said.text);
    if (!said.reasoning.empty()) writer.member("reasoning_content", said.reasoning);
    if (!said.opaque.empty()) {
        writer.key("reasoning_details").begin_array();
        for (std::size_t i = 0; i < said.opaque.size(); ++i)
            write_reasoning_detail(writer, *said.opaque[i]->opaque, said.opaque[i]->text, i);
        writer.end_array();
    }
    if (!said.refusal.empty()) writer.member("refusal", said.refusal);
    if (!said.calls.empty()) {
        writer.key("tool_calls").begin_array();
        for (const Call& call : said.calls) write_call(writer, *call.call, call.signature);
        writer.end_array();
    }
    if (!choice.citations.empty()) {
        writer.key("annotations").begin_array();
        for (const chat::Citation& citation : choice.citations) write_annotation(writer, citation);
        writer.end_array();
    }
    writer.end_object();
}

}    // namespace

std::string encode_response(const chat::Response& response, const Reply& reply) {
    std::string out;
    json::Writer writer(out);
    writer.begin_object().member("id", shown_id(response.id, reply.request_id));
    writer.member("model", response.model.empty() ? std::string_view(reply.model) : response.model);
    writer.member("object", "chat.completion").member("created", response.created.value_or(reply.created));
    writer.key("choices").begin_array();
    for (std::size_t i = 0; i < response.choices.size(); ++i) {
        const Choice& choice = response.choices[i];
        writer.begin_object().member("index", i).key("message");
        write_message(writer, choice);
        const auto finish = chat::finish_beside_calls(choice.finish.value_or(chat::Finish::Natural),
                                                      choice.parts);
        writer.member("finish_reason", write_finish(finish, choice.finish_text)).end_object();
    }
    writer.end_array().key("usage");
    write_usage(writer, response.usage.value_or(Usage{}));
    writer.end_object();
    return out;
}

}    // namespace opusclaw::dialect::openai_chat
