// dialect/schema_types.h: one spelling of types in JSON schemas of tools, and no unions where a provider knows none (spec 06 section
// 14.1). Plain functions over text; what Gemini alone takes (14.2, 14.3) is not here.
#pragma once

#include <string>
#include <string_view>

namespace opusclaw::dialect {

/// Type normalisation: names of types in lower case, `nullable` in place of null types, anyOf, oneOf and allOf replaced by their first
/// typed variant, tuples by their first item, local references by what they point to. `schema` is JSON; one that is no object comes
/// back as it is. 64 schemas deep at most: below that only scalars stay. Linear in the text, whatever it refers to.
std::string normalised_schema(std::string_view schema);

/// Only the names of types are put into lower case; unions and references stay. For schemas that the provider enforces.
std::string respelled_schema(std::string_view schema);

}    // namespace opusclaw::dialect
