// api/pattern_check.h: which patterns people may search with (spec 02 section 20.2; 03 section 14.2): `%` is a wildcard, and too
// wide ones would read whole tables. Pure.
#pragma once

#include <string_view>

namespace opusclaw::api {

/// Throws Error(InvalidRequest) with the text of the rule that is broken. Texts without `%` are always right.
void check_pattern(std::string_view typed);

}    // namespace opusclaw::api
