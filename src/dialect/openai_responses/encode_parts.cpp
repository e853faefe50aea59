// dialect/openai_responses/encode_parts.cpp: content parts of users and tools (spec 06 section 13.2): media as far as the dialect has a
// form for them, references for the rest.
#include "dialect/media.h"
#include "dialect/openai_responses/parts.h"

namespace opusclaw::dialect::openai_responses {
namespace {

using chat::Media;
using chat::MediaKind;

void write_image(const Encoding& encoding, std::string_view source_member, std::string_view source,
                 std::string_view detail) {
    encoding.writer.begin_object().member("type", "input_image").member(source_member, source);
    if (!detail.empty()) encoding.writer.member("detail", detail);
    encoding.writer.end_object();
}

void write_file(const Encoding& encoding, const Media& media, std::string_view mime,
                std::string_view base64) {
    encoding.writer.begin_object().member("type", "input_file");
    if (media.filename.empty()) {
        encoding.writer.member("filename", "file." + extension_of_mime(mime));
    } else {
        encoding.writer.member("filename", media.filename);
    }
    encoding.writer.member("file_data", data_url(mime, base64)).end_object();
}

void write_audio(const Encoding& encoding, std::string_view mime, std::string_view base64) {
    encoding.writer.begin_object().member("type", "input_audio").key("input_audio").begin_object();
    encoding.writer.member("data", base64).member("format", audio_format(mime)).end_object().end_object();
}

void write_reference(const Encoding& encoding, const Media& media, std::string_view what) {
    encoding.notes.add(what);
    write_text_part(encoding, media_reference(media));
}

void write_inline(const Encoding& encoding, const Media& media) {
    const SortedMedia sorted = sort_media(media);
    const auto base64 = strict_base64(media.base64, encoding.pool);
    if (!base64) return write_reference(encoding, media, "media");
    switch (sorted.kind) {
        case MediaClass::Image:
            return write_image(encoding, "image_url", data_url(sorted.mime, *base64), media.detail);
        case MediaClass::Audio: return write_audio(encoding, sorted.mime, *base64);
        case MediaClass::Video: return write_reference(encoding, media, "video");
        case MediaClass::PlainText:
            return write_text_part(encoding, text_of_base64(media.base64).value_or(""));
        case MediaClass::Pdf:
        case MediaClass::BrokenImage:
        case MediaClass::Other: return write_file(encoding, media, sorted.mime, *base64);
    }
}

/// Sound is not fetched by the provider: here or never.
void write_remote_audio(const Encoding& encoding, const Media& media) {
    const auto found = encoding.target.files.find(media.url);
    if (found == encoding.target.files.end()) return encoding.needs.add(media.url);
    if (found->second.base64.empty()) return write_reference(encoding, media, "audio");
    write_inline(encoding, with_data(media, found->second));
}

void write_remote(const Encoding& encoding, const Media& media) {
    switch (media.kind) {
        case MediaKind::Image: return write_image(encoding, "image_url", media.url, media.detail);
        case MediaKind::Audio: return write_remote_audio(encoding, media);
        case MediaKind::Video: return write_reference(encoding, media, "video");
        case MediaKind::File:
            encoding.writer.begin_object().member("type", "input_file").member("file_url", media.url);
            encoding.writer.end_object();
    }
}

void write_stored(const Encoding& encoding, const Media& media) {
    const bool own = encoding.request.source == Dialect::OpenaiChat ||
                     encoding.request.source == Dialect::OpenaiResponses;
    if (!own) return write_reference(encoding, media, "file");
    if (media.kind == MediaKind::Image) return write_image(encoding, "file_id", media.file_id, media.detail);
    encoding.writer.begin_object().member("type", "input_file").member("file_id", media.file_id);
    encoding.writer.end_object();
}

}    // namespace

void write_text_part(const Encoding& encoding, std::string_view text) {
    encoding.writer.begin_object().member("type", "input_text").member("text", text).end_object();
}

void write_media(const Encoding& encoding, const Media& media) {
    if (!media.file_id.empty()) {
        write_stored(encoding, media);
    } else if (!media.plain.empty()) {
        write_text_part(encoding, media.plain);
    } else if (!media.base64.empty()) {
        write_inline(encoding, media);
    } else if (!media.url.empty()) {
        write_remote(encoding, media);
    } else {
        write_reference(encoding, media, "media");
    }
}

}    // namespace opusclaw::dialect::openai_responses
