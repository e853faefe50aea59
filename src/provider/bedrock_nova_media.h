// provider/bedrock_nova_media.h: images, videos and documents of a Chat request as Nova takes them: their bytes, whatever way a client names
// them (spec 06 section 13; 07 section 8.8; Amazon Nova User Guide, "Complete request schema", "Document understanding"). Only for provider.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json/view.h"
#include "base/json/writer.h"
#include "dialect/chat.h"
#include "dialect/profile.h"

namespace opusclaw::provider {

/// Whether its words go into the system prompt, which has no media.
bool is_system_message(json::View message);
/// The URLs of images, videos and files in the other messages of a Chat request, each once, in order.
std::vector<std::string> nova_media_needs(std::string_view chat);

/// Writes the content parts of one request; texts among them.
class NovaParts {
public:
    /// A system prompt has texts only: what else is in it is named there.
    enum class Takes { All, Texts };
    /// Both outlive it. `files`: what nova_media_needs() named, once it is fetched; nullptr: nothing is.
    NovaParts(json::Writer& writer, const dialect::FetchedFiles* files, Takes takes = Takes::All)
        : writer_(writer), files_(files), takes_(takes) {}

    /// Empty texts are refused by the model: they are left out.
    void text(std::string_view text);
    /// Nothing for parts of kinds that nobody knows. Throws Unfit for a file behind a URL that was not fetched, and
    /// Error(InvalidRequest, "convert_request_failed") for a web page in the place of an image or a video.
    void part(json::View part);

private:
    void media(const dialect::chat::Media& media);
    void block(std::string_view kind, std::string_view format, std::string_view base64);
    bool document(const dialect::chat::Media& media, std::string_view mime, std::string_view base64);
    std::string document_name(std::string_view filename);

    json::Writer& writer_;
    const dialect::FetchedFiles* files_;
    Takes takes_;
    dialect::chat::Request read_;    // keeps the texts of parts
    std::set<std::string> names_;    // of documents: no two may have the same
};

}    // namespace opusclaw::provider
