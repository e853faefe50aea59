// dialect/anthropic/encode_blocks.cpp: content blocks of a Messages request (spec 06 sections 8.3, 11.5, 13.2 to 13.4).
#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/text.h"
#include "dialect/anthropic/parts.h"
#include "dialect/conversation.h"
#include "dialect/envelope.h"
#include "dialect/media.h"

namespace opusclaw::dialect::anthropic {
namespace {

using chat::Media;
using chat::MediaKind;

constexpr std::string_view kPdf = "application/pdf";
constexpr std::array<std::string_view, 15> kTextExtensions = {"txt", "md",   "markdown", "csv", "json",
                                                              "xml", "yaml", "yml",      "log", "html",
                                                              "htm", "css",  "js",       "py",  "tsv"};

/// What a file is for the table of section 13.4.
enum class FileClass { Pdf, Text, Image, Unknown };

FileClass class_of_file(const Media& media) {
    const std::string extension = extension_of_name(media.filename);
    if (extension == "pdf") return FileClass::Pdf;
    if (std::find(kTextExtensions.begin(), kTextExtensions.end(), extension) != kTextExtensions.end())
        return FileClass::Text;
    constexpr std::size_t kLongestExtension = 8;    // longer ones are part of a title
    if (!extension.empty() && extension.size() <= kLongestExtension) return FileClass::Unknown;
    switch (sort_media(media).kind) {
        case MediaClass::Pdf: return FileClass::Pdf;
        case MediaClass::PlainText: return FileClass::Text;
        case MediaClass::Image: return FileClass::Image;
        default: return FileClass::Unknown;
    }
}

bool is_object(std::string_view json) {
    try {
        const json::Document document = json::Document::over(json);
        document.validate();
        return document.root().type() == json::Type::Object;
    } catch (const Error&) {
        return false;
    }
}

}    // namespace

std::string input_object(std::string_view arguments, chat::CallKind kind) {
    if (kind == chat::CallKind::Custom) return wrap_input(arguments);
    if (text::trim(arguments).empty()) return "{}";
    if (is_object(arguments)) return std::string(arguments);
    std::string out;
    json::Writer(out).begin_object().member("arguments", arguments).end_object();
    return out;
}

void BlockWriter::cache_control(chat::CacheControl control) {
    if (!control.empty()) writer_.member_raw("cache_control", control);
}

void BlockWriter::text(std::string_view text, chat::CacheControl control) {
    if (text::trim(text).empty()) return;    // the provider refuses blank texts
    ++count_;
    writer_.begin_object().member("type", "text").member("text", text);
    cache_control(control);
    writer_.end_object();
}

void BlockWriter::base64_block(std::string_view type, std::string_view mime, const Media& media) {
    const auto base64 = strict_base64(media.base64, encoding_.pool);
    if (!base64) return text(media_reference(media), media.cache_control);
    ++count_;
    writer_.begin_object().member("type", type).key("source").begin_object();
    writer_.member("type", "base64").member("media_type", mime).member("data", *base64).end_object();
    if (type == "document" && !media.filename.empty()) writer_.member("title", media.filename);
    cache_control(media.cache_control);
    writer_.end_object();
}

void BlockWriter::file(const Media& media) {
    switch (class_of_file(media)) {
        case FileClass::Pdf: return base64_block("document", kPdf, media);
        case FileClass::Image: return base64_block("image", sort_media(media).mime, media);
        case FileClass::Text:
            if (const auto decoded = text_of_base64(media.base64)) return text(*decoded, media.cache_control);
            break;
        case FileClass::Unknown: break;
    }
    encoding_.notes.add("file");
}

void BlockWriter::inline_block(const Media& media) {
    const SortedMedia sorted = sort_media(media);
    if (sorted.kind == MediaClass::Image) return base64_block("image", sorted.mime, media);
    if (sorted.kind == MediaClass::Pdf) return base64_block("document", kPdf, media);
    const bool as_text = sorted.kind == MediaClass::PlainText;
    const auto decoded = as_text ? text_of_base64(media.base64) : std::nullopt;
    if (decoded) return text(*decoded, media.cache_control);
    encoding_.notes.add(sorted.kind == MediaClass::Audio ? "audio" : "media");
    text(media_reference(media), media.cache_control);
}

/// A remote file: asked for, or written as what came.
void BlockWriter::fetched(const Media& media) {
    const auto found = encoding_.target.files.find(media.url);
    if (found == encoding_.target.files.end()) {
        encoding_.needs.add(media.url);
        return;
    }
    inline_block(with_data(media, found->second));
}

void BlockWriter::media(const Media& media) {
    const bool seen = media.kind == MediaKind::Image || media.kind == MediaKind::File;
    if (!media.plain.empty()) {
        ++count_;
        writer_.begin_object().member("type", "document").key("source").begin_object();
        writer_.member("type", "text").member("media_type", "text/plain").member("data", media.plain);
        writer_.end_object();
        if (!media.filename.empty()) writer_.member("title", media.filename);
        cache_control(media.cache_control);
        writer_.end_object();
    } else if (!media.url.empty() && seen) {
        fetched(media);
    } else if (!media.base64.empty()) {
        media.kind == MediaKind::File ? file(media) : inline_block(media);
    } else if (!media.url.empty() || !media.file_id.empty()) {
        encoding_.notes.add(media.kind == MediaKind::Video ? "video" : "file");
        text(media_reference(media), media.cache_control);
    }
}

void BlockWriter::call(const chat::ToolCall& call) {
    ++count_;
    writer_.begin_object().member("type", "tool_use");
    writer_.member("id", usable_id(call.id, IdRule::WordCharacters, encoding_.pool));
    writer_.member("name", encoding_.tools.sent(call.name));
    writer_.member_raw("input", input_object(call.arguments, call.kind));
    cache_control(call.cache_control);
    writer_.end_object();
}

void BlockWriter::result(const chat::ToolResult& result, std::string_view call_id) {
    ++count_;
    writer_.begin_object().member("type", "tool_result");
    writer_.member("tool_use_id", usable_id(call_id, IdRule::WordCharacters, encoding_.pool));
    if (result.form == chat::ContentForm::PlainString) {
        writer_.member("content", plain_text_of(result));
    } else {
        writer_.key("content").begin_array();
        BlockWriter inner(encoding_, writer_);
        for (const chat::ResultPart& part : result.parts) {
            if (const auto* const said = std::get_if<chat::Text>(&part)) {
                inner.text(said->text, said->cache_control);
            } else {
                inner.media(std::get<Media>(part));
            }
        }
        writer_.end_array();
    }
    if (result.outcome == chat::Outcome::Failure) writer_.member("is_error", true);
    cache_control(result.cache_control);
    writer_.end_object();
}

void BlockWriter::reasoning(const chat::Reasoning& reasoning) {
    const auto& opaque = reasoning.opaque;
    if (!opaque || !readable_by(*opaque, Dialect::Anthropic, encoding_.plan.model)) {
        encoding_.notes.add("reasoning of earlier turns");
        return;
    }
    ++count_;
    writer_.begin_object();
    if (opaque->kind == chat::OpaqueKind::Encrypted) {
        writer_.member("type", "redacted_thinking").member("data", opaque->value);
    } else {
        writer_.member("type", "thinking").member("thinking", reasoning.text);
        writer_.member("signature", opaque->value);
    }
    writer_.end_object();
}

}    // namespace opusclaw::dialect::anthropic
