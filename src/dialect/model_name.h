// dialect/model_name.h: rules on model names that routing and prices share (spec 04 section 7.3; 05 section 2.1).
#pragma once

#include <string>
#include <string_view>

namespace opusclaw::dialect {

/// Families of names that stand under one key in tables and token limits; other names stay as they are.
std::string normalise_model(std::string_view model);

}    // namespace opusclaw::dialect
