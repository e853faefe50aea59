// dialect/gemini/encode_parts.cpp: single parts of a generateContent request (spec 06 sections 8.4, 13.2, 13.5): what media the provider
// takes and under which name, images inside of Markdown, results as objects.
#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/text.h"
#include "dialect/conversation.h"
#include "dialect/gemini/parts.h"
#include "dialect/media.h"

namespace opusclaw::dialect::gemini {
namespace {

using chat::Media;

/// In order, as the error tells them.
constexpr std::array<std::string_view, 25> kMimes = {
    "application/pdf", "audio/aac",  "audio/aiff", "audio/flac", "audio/mp3", "audio/mpeg", "audio/ogg",
    "audio/wav",       "image/heic", "image/heif", "image/jpeg", "image/jpg", "image/png",  "image/webp",
    "text/plain",      "video/3gpp", "video/avi",  "video/flv",  "video/mov", "video/mp4",  "video/mpeg",
    "video/mpegps",    "video/mpg",  "video/webm", "video/wmv"};
constexpr std::array<std::string_view, 8> kTextExtensions = {"txt", "md",   "markdown", "csv",
                                                             "xml", "yaml", "yml",      "log"};
constexpr std::string_view kMarkdownImage = "![";
constexpr std::string_view kDataLink = "](data:";
constexpr std::string_view kBase64Mark = ";base64,";

bool is_taken(std::string_view mime) { return std::find(kMimes.begin(), kMimes.end(), mime) != kMimes.end(); }

/// The provider's name of a type; empty: it takes no such media.
std::string taken_mime(std::string_view mime) {
    if (is_taken(mime)) return std::string(mime);
    if (mime.starts_with("text/")) return "text/plain";
    if (mime == "video/quicktime") return "video/mov";
    if (!mime.starts_with("audio/")) return {};
    std::string plain = "audio/" + audio_format(mime);
    return is_taken(plain) ? plain : std::string();
}

[[noreturn]] void refuse_mime(std::string_view mime, std::string_view identifier) {
    std::string why = "mime type is not supported by Gemini: '" + std::string(mime) + "', url: '";
    why.append(identifier).append("', supported types are: [");
    for (const std::string_view taken : kMimes) {
        if (taken != kMimes.front()) why.append(", ");
        why.append(taken);
    }
    refuse_conversion(why.append("]"));
}

/// How an error names a source without showing all of it.
std::string identifier_of(const Media& media) {
    constexpr std::size_t kOfUrl = 100;
    constexpr std::size_t kOfData = 50;
    if (media.url.empty()) return "base64:" + std::string(media.base64.substr(0, kOfData));
    const std::string_view shown = text::cut_utf8(media.url, kOfUrl);
    return std::string(shown) + (shown.size() < media.url.size() ? "..." : "");
}

/// Addresses that the provider itself can read, and nobody else.
bool is_own_address(std::string_view url) {
    constexpr std::array<std::string_view, 5> kOwn = {"https://www.youtube.com/", "https://youtube.com/",
                                                      "https://youtu.be/",
                                                      "https://generativelanguage.googleapis.com/", "gs://"};
    return std::any_of(kOwn.begin(), kOwn.end(),
                       [url](std::string_view own) { return url.starts_with(own); });
}

/// A file's type by its name, where nothing else tells it.
std::string_view mime_of_name(std::string_view filename) {
    const std::string extension = extension_of_name(filename);
    if (extension == "pdf") return "application/pdf";
    if (extension == "json") return "application/json";
    const bool text = std::find(kTextExtensions.begin(), kTextExtensions.end(), extension) !=
                      kTextExtensions.end();
    return text ? "text/plain" : "";
}

}    // namespace

bool is_whole(std::string_view text, json::Type type) {
    const std::string_view trimmed = text::trim(text);
    const bool container = type == json::Type::Object ? trimmed.starts_with('{') : trimmed.starts_with('[');
    if (!container) return false;
    try {
        const json::Document document = json::Document::over(text);
        document.validate();
        return document.root().type() == type;
    } catch (const Error&) {
        return false;
    }
}

std::string arguments_object(std::string_view arguments, chat::CallKind kind) {
    if (kind == chat::CallKind::Custom) return wrap_input(arguments);
    if (text::trim(arguments).empty()) return "{}";
    if (is_whole(arguments, json::Type::Object)) return std::string(text::trim(arguments));
    std::string out;
    json::Writer(out).begin_object().member("arguments", arguments).end_object();
    return out;
}

void PartWriter::plain_text(std::string_view text, std::string_view signature) {
    if (text.empty()) return;
    writer_.begin_object().member("text", text);
    if (!signature.empty()) writer_.member("thoughtSignature", signature);
    writer_.end_object();
}

void PartWriter::bare_signature(std::string_view signature) {
    writer_.begin_object().member("text", "").member("thoughtSignature", signature).end_object();
}

void PartWriter::inline_data(std::string_view mime, std::string_view base64, std::string_view signature) {
    writer_.begin_object().key("inlineData").begin_object();
    writer_.member("mimeType", mime).member("data", base64).end_object();
    if (!signature.empty()) writer_.member("thoughtSignature", signature);
    writer_.end_object();
}

void PartWriter::markdown_image(std::string_view url, std::string_view signature) {
    const std::size_t mark = url.find(kBase64Mark);
    const std::string_view data = mark == std::string_view::npos ? url
                                                                 : url.substr(mark + kBase64Mark.size());
    const auto base64 = mark == std::string_view::npos ? std::nullopt : strict_base64(data, encoding_.pool);
    if (!base64) refuse_conversion("decode markdown base64 image data failed: illegal base64 data");
    inline_data(url.substr(0, mark), *base64, signature);
}

void PartWriter::text(std::string_view text, std::string_view signature, Signing signing) {
    const bool bypass = signing == Signing::Bypass;
    const auto write_text = [&](std::string_view piece) {
        if (piece.empty()) return;
        const bool first = bypass && !std::exchange(text_signed_, true);
        plain_text(piece, first ? kBypass : std::exchange(signature, {}));
    };
    std::size_t written = 0;    // of `text`
    std::size_t from = 0;
    std::size_t link = 0;    // the next one that is known
    while (true) {
        const std::size_t open = text.find(kMarkdownImage, from);
        if (open == std::string_view::npos) break;
        if (link < open + kMarkdownImage.size()) link = text.find(']', open + kMarkdownImage.size());
        if (link == std::string_view::npos) break;
        if (!text.substr(link).starts_with(kDataLink)) {
            from = open + kMarkdownImage.size();
            continue;
        }
        const std::size_t begin = link + kDataLink.size();
        const std::size_t end = text.find(')', begin);
        if (end == std::string_view::npos) break;
        write_text(text.substr(written, open - written));
        markdown_image(text.substr(begin, end - begin), bypass ? kBypass : std::exchange(signature, {}));
        written = from = end + 1;
    }
    write_text(text.substr(written));
}

void PartWriter::inline_media(const Media& media, std::string_view identifier) {
    Media named = media;
    if (named.mime.empty() || named.mime == "application/octet-stream")
        named.mime = mime_of_name(media.filename);
    const SortedMedia sorted = sort_media(named);
    if (sorted.kind == MediaClass::PlainText)
        return plain_text(text_of_base64(named.base64).value_or(""), {});
    const bool labelled = sorted.kind == MediaClass::BrokenImage && !named.mime.empty();
    const std::string_view mime = labelled ? named.mime : std::string_view(sorted.mime);
    const std::string taken = taken_mime(mime);
    if (taken.empty()) refuse_mime(mime, identifier);
    const auto base64 = strict_base64(named.base64, encoding_.pool);
    if (!base64) return plain_text(media_reference(media), {});
    inline_data(taken, *base64, {});
}

/// A remote file: asked for, or written as what came.
void PartWriter::fetched(const Media& media) {
    const auto found = encoding_.target.files.find(media.url);
    if (found == encoding_.target.files.end()) {
        encoding_.needs.add(media.url);
        return;
    }
    inline_media(with_data(media, found->second), identifier_of(media));
}

void PartWriter::media(const Media& media) {
    if (!media.plain.empty()) {
        plain_text(media.plain, {});
    } else if (!media.base64.empty()) {
        inline_media(media, identifier_of(media));
    } else if (is_own_address(media.url)) {
        writer_.begin_object().key("fileData").begin_object();
        if (!media.mime.empty()) writer_.member("mimeType", media.mime);
        writer_.member("fileUri", media.url).end_object().end_object();
    } else if (!media.url.empty()) {
        fetched(media);
    } else if (!media.file_id.empty()) {
        encoding_.notes.add("file");
        plain_text(media_reference(media), {});
    }
}

void PartWriter::call(const chat::ToolCall& call, std::string_view signature) {
    writer_.begin_object().key("functionCall").begin_object();
    writer_.member("name", encoding_.tools.sent(call.name));
    writer_.member_raw("args", arguments_object(call.arguments, call.kind)).end_object();
    if (!signature.empty()) writer_.member("thoughtSignature", signature);
    writer_.end_object();
}

void PartWriter::result(const chat::ToolResult& result, std::string_view name) {
    writer_.begin_object().key("functionResponse").begin_object();
    writer_.member("name", encoding_.tools.sent(name)).key("response");
    const std::string text = plain_text_of(result);
    if (result.outcome == chat::Outcome::Failure) {
        writer_.begin_object().member("error", text).end_object();
    } else if (is_whole(text, json::Type::Object)) {
        writer_.raw(text);
    } else if (is_whole(text, json::Type::Array)) {
        writer_.begin_object().member_raw("result", text).end_object();
    } else {
        writer_.begin_object().member("content", text).end_object();
    }
    writer_.end_object().end_object();
}

}    // namespace opusclaw::dialect::gemini
