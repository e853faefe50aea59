// dialect/openai_chat/answer_parts.h: what whole answers and stream chunks of Chat have in common, read and written once (spec 06
// sections 15, 16.5, 17.1). Internal to this folder.
#pragma once

#include <string>
#include <string_view>

#include "base/json/view.h"
#include "base/json/writer.h"
#include "dialect/chat.h"

namespace opusclaw::dialect::openai_chat {

/// `message` or `delta`: its reasoning, `reasoning_content` before `reasoning`; and its text, of a string or of text parts. Empty:
/// none.
std::string_view reasoning_in(const json::View& message, chat::TextPool& pool);
std::string_view text_in(const json::View& message, chat::TextPool& pool);

using MediaVisitor = json::Visitor<const chat::Media&>;
/// The `images` of OpenRouter and others.
void each_image(const json::View& message, chat::TextPool& pool, const MediaVisitor& visit);
using CitationVisitor = json::Visitor<const chat::Citation&>;
void each_annotation(const json::View& message, chat::TextPool& pool, const CitationVisitor& visit);

void write_annotation(json::Writer& writer, const chat::Citation& citation);
/// An item of `reasoning_details`; `text` is the reasoning that a signature belongs to.
void write_reasoning_detail(json::Writer& writer, const chat::Opaque& opaque, std::string_view text,
                            std::size_t index);
/// `extra_content` of a tool call: what Gemini wants back with it. Nothing for an empty signature.
void write_call_signature(json::Writer& writer, std::string_view signature);
/// Media in an answer, as Markdown.
std::string shown_media(const chat::Media& media);

/// The provider's id, or one made of the request's.
std::string shown_id(std::string_view id, std::string_view request_id);

}    // namespace opusclaw::dialect::openai_chat
