// provider/rows.h: the tables that find_provider() looks in. Only for provider.
#pragma once

#include <span>

#include "provider/provider.h"

namespace opusclaw::provider {

/// What servers of OpenAI's dialect take of converted requests that are not OpenAI's own.
inline constexpr dialect::OpenaiChatProfile kFunctionsOnly{.custom_tools = false};

std::span<const Provider> openai_compatible_rows();
std::span<const Provider> anthropic_rows();
std::span<const Provider> gemini_rows();
std::span<const Provider> azure_rows();
std::span<const Provider> international_rows();
std::span<const Provider> chinese_rows();
std::span<const Provider> bedrock_rows();
std::span<const Provider> vertex_rows();

}    // namespace opusclaw::provider
