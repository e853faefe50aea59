// dialect/anthropic/encode_response.cpp: a whole Messages answer from the neutral one (spec 06 sections 15.2, 18, 19.3, 21).
#include "base/text.h"
#include "dialect/anthropic/codec.h"
#include "dialect/anthropic/finish.h"
#include "dialect/anthropic/parts.h"
#include "dialect/anthropic/shown.h"
#include "dialect/anthropic/usage_json.h"
#include "dialect/envelope.h"
#include "dialect/media.h"

namespace opusclaw::dialect::anthropic {
namespace {

using chat::Part;

/// Neighbours of one kind are one block: texts as they are, reasoning parted by a blank line.
class BlockList {
public:
    explicit BlockList(json::Writer& writer) : writer_(writer) {}

    void add(const Part& part) {
        if (const auto* const text = std::get_if<chat::Text>(&part)) {
            text_.append(text->text);
        } else if (const auto* const refusal = std::get_if<chat::Refusal>(&part)) {
            text_.append(refusal->text);
        } else if (const auto* const media = std::get_if<chat::Media>(&part)) {
            text_.append(shown_media(*media));
        } else if (const auto* const reasoning = std::get_if<chat::Reasoning>(&part)) {
            close();
            write_reasoning(*reasoning);
        } else if (const auto* const call = std::get_if<chat::ToolCall>(&part)) {
            close();
            write_call(*call);
        }
    }

    /// The last block, and one at least.
    void finish() {
        close();
        if (count_ == 0) write_text("");
    }

private:
    void close() {
        if (!text_.empty()) write_text(text_);
        text_.clear();
    }

    void write_text(std::string_view text) {
        ++count_;
        writer_.begin_object().member("type", "text").member("text", text).end_object();
    }

    void write_reasoning(const chat::Reasoning& reasoning) {
        const auto& opaque = reasoning.opaque;
        if (reasoning.text.empty() && !opaque) return;
        ++count_;
        writer_.begin_object();
        const bool native = opaque && opaque->origin == Dialect::Anthropic;
        if (native && opaque->kind == chat::OpaqueKind::Encrypted) {
            writer_.member("type", "redacted_thinking").member("data", opaque->value);
        } else {
            writer_.member("type", "thinking").member("thinking", reasoning.text);
            writer_.member("signature", opaque ? show_opaque(*opaque, Dialect::Anthropic) : std::string());
        }
        writer_.end_object();
    }

    void write_call(const chat::ToolCall& call) {
        ++count_;
        writer_.begin_object().member("type", "tool_use").member("id", call.id).member("name", call.name);
        writer_.member_raw("input", input_object(call.arguments, call.kind)).end_object();
    }

    json::Writer& writer_;
    std::string text_;
    std::size_t count_ = 0;
};

}    // namespace

std::string shown_id(std::string_view id, std::string_view request_id) {
    std::string shown(id);
    if (shown.empty()) shown = "chatcmpl-" + std::string(request_id);
    return shown.starts_with("msg_") ? shown : "msg_" + shown;
}

std::string shown_media(const chat::Media& media) {
    if (media.base64.empty()) return media_reference(media);
    const SortedMedia sorted = sort_media(media);
    const bool image = sorted.kind == MediaClass::Image;
    return (image ? "![image](" : "[media](") + data_url(sorted.mime, media.base64) + ")";
}

std::string encode_response(const chat::Response& response, const Reply& reply) {
    std::string out;
    json::Writer writer(out);
    writer.begin_object().member("id", shown_id(response.id, reply.request_id)).member("type", "message");
    writer.member("role", "assistant");
    writer.member("model", response.model.empty() ? std::string_view(reply.model) : response.model);
    writer.key("content").begin_array();
    const chat::Choice none;
    const chat::Choice& choice = response.choices.empty() ? none : response.choices.front();
    BlockList blocks(writer);
    for (const Part& part : choice.parts) blocks.add(part);
    blocks.finish();
    writer.end_array();
    const auto finish = chat::finish_beside_calls(choice.finish.value_or(chat::Finish::Natural),
                                                  choice.parts);
    writer.member("stop_reason", write_finish(finish, choice.finish_text)).member_null("stop_sequence");
    writer.key("usage");
    write_usage(writer, response.usage.value_or(Usage{}));
    writer.end_object();
    return out;
}

}    // namespace opusclaw::dialect::anthropic
