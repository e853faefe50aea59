// provider/bedrock_nova_media.cpp: what a part is, told by its first bytes and its type; what the model has no form for is named in a text.
#include "provider/bedrock_nova_media.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "base/unfit.h"
#include "dialect/media.h"
#include "dialect/needs.h"
#include "dialect/openai_chat/parts.h"

namespace opusclaw::provider {
namespace {

using dialect::chat::Media;
using dialect::chat::MediaKind;

/// The model's name of a format, by the part of a MIME type behind the slash.
using Formats = std::pair<std::string_view, std::string_view>;
constexpr std::array kVideos = {
    Formats{"mp4", "mp4"},      Formats{"webm", "webm"},      Formats{"quicktime", "mov"},
    Formats{"mov", "mov"},      Formats{"x-matroska", "mkv"}, Formats{"matroska", "mkv"},
    Formats{"mkv", "mkv"},      Formats{"3gpp", "three_gp"},  Formats{"x-flv", "flv"},
    Formats{"flv", "flv"},      Formats{"mpeg", "mpeg"},      Formats{"mpg", "mpg"},
    Formats{"x-ms-wmv", "wmv"}, Formats{"wmv", "wmv"},
};
constexpr std::array kDocuments = {
    Formats{"pdf", "pdf"},
    Formats{"csv", "csv"},
    Formats{"html", "html"},
    Formats{"markdown", "md"},
    Formats{"plain", "txt"},
    Formats{"msword", "doc"},
    Formats{"vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"},
    Formats{"vnd.ms-excel", "xls"},
    Formats{"vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"},
};

std::string_view subtype_of(std::string_view mime) { return mime.substr(mime.find('/') + 1); }

std::string_view format_in(std::span<const Formats> table, std::string_view subtype) {
    const auto found = std::ranges::find(table, subtype, &Formats::first);
    return found == table.end() ? std::string_view() : found->second;
}

/// By the name of the file, else by the type; other texts are plain ones. Empty: the model takes no such document.
std::string_view document_format(std::string_view filename, std::string_view mime) {
    const std::string extension = dialect::extension_of_name(filename);
    const auto named = std::ranges::find(kDocuments, extension, &Formats::second);
    if (named != kDocuments.end()) return named->second;
    if (const auto format = format_in(kDocuments, subtype_of(mime)); !format.empty()) return format;
    return mime.starts_with("text/") || mime == "application/json" ? "txt" : "";
}

/// Of the messages that may hold any.
template <class Visit>
void each_media(json::View chat, dialect::chat::Request& read, Visit visit) {
    const auto messages = chat.find("messages");
    if (!messages) return;
    messages->each_item([&](json::View message) {
        const auto content = message.find("content");
        if (!content || is_system_message(message)) return true;
        content->each_item([&](json::View part) {
            std::vector<dialect::chat::Part> parts;
            dialect::openai_chat::read_part(read, part, parts);
            for (const auto& one : parts) {
                if (const auto* const media = std::get_if<Media>(&one)) visit(*media);
            }
            return true;
        });
        return true;
    });
}

}    // namespace

bool is_system_message(json::View message) {
    const auto role = message.find("role");
    const std::string name = role ? role->as_string().value_or("") : "";
    return name == "system" || name == "developer";
}

std::vector<std::string> nova_media_needs(std::string_view chat) {
    if (chat.find("\"http") == std::string_view::npos) return {};
    const json::Document document = json::Document::over(chat);
    dialect::chat::Request read;
    dialect::Needs needs;
    each_media(document.root(), read, [&needs](const Media& media) {
        if (!media.url.empty() && media.kind != MediaKind::Audio) needs.add(media.url);
    });
    return needs.take();
}

void NovaParts::text(std::string_view text) {
    if (!text.empty()) writer_.begin_object().member("text", text).end_object();
}

void NovaParts::part(json::View part) {
    std::vector<dialect::chat::Part> parts;
    dialect::openai_chat::read_part(read_, part, parts);
    for (const auto& one : parts) {
        if (const auto* const said = std::get_if<dialect::chat::Text>(&one)) text(said->text);
        if (const auto* const shown = std::get_if<Media>(&one)) media(*shown);
    }
}

void NovaParts::block(std::string_view kind, std::string_view format, std::string_view base64) {
    writer_.begin_object().key(kind).begin_object().member("format", format).key("source").begin_object();
    writer_.member("bytes", base64).end_object().end_object().end_object();
}

void NovaParts::media(const Media& media) {
    if (takes_ == Takes::Texts) return text(dialect::media_reference(media));
    Media here = media;
    if (!media.url.empty() && media.kind != MediaKind::Audio) {
        const bool any = files_ != nullptr && files_->contains(media.url);
        if (!any) {
            throw Unfit("convert_request_failed",
                        "files behind URLs are not fetched for this channel: send their data instead");
        }
        here = dialect::with_data(media, files_->find(media.url)->second);
    }
    const dialect::SortedMedia sorted = dialect::sort_media(here);
    const auto base64 = dialect::strict_base64(here.base64, read_.pool);
    if (here.base64.empty() || !base64) return text(dialect::media_reference(here));
    const std::string_view subtype = subtype_of(sorted.mime);
    const std::string_view video = format_in(kVideos, subtype);
    using enum dialect::MediaClass;
    if (sorted.kind == Image || (sorted.kind == BrokenImage && media.kind == MediaKind::Image)) {
        block("image", subtype == "jpg" ? "jpeg" : subtype, *base64);
    } else if (sorted.kind == Video && !video.empty()) {
        block("video", video, *base64);
    } else if (sorted.kind == Audio || !document(here, sorted.mime, *base64)) {
        text(dialect::media_reference(here));
    }
}

bool NovaParts::document(const Media& media, std::string_view mime, std::string_view base64) {
    const std::string_view format = document_format(media.filename, mime);
    if (format.empty()) return false;
    writer_.begin_object().key("document").begin_object().member("format", format);
    writer_.member("name", document_name(media.filename)).key("source").begin_object();
    writer_.member("bytes", base64).end_object().end_object().end_object();
    return true;
}

/// Letters, digits, hyphens, brackets and single blanks, as the model demands; the extension says nothing more than the format does.
std::string NovaParts::document_name(std::string_view filename) {
    constexpr std::string_view kTaken = "-()[]";
    constexpr std::size_t kLongest = 200;
    std::string name;
    for (const char c : filename.substr(0, std::min(filename.rfind('.'), kLongest))) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (letter || kTaken.find(c) != std::string_view::npos) {
            name.push_back(c);
        } else if (!name.empty() && name.back() != ' ') {
            name.push_back(' ');
        }
    }
    name = text::trim(name);
    if (name.empty()) name = "Document";
    std::string free = name;
    for (int number = 2; !names_.insert(free).second; ++number) free = name + " " + std::to_string(number);
    return free;
}

}    // namespace opusclaw::provider
