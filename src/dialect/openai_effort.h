// dialect/openai_effort.h: what a client wants of reasoning as the one word that OpenAI's dialects have for it (spec 06 section 11.2).
#pragma once

#include <optional>

#include "dialect/chat.h"

namespace opusclaw::dialect {

/// nullopt: nothing is said about it. Whether the model takes it is for the encoder to know.
std::optional<chat::Effort> effort_for_openai(const chat::Request& request);

}    // namespace opusclaw::dialect
