// dialect/media.cpp: sources, first bytes and references (spec 06 sections 13.1 to 13.4; 04 section 22.1).
#include "dialect/media.h"

#include <algorithm>
#include <array>

#include "base/crypto.h"
#include "base/error.h"
#include "base/text.h"

namespace opusclaw::dialect {
namespace {

using namespace std::string_view_literals;
using chat::Media;
using chat::MediaKind;

constexpr std::string_view kUnknownMime = "application/octet-stream";
constexpr std::size_t kMagicCharacters = 16;    // of Base64: the first 12 bytes

std::string lower_mime(std::string_view mime) {
    return text::lower(text::trim(mime.substr(0, mime.find(';'))));
}

struct Magic {
    std::string_view bytes, mime;
};
constexpr std::array kMagics = {
    Magic{"\xFF\xD8\xFF"sv, "image/jpeg"sv},
    Magic{"\x89PNG\r\n\x1A\n"sv, "image/png"sv},
    Magic{"GIF87a"sv, "image/gif"sv},
    Magic{"GIF89a"sv, "image/gif"sv},
};

/// The image format that the first bytes tell; empty: none that all vendors take.
std::string_view image_by_magic(std::string_view bytes) {
    for (const Magic& magic : kMagics) {
        if (bytes.starts_with(magic.bytes)) return magic.mime;
    }
    const bool webp = bytes.size() >= 12 && bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP";
    return webp ? "image/webp"sv : std::string_view();
}

std::string first_bytes(std::string_view base64) {
    return bytes_of_base64(base64.substr(0, kMagicCharacters)).value_or("");
}

bool is_plain_text(std::string_view mime) { return mime.starts_with("text/") || mime == "application/json"; }

/// By the alphabet alone: nothing is decoded.
bool is_strict_base64(std::string_view text) {
    std::size_t end = text.size();
    for (int padding = 0; padding < 2 && end > 0 && text[end - 1] == '='; ++padding) --end;
    return text.size() % 4 == 0 &&
           std::all_of(text.begin(), text.begin() + static_cast<long>(end), [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                      c == '+' || c == '/';
           });
}

}    // namespace

Media media_from(std::string_view source, MediaKind kind, std::string_view mime, chat::TextPool& pool) {
    Media media{.kind = kind};
    if (is_web_address(source)) {
        media.url = source;
    } else if (source.starts_with("data:")) {
        const std::size_t comma = source.find(',');
        if (comma != std::string_view::npos) {
            media.base64 = source.substr(comma + 1);
            if (mime.empty()) mime = source.substr(5, comma - 5);
        }
    } else {
        media.base64 = source;
    }
    if (!mime.empty()) media.mime = pool.keep(lower_mime(mime));
    return media;
}

bool is_web_address(std::string_view source) {
    return source.starts_with("http://") || source.starts_with("https://");
}

Media with_data(const Media& media, const FetchedFile& file) {
    const bool shown = media.kind == MediaKind::Image || media.kind == MediaKind::Video;
    if (shown && file.mime == "text/html") {
        throw_error(ErrorKind::InvalidRequest, "convert_request_failed",
                    std::string("get file data failed: there is a web page behind the URL of ") +
                        (media.kind == MediaKind::Image ? "an image" : "a video"));
    }
    Media here = media;
    here.mime = file.mime;
    here.base64 = file.base64;
    return here;
}

SortedMedia sort_media(const Media& media) {
    const std::string head = first_bytes(media.base64);
    const std::string_view image = image_by_magic(head);
    std::string mime(media.mime);
    if (mime.empty() && head.starts_with("%PDF-")) mime = "application/pdf";
    if (mime.empty() && (media.kind == MediaKind::Image || !image.empty())) mime = "image/unknown";
    if (mime.starts_with("image/")) {
        if (image.empty() || !(is_strict_base64(media.base64) || bytes_of_base64(media.base64)))
            return {MediaClass::BrokenImage, mime == "image/unknown" ? std::string(kUnknownMime) : mime};
        return {MediaClass::Image, std::string(image)};
    }
    if (mime.starts_with("audio/")) return {MediaClass::Audio, mime};
    if (mime.starts_with("video/")) return {MediaClass::Video, mime};
    if (mime.starts_with("application/pdf")) return {MediaClass::Pdf, mime};
    if (is_plain_text(mime) && text_of_base64(media.base64)) return {MediaClass::PlainText, mime};
    return {MediaClass::Other, mime.empty() ? std::string(kUnknownMime) : mime};
}

std::optional<std::string> bytes_of_base64(std::string_view text) {
    if (auto strict = crypto::base64_decode(text)) return strict;
    std::string clean;
    clean.reserve(text.size() + 3);
    for (const char c : text) {
        if (c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '=') continue;
        clean.push_back(c == '-' ? '+' : c == '_' ? '/' : c);
    }
    while (clean.size() % 4 != 0) clean.push_back('=');
    return crypto::base64_decode(clean);
}

std::optional<std::string_view> strict_base64(std::string_view text, chat::TextPool& pool) {
    if (is_strict_base64(text)) return text;
    const auto bytes = bytes_of_base64(text);
    if (!bytes) return std::nullopt;
    return pool.keep(crypto::base64_encode(*bytes));
}

std::optional<std::string> text_of_base64(std::string_view text) {
    auto bytes = bytes_of_base64(text);
    if (!bytes || !text::valid_utf8(*bytes)) return std::nullopt;
    return bytes;
}

std::string media_reference(const Media& media) {
    if (!media.file_id.empty()) return "[file " + std::string(media.file_id) + "]";
    std::string out = "[file";
    if (!media.mime.empty()) out.append(" ").append(media.mime);
    out.append("]");
    if (!media.url.empty()) out.append(" ").append(media.url);
    return out;
}

std::string data_url(std::string_view mime, std::string_view base64) {
    std::string out = "data:";
    out.reserve(mime.size() + base64.size() + 16);
    return out.append(mime).append(";base64,").append(base64);
}

std::string extension_of_mime(std::string_view mime) {
    if (mime == "text/plain") return "txt";
    if (mime == "text/markdown") return "md";
    if (mime == kUnknownMime) return "bin";
    std::string subtype(mime.substr(mime.find('/') + 1));
    if (subtype.starts_with("x-")) subtype.erase(0, 2);
    const bool odd = subtype.empty() || subtype.size() > 8 ||
                     subtype.find_first_of(".+") != std::string::npos;
    return odd ? "bin" : subtype;
}

std::string extension_of_name(std::string_view filename) {
    const std::size_t dot = filename.rfind('.');
    return dot == std::string_view::npos ? std::string() : text::lower(filename.substr(dot + 1));
}

std::string audio_format(std::string_view mime) {
    const std::string subtype(mime.substr(mime.find('/') + 1));
    if (subtype == "mpeg") return "mp3";
    if (subtype == "x-wav" || subtype == "wave" || subtype == "vnd.wave") return "wav";
    return subtype;
}

}    // namespace opusclaw::dialect
