// dialect/schema_mends.h: what JSON Schemas of tools lack, or say otherwise, of what one vendor takes and another refuses. Plain functions
// over text; types are in schema_types.h.
#pragma once

#include <string>
#include <string_view>

namespace opusclaw::dialect {

/// OpenAI refuses arrays that do not say what is in them, and parameters of which nobody says which there are; Anthropic takes both.
/// `schema` is JSON of an object; what lacks nothing comes back as it is.
std::string with_items_told(std::string_view schema);

/// Gemini's counts are texts (`"minItems":"1"`), which everybody else refuses: as numbers.
std::string with_plain_counts(std::string_view schema);

}    // namespace opusclaw::dialect
