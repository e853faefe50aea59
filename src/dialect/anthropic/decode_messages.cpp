// dialect/anthropic/decode_messages.cpp: the system texts, messages and content blocks of a Messages request (spec 06 sections 5,
// 8.1, 11.5, 13).
#include "dialect/anthropic/parts.h"
#include "dialect/envelope.h"
#include "dialect/media.h"

namespace opusclaw::dialect::anthropic {
namespace {

using chat::MediaKind;
using chat::Message;
using chat::Part;
using chat::Request;
using json::Type;
using json::View;

bool is_text(std::string_view type) { return type == "text" || type == "input_text"; }

/// The texts of a document whose source is a list of blocks.
std::string_view text_of_blocks(Request& request, const View& content) {
    if (const auto text = request.pool.string(content)) return *text;
    std::string joined;
    content.each_item([&](const View& block) {
        joined.append(joined.empty() ? "" : "\n").append(request.pool.string_at(block, "text"));
        return true;
    });
    return request.pool.keep(std::move(joined));
}

chat::Media read_media(Request& request, const View& block, MediaKind kind) {
    chat::Media media{.kind = kind};
    const auto source = block.find("source");
    if (source) {
        const std::string_view type = request.pool.string_at(*source, "type");
        const std::string_view mime = request.pool.string_at(*source, "media_type");
        if (type == "base64")
            media = media_from(request.pool.string_at(*source, "data"), kind, mime, request.pool);
        if (type == "url") media.url = request.pool.string_at(*source, "url");
        if (type == "file") media.file_id = request.pool.string_at(*source, "file_id");
        if (type == "text") media.plain = request.pool.string_at(*source, "data");
        const auto content = source->find("content");
        if (type == "content" && content) media.plain = text_of_blocks(request, *content);
    }
    media.filename = request.pool.string_at(block, "title");
    media.cache_control = cache_control_of(block);
    return media;
}

chat::ToolResult read_result(Request& request, const View& block) {
    chat::ToolResult result;
    result.call_id = request.pool.string_at(block, "tool_use_id");
    result.name = request.pool.string_at(block, "name");
    const auto failed = block.find("is_error");
    if (failed && failed->as_bool() == true) result.outcome = chat::Outcome::Failure;
    result.cache_control = cache_control_of(block);
    const auto content = block.find("content");
    if (!content) return result;
    if (content->type() != Type::Array) {
        result.parts.emplace_back(chat::Text{request.pool.arguments(content), {}});
        return result;
    }
    result.form = chat::ContentForm::Parts;
    content->each_item([&](const View& piece) {
        const std::string_view type = request.pool.string_at(piece, "type");
        if (is_text(type)) {
            result.parts.emplace_back(
                chat::Text{request.pool.string_at(piece, "text"), cache_control_of(piece)});
        } else if (type == "image") {
            result.parts.emplace_back(read_media(request, piece, MediaKind::Image));
        } else if (type == "document") {
            result.parts.emplace_back(read_media(request, piece, MediaKind::File));
        } else {
            // What other blocks say is worth more to the model than their absence.
            result.parts.emplace_back(chat::Text{piece.raw(), {}});
        }
        return true;
    });
    return result;
}

chat::ToolCall read_call(Request& request, const View& block) {
    chat::ToolCall call;
    call.id = request.pool.string_at(block, "id");
    call.name = request.pool.string_at(block, "name");
    call.arguments = request.pool.arguments(block.find("input"));
    call.cache_control = cache_control_of(block);
    return call;
}

void read_reasoning(Request& request, const View& block, Message& out) {
    const std::string_view signature = request.pool.string_at(block, "signature");
    out.parts.emplace_back(chat::Reasoning{
        request.pool.string_at(block, "thinking"),
        read_opaque(signature, chat::OpaqueKind::Signature, Dialect::Anthropic, request.pool)});
}

void read_redacted(Request& request, const View& block, Message& out) {
    const std::string_view data = request.pool.string_at(block, "data");
    out.parts.emplace_back(chat::Reasoning{
        {}, read_opaque(data, chat::OpaqueKind::Encrypted, Dialect::Anthropic, request.pool)});
}

void read_block(Request& request, const View& block, Message& out) {
    const std::string_view type = request.pool.string_at(block, "type");
    if (is_text(type)) {
        const std::string_view text = request.pool.string_at(block, "text");
        out.parts.emplace_back(chat::Text{text, cache_control_of(block)});
    } else if (type == "image") {
        out.parts.emplace_back(read_media(request, block, MediaKind::Image));
    } else if (type == "document") {
        out.parts.emplace_back(read_media(request, block, MediaKind::File));
    } else if (type == "tool_use") {
        out.parts.emplace_back(read_call(request, block));
    } else if (type == "tool_result") {
        out.parts.emplace_back(read_result(request, block));
    } else if (type == "thinking") {
        read_reasoning(request, block, out);
    } else if (type == "redacted_thinking") {
        read_redacted(request, block, out);
    } else {
        request.left_behind.push_back(type.empty() ? "content block" : type);
    }
}

}    // namespace

void read_system(Request& request, const View& system) {
    request.system.clear();    // of equal members the last counts
    if (const auto text = request.pool.string(system)) {
        if (!text->empty()) request.system.push_back({*text, {}});
        return;
    }
    system.each_item([&request](const View& block) {
        const std::string_view text = request.pool.string_at(block, "text");
        if (!text.empty()) request.system.push_back({text, cache_control_of(block)});
        return true;
    });
}

void read_messages(Request& request, const View& messages) {
    request.messages.clear();
    messages.each_item([&request](const View& value) {
        if (value.type() != Type::Object) return true;
        Message message;
        if (request.pool.string_at(value, "role") == "assistant") message.role = chat::Role::Assistant;
        const auto content = value.find("content");
        const auto text = content ? request.pool.string(*content) : std::nullopt;
        if (text) {
            message.form = chat::ContentForm::PlainString;
            message.parts.emplace_back(chat::Text{*text, {}});
        } else if (content) {
            content->each_item([&](const View& block) {
                read_block(request, block, message);
                return true;
            });
        }
        request.messages.push_back(std::move(message));
        return true;
    });
}

}    // namespace opusclaw::dialect::anthropic
