// dialect/prompt_texts.h: the texts of a request's prompt (spec 05 section 10.2), for those who count them and those who search them.
// Pure; bodies are JSON objects that peek() has taken, followed by kJsonPadding readable bytes.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/json/view.h"

namespace opusclaw::dialect {

/// Said: a string, which counts with its escapes resolved. AsWritten: any value, which counts as its JSON stands.
enum class PromptText : std::uint8_t { Said, AsWritten };

/// Gets each text in order; false: no more are wanted.
using PromptTextVisitor = json::Visitor<const json::View&, PromptText>;

/// A chat, a completion or a moderation. Gives the tokens that the chat format adds: for tools, messages and names.
std::int64_t each_chat_text(std::string_view request_body, const PromptTextVisitor& visit);
/// `input`: a text or the texts of a list. Gives 0, as the next does.
std::int64_t each_embeddings_text(std::string_view request_body, const PromptTextVisitor& visit);
/// The texts of the input items, then instructions, metadata, text, tool_choice, prompt and tools as they are written.
std::int64_t each_responses_text(std::string_view request_body, const PromptTextVisitor& visit);
/// Messages: the system, the texts of blocks, calls and results, the tools.
std::int64_t each_messages_text(std::string_view request_body, const PromptTextVisitor& visit);
/// Gemini, all actions: the texts of parts, calls and results, the system's instruction, the tools as they are written.
std::int64_t each_gemini_text(std::string_view request_body, const PromptTextVisitor& visit);

}    // namespace opusclaw::dialect
