// api/json_text.h: JSON as text, for bodies whose first value counts and for values that are stored as text (spec 02 sections
// 1.2, 22.2; 03 section 2.5). Meaning is read elsewhere, with base/json.
#pragma once

#include <string>
#include <string_view>

namespace opusclaw::api {

/// The object or array that `text` begins with, without what follows it; everything when it has no end. Not checked.
std::string_view first_container(std::string_view text);

/// Well-formed JSON without the blanks between its tokens. Numbers and strings stay as they are spelt.
std::string compact_json(std::string_view json);

}    // namespace opusclaw::api
