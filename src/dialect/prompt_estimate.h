// dialect/prompt_estimate.h: prompt tokens of requests, by the texts that spec 05 section 10.2 names. Linear; bodies are JSON objects that
// peek() has taken, followed by kJsonPadding readable bytes.
#pragma once

#include <cstdint>
#include <string_view>

#include "dialect/token_estimate.h"

namespace opusclaw::dialect {

/// A chat, a completion or a moderation: its texts, and the extras of the chat format.
std::int64_t estimate_chat_prompt(std::string_view model, std::string_view request_body, Counting counting);
/// `input`: a text or the texts of a list. Lists of token numbers count nothing.
std::int64_t estimate_embeddings_prompt(std::string_view model, std::string_view request_body,
                                        Counting counting);
/// The texts of the input items, then instructions, metadata, text, tool_choice, prompt and tools as they are written.
std::int64_t estimate_responses_prompt(std::string_view model, std::string_view request_body,
                                       Counting counting);
/// A request in Anthropic's dialect.
std::int64_t estimate_messages_prompt(std::string_view model, std::string_view request_body,
                                      Counting counting);
/// A request of any action of Gemini's.
std::int64_t estimate_gemini_prompt(std::string_view model, std::string_view request_body, Counting counting);

}    // namespace opusclaw::dialect
