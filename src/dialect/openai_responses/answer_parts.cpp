// dialect/openai_responses/answer_parts.cpp: pieces of output items (spec 06 sections 15.1, 18). Lenient: what is not as expected
// counts as absent.
#include "dialect/openai_responses/answer_parts.h"

#include "base/text.h"

namespace opusclaw::dialect::openai_responses {

using json::View;

std::optional<chat::Citation> citation_of(const View& annotation, chat::TextPool& pool) {
    chat::Citation citation{.url = pool.string_at(annotation, "url"),
                            .title = pool.string_at(annotation, "title"),
                            .start = {},
                            .end = {}};
    if (citation.url.empty()) return std::nullopt;
    if (const auto start = annotation.find("start_index")) citation.start = start->as_int();
    if (const auto end = annotation.find("end_index")) citation.end = end->as_int();
    return citation;
}

void each_citation(const View& part, chat::TextPool& pool, const CitationVisitor& visit) {
    const auto annotations = part.find("annotations");
    if (!annotations) return;
    annotations->each_item([&](const View& annotation) {
        if (const auto citation = citation_of(annotation, pool)) visit(*citation);
        return true;
    });
}

std::optional<chat::Media> picture_of(const View& item, chat::TextPool& pool) {
    const std::string_view base64 = pool.string_at(item, "result");
    if (base64.empty()) return std::nullopt;
    const std::string_view format = pool.string_at(item, "output_format");
    chat::Media media{.kind = chat::MediaKind::Image};
    media.mime = pool.keep("image/" + std::string(format.empty() ? "png" : format));
    media.base64 = base64;
    return media;
}

std::optional<chat::Opaque> opaque_of(const View& item, std::string_view model, chat::TextPool& pool) {
    const std::string_view value = pool.string_at(item, "encrypted_content");
    if (value.empty()) return std::nullopt;
    return chat::Opaque{.origin = Dialect::OpenaiResponses,
                        .kind = chat::OpaqueKind::Encrypted,
                        .model = model,
                        .value = value,
                        .item = pool.string_at(item, "id")};
}

std::string_view call_id_of(const View& item, chat::TextPool& pool) {
    const std::string_view id = text::trim(pool.string_at(item, "call_id"));
    return id.empty() ? text::trim(pool.string_at(item, "id")) : id;
}

std::optional<chat::Finish> finish_of(const View& response, chat::TextPool& pool) {
    const std::string_view status = pool.string_at(response, "status");
    if (status == "completed") return chat::Finish::Natural;
    if (status != "incomplete") return std::nullopt;
    const auto reason = response.at({"incomplete_details", "reason"});
    const bool filtered = reason && pool.string(*reason) == "content_filter";
    return filtered ? chat::Finish::Filtered : chat::Finish::TokenLimit;
}

}    // namespace opusclaw::dialect::openai_responses
