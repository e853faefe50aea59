// dialect/openai_responses/answer_parts.h: what whole answers and stream events of Responses have in common, read once (spec 06
// sections 11.5, 15.1, 18). Internal to this folder.
#pragma once

#include <optional>
#include <string_view>

#include "base/json/view.h"
#include "dialect/chat.h"

namespace opusclaw::dialect::openai_responses {

using CitationVisitor = json::Visitor<const chat::Citation&>;
/// The sources among the `annotations` of a text part.
void each_citation(const json::View& part, chat::TextPool& pool, const CitationVisitor& visit);
/// One annotation; nullopt: it names no address.
std::optional<chat::Citation> citation_of(const json::View& annotation, chat::TextPool& pool);

/// The picture of an `image_generation_call`; nullopt: there is none (yet).
std::optional<chat::Media> picture_of(const json::View& item, chat::TextPool& pool);

/// The `encrypted_content` of a reasoning item of `model`.
std::optional<chat::Opaque> opaque_of(const json::View& item, std::string_view model, chat::TextPool& pool);

/// The id of a call without blanks around it: its `call_id`, else its own.
std::string_view call_id_of(const json::View& item, chat::TextPool& pool);

/// Why a response ended, by its status; nullopt: it did not.
std::optional<chat::Finish> finish_of(const json::View& response, chat::TextPool& pool);

}    // namespace opusclaw::dialect::openai_responses
