// relay/file_type.cpp: the signs in the order of spec 04 section 22.1; the first that says something is believed.
#include "relay/file_type.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "base/url.h"

namespace opusclaw::relay {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kUnknown = "application/octet-stream";

using Named = std::pair<std::string_view, std::string_view>;
constexpr std::array kExtensions = {
    Named{"txt", "text/plain"},  Named{"md", "text/plain"},       Named{"markdown", "text/plain"},
    Named{"csv", "text/plain"},  Named{"json", "text/plain"},     Named{"xml", "text/plain"},
    Named{"html", "text/plain"}, Named{"htm", "text/plain"},      Named{"jpg", "image/jpeg"},
    Named{"jpeg", "image/jpeg"}, Named{"jfif", "image/jpeg"},     Named{"png", "image/png"},
    Named{"gif", "image/gif"},   Named{"webp", "image/webp"},     Named{"heic", "image/heic"},
    Named{"heif", "image/heif"}, Named{"mp3", "audio/mp3"},       Named{"wav", "audio/wav"},
    Named{"mpeg", "audio/mpeg"}, Named{"mp4", "video/mp4"},       Named{"wmv", "video/wmv"},
    Named{"flv", "video/flv"},   Named{"mov", "video/mov"},       Named{"mpg", "video/mpg"},
    Named{"avi", "video/avi"},   Named{"mpegps", "video/mpegps"}, Named{"pdf", "application/pdf"},
};

/// Where the bytes of a format stand, and what they are.
struct Magic {
    std::size_t at;
    std::string_view bytes, mime;
};
constexpr std::array kMagics = {
    Magic{0, "\x89PNG\r\n\x1A\n"sv, "image/png"sv},
    Magic{0, "\xFF\xD8\xFF"sv, "image/jpeg"sv},
    Magic{0, "GIF87a"sv, "image/gif"sv},
    Magic{0, "GIF89a"sv, "image/gif"sv},
    Magic{0, "%PDF-"sv, "application/pdf"sv},
    Magic{8, "WEBP"sv, "image/webp"sv},
    Magic{8, "WAVE"sv, "audio/wav"sv},
    Magic{8, "AVI "sv, "video/avi"sv},
    Magic{0, "ID3"sv, "audio/mpeg"sv},
    Magic{0, "\xFF\xFB"sv, "audio/mpeg"sv},
    Magic{0, "OggS"sv, "audio/ogg"sv},
    Magic{0, "fLaC"sv, "audio/flac"sv},
    Magic{0, "\x1A\x45\xDF\xA3"sv, "video/webm"sv},
    Magic{0, "FLV\x01"sv, "video/flv"sv},
};

std::string_view mime_of_extension(std::string_view name) {
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos) return {};
    const std::string extension = text::lower(name.substr(dot + 1));
    const auto* const found = std::ranges::find(kExtensions, std::string_view(extension), &Named::first);
    return found == kExtensions.end() ? std::string_view() : found->second;
}

/// The type that the server names, when that says anything.
std::string told_type(std::string_view content_type) {
    std::string type = text::lower(text::trim(content_type.substr(0, content_type.find(';'))));
    const bool said = type.find('/') != std::string::npos && !type.ends_with("/octet-stream");
    return said ? type : std::string();
}

/// The name in `attachment; filename="photo.png"` and its encoded form.
std::string name_in(std::string_view disposition) {
    for (const std::string_view piece : text::split(disposition, ';')) {
        const std::string_view parameter = text::trim(piece);
        const std::size_t equals = parameter.find('=');
        if (equals == std::string_view::npos) continue;
        const std::string name = text::lower(text::trim(parameter.substr(0, equals)));
        if (name != "filename" && name != "filename*") continue;
        std::string_view value = text::trim(parameter.substr(equals + 1));
        if (value.size() > 1 && value.front() == '"' && value.back() == '"')
            value = value.substr(1, value.size() - 2);
        return std::string(value);
    }
    return {};
}

/// ISO base media: the brand tells pictures from films.
std::string_view type_of_brand(std::string_view brand) {
    constexpr std::array kHeic = {"heic"sv, "heix"sv, "hevc"sv, "hevx"sv, "heim"sv, "heis"sv};
    if (std::ranges::find(kHeic, brand) != kHeic.end()) return "image/heic";
    if (brand == "mif1" || brand == "msf1") return "image/heif";
    if (brand == "qt  ") return "video/mov";
    return brand.starts_with("M4A") ? "audio/mp4"sv : "video/mp4"sv;
}

bool is_page(std::string_view start) {
    const std::string head = text::lower(start);
    return head.starts_with("<!doctype html") || head.starts_with("<html");
}

std::string_view type_of_bytes(std::string_view bytes) {
    constexpr std::size_t kLookedAt = 512;
    for (const Magic& magic : kMagics) {
        const bool riff = magic.at == 0 || bytes.starts_with("RIFF");
        if (riff && bytes.size() >= magic.at && bytes.substr(magic.at).starts_with(magic.bytes))
            return magic.mime;
    }
    if (bytes.size() >= 12 && bytes.substr(4, 4) == "ftyp") return type_of_brand(bytes.substr(8, 4));
    const std::string_view start = text::trim(bytes.substr(0, kLookedAt));
    if (is_page(start)) return "text/html";
    const bool readable = !start.empty() && std::ranges::none_of(start, [](char c) {
        return static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\r' && c != '\t';
    });
    return readable && text::valid_utf8(bytes) ? "text/plain"sv : std::string_view();
}

}    // namespace

std::string file_type(const FileSigns& signs) {
    if (std::string told = told_type(signs.content_type); !told.empty()) return told;
    const std::string path = percent_decode(signs.path).value_or(std::string(signs.path));
    for (const std::string_view mime :
         {mime_of_extension(name_in(signs.content_disposition)),
          mime_of_extension(path.substr(path.rfind('/') + 1)), type_of_bytes(signs.bytes)}) {
        if (!mime.empty()) return std::string(mime);
    }
    return std::string(kUnknown);
}

}    // namespace opusclaw::relay
