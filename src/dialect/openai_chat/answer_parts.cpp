// dialect/openai_chat/answer_parts.cpp: the members of messages and deltas (spec 06 sections 11.5, 15).
#include "dialect/openai_chat/answer_parts.h"

#include "dialect/envelope.h"
#include "dialect/media.h"

namespace opusclaw::dialect::openai_chat {

using json::View;

std::string_view reasoning_in(const View& message, chat::TextPool& pool) {
    const std::string_view text = pool.string_at(message, "reasoning_content");
    return text.empty() ? pool.string_at(message, "reasoning") : text;
}

std::string_view text_in(const View& message, chat::TextPool& pool) {
    const auto content = message.find("content");
    if (!content || content->type() != json::Type::Array) return pool.string_at(message, "content");
    std::string joined;
    content->each_item([&](const View& part) {
        joined.append(pool.string_at(part, "text"));
        return true;
    });
    return pool.keep(std::move(joined));
}

void each_image(const View& message, chat::TextPool& pool, const MediaVisitor& visit) {
    const auto images = message.find("images");
    if (!images) return;
    images->each_item([&](const View& image) {
        const auto url = image.at({"image_url", "url"});
        const auto source = url ? pool.string(*url) : std::nullopt;
        if (source && !source->empty()) visit(media_from(*source, chat::MediaKind::Image, {}, pool));
        return true;
    });
}

void each_annotation(const View& message, chat::TextPool& pool, const CitationVisitor& visit) {
    const auto annotations = message.find("annotations");
    if (!annotations) return;
    annotations->each_item([&](const View& annotation) {
        const auto cited = annotation.find("url_citation");
        if (!cited) return true;
        chat::Citation citation{.url = pool.string_at(*cited, "url"),
                                .title = pool.string_at(*cited, "title")};
        if (const auto start = cited->find("start_index")) citation.start = start->as_int();
        if (const auto end = cited->find("end_index")) citation.end = end->as_int();
        if (!citation.url.empty()) visit(citation);
        return true;
    });
}

void write_annotation(json::Writer& writer, const chat::Citation& citation) {
    writer.begin_object().member("type", "url_citation").key("url_citation").begin_object();
    writer.member("url", citation.url).member("title", citation.title);
    writer.member("start_index", citation.start.value_or(0)).member("end_index", citation.end.value_or(0));
    writer.end_object().end_object();
}

void write_reasoning_detail(json::Writer& writer, const chat::Opaque& opaque, std::string_view text,
                            std::size_t index) {
    writer.begin_object();
    const std::string value = show_opaque(opaque, Dialect::Anthropic);
    if (opaque.kind == chat::OpaqueKind::Encrypted) {
        writer.member("type", "reasoning.encrypted").member("data", value);
    } else {
        writer.member("type", "reasoning.text").member("text", text).member("signature", value);
    }
    if (opaque.origin == Dialect::Anthropic) writer.member("format", "anthropic-claude-v1");
    writer.member("index", index).end_object();
}

void write_call_signature(json::Writer& writer, std::string_view signature) {
    if (signature.empty()) return;
    writer.key("extra_content").begin_object().key("google").begin_object();
    writer.member("thought_signature", signature).end_object().end_object();
}

std::string shown_media(const chat::Media& media) {
    if (media.base64.empty()) {
        const bool image = media.kind == chat::MediaKind::Image && !media.url.empty();
        return image ? "![image](" + std::string(media.url) + ")" : media_reference(media);
    }
    const SortedMedia sorted = sort_media(media);
    const bool image = sorted.kind == MediaClass::Image;
    return (image ? "![image](" : "[media](") + data_url(sorted.mime, media.base64) + ")";
}

std::string shown_id(std::string_view id, std::string_view request_id) {
    return id.empty() ? "chatcmpl-" + std::string(request_id) : std::string(id);
}

}    // namespace opusclaw::dialect::openai_chat
