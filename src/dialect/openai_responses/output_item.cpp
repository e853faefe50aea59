// dialect/openai_responses/output_item.cpp: one object a kind of item (spec 06 section 15.2).
#include "dialect/openai_responses/output_item.h"

#include "base/crypto.h"
#include "dialect/media.h"

namespace opusclaw::dialect::openai_responses {
namespace {

constexpr std::size_t kIdDigits = 32;

std::string_view status_name(ItemStatus status) {
    switch (status) {
        case ItemStatus::InProgress: return "in_progress";
        case ItemStatus::Completed: break;
        case ItemStatus::Incomplete: return "incomplete";
    }
    return "completed";
}

struct KindNames {
    std::string_view type, prefix;
};
KindNames names_of(ItemKind kind) {
    switch (kind) {
        case ItemKind::Reasoning: return {"reasoning", "rs_"};
        case ItemKind::Message: break;
        case ItemKind::FunctionCall: return {"function_call", "fc_"};
        case ItemKind::CustomCall: return {"custom_tool_call", "ctc_"};
        case ItemKind::Image: return {"image_generation_call", "ig_"};
    }
    return {"message", "msg_"};
}

void write_summary(json::Writer& writer, const OutputItem& item) {
    writer.key("summary").begin_array();
    if (!item.text.empty())
        writer.begin_object().member("type", "summary_text").member("text", item.text).end_object();
    writer.end_array();
    if (!item.encrypted.empty()) writer.member("encrypted_content", item.encrypted);
}

void write_message(json::Writer& writer, const OutputItem& item, ItemStatus status) {
    writer.member("status", status_name(status)).member("role", "assistant").key("content").begin_array();
    for (const OutputPart& part : item.parts) write_part(writer, part);
    writer.end_array();
}

void write_image(json::Writer& writer, const OutputItem& item, ItemStatus status) {
    writer.member("status", status_name(status));
    if (item.text.empty()) {
        writer.member_null("result");
    } else {
        writer.member("result", item.text);
    }
}

}    // namespace

std::string ItemIds::made(std::string_view prefix, std::size_t index) const {
    const std::string seed = request_id_ + ":" + std::string(prefix) + std::to_string(index);
    return std::string(prefix) + crypto::hex(crypto::sha256(seed)).substr(0, kIdDigits);
}

std::string ItemIds::response() const { return made("resp_", 0); }
std::string ItemIds::item(ItemKind kind, std::size_t index) const {
    return made(names_of(kind).prefix, index);
}
std::string ItemIds::call(std::size_t index) const { return made("call_", index); }

void write_part(json::Writer& writer, const OutputPart& part) {
    if (part.kind == PartKind::Refusal) {
        writer.begin_object().member("type", "refusal").member("refusal", part.text).end_object();
        return;
    }
    writer.begin_object().member("type", "output_text").member("text", part.text);
    writer.key("annotations").begin_array();
    for (const std::string& annotation : part.annotations) writer.raw(annotation);
    writer.end_array().end_object();
}

void write_item(json::Writer& writer, const OutputItem& item, ItemStatus status) {
    writer.begin_object().member("type", names_of(item.kind).type).member("id", item.id);
    switch (item.kind) {
        case ItemKind::Reasoning: write_summary(writer, item); break;
        case ItemKind::Message: write_message(writer, item, status); break;
        case ItemKind::FunctionCall:
            writer.member("call_id", item.call_id).member("name", item.name);
            writer.member("arguments", item.text).member("status", status_name(status));
            break;
        case ItemKind::CustomCall:
            writer.member("call_id", item.call_id).member("name", item.name).member("input", item.text);
            if (status == ItemStatus::Incomplete) writer.member("status", status_name(status));
            break;
        case ItemKind::Image: write_image(writer, item, status); break;
    }
    writer.end_object();
}

std::string annotation_of(const chat::Citation& citation) {
    std::string out;
    json::Writer writer(out);
    writer.begin_object().member("type", "url_citation");
    writer.member("start_index", citation.start.value_or(0)).member("end_index", citation.end.value_or(0));
    writer.member("url", citation.url).member("title", citation.title).end_object();
    return out;
}

std::optional<std::string_view> picture_data(const chat::Media& media) {
    if (media.base64.empty() || sort_media(media).kind != MediaClass::Image) return std::nullopt;
    return media.base64;
}

std::string shown_media(const chat::Media& media) {
    if (!media.base64.empty()) return "[media](" + data_url(sort_media(media).mime, media.base64) + ")";
    const bool image = media.kind == chat::MediaKind::Image && !media.url.empty();
    return image ? "![image](" + std::string(media.url) + ")" : media_reference(media);
}

}    // namespace opusclaw::dialect::openai_responses
