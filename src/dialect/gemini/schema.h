// dialect/gemini/schema.h: JSON Schemas in the subset that Gemini takes (spec 06 sections 14.2, 14.3; the types by 14.1, which is
// schema_types.h for all others). Linear in the schema, whatever its nesting.
#pragma once

#include <string>
#include <string_view>

#include "base/json/view.h"
#include "dialect/notes.h"

namespace opusclaw::dialect::gemini {

/// Parameters: of a function (14.2). Answer: of structured output (14.3).
enum class SchemaUse { Parameters, Answer };

/// JSON of the schema for that use; empty when `schema` is no object. `notes` gets the lists of values that have no place: those of
/// numbers.
std::string rewrite_schema(const json::View& schema, SchemaUse use, Notes& notes);

/// An object schema without a property: as function parameters it says nothing, and the provider refuses it.
bool says_nothing(std::string_view schema);

}    // namespace opusclaw::dialect::gemini
