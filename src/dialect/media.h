// dialect/media.h: media and files between the dialects (spec 06 section 13): where a source points, what inline bytes really
// are, and the text that stands for what a dialect cannot express. Nothing is fetched here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dialect/chat.h"
#include "dialect/profile.h"

namespace opusclaw::dialect {

/// A source as clients give it: an http(s) URL, a `data:` URL, or bare Base64. `mime` is what the client says beside it; it wins
/// over the one of a `data:` URL.
chat::Media media_from(std::string_view source, chat::MediaKind kind, std::string_view mime,
                       chat::TextPool& pool);

/// An http or https URL.
bool is_web_address(std::string_view source);
/// A remote file with its data, which outlives the result. Throws Error(InvalidRequest, "convert_request_failed") for a web page in the
/// place of an image or a video: behind most such URLs is an error, and nobody wants to pay for its text.
chat::Media with_data(const chat::Media& media, const FetchedFile& file);

/// What inline media is for the table of section 13.2. BrokenImage: called an image, and none by its first bytes.
enum class MediaClass { Image, BrokenImage, Audio, Video, Pdf, PlainText, Other };
struct SortedMedia {
    MediaClass kind = MediaClass::Other;
    std::string
        mime;    // corrected by the first bytes of images; `application/octet-stream` when nothing tells
};
SortedMedia sort_media(const chat::Media& media);

/// The bytes of Base64 in either alphabet, with or without padding and blanks; nullopt: it is none.
std::optional<std::string> bytes_of_base64(std::string_view text);
/// The same data as strict Base64; `text` itself when it is that already. nullopt: it is none.
std::optional<std::string_view> strict_base64(std::string_view text, chat::TextPool& pool);
/// Decoded text of Base64 that is valid UTF-8.
std::optional<std::string> text_of_base64(std::string_view text);

/// `[file <mime>] <uri>` and its shorter forms; of a file at a vendor `[file <id>]`. Never holds inline data.
std::string media_reference(const chat::Media& media);
/// `data:<mime>;base64,<data>`
std::string data_url(std::string_view mime, std::string_view base64);
/// The extension without the dot that goes with a type, and lower-cased that of a file name; empty: none.
std::string extension_of_mime(std::string_view mime);
std::string extension_of_name(std::string_view filename);
/// The `format` of audio input in the OpenAI dialects.
std::string audio_format(std::string_view mime);

}    // namespace opusclaw::dialect
