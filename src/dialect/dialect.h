// dialect/dialect.h: the four API dialects (DESIGN section 7; spec 06) and what is common to them.
#pragma once

#include <string_view>

namespace opusclaw::dialect {

enum class Dialect { OpenaiChat, OpenaiResponses, Anthropic, Gemini };

/// The name in `request_conversion` of log rows (spec 03 section 14.3).
std::string_view conversion_name(Dialect dialect);

}    // namespace opusclaw::dialect
