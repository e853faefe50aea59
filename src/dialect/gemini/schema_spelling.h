// dialect/gemini/schema_spelling.h: the words of a JSON Schema: types in lower case, combinators (spec 06 section 14.1). Internal to this
// folder.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/json/view.h"
#include "base/json/writer.h"

namespace opusclaw::dialect::gemini {

inline constexpr std::array<std::string_view, 3> kCombinators = {"anyOf", "oneOf", "allOf"};

template <std::size_t Count>
bool is_among(const std::array<std::string_view, Count>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// In lower case, if it is a type; any other word as it is.
std::string known_type(std::string_view type);

/// The same schema with its types spelled anew and nothing else changed. Recurses as deep as JSON may be (512).
void respell(const json::View& node, json::Writer& writer);

}    // namespace opusclaw::dialect::gemini
