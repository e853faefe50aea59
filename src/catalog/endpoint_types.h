// catalog/endpoint_types.h: through which endpoints a model can be used, by the types of its channels and its name (spec 03 section
// 13.1). Pure.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace opusclaw::catalog {

/// `channel_types`: of the channels that serve the model, in order; repeats do not matter. Empty when there are none. The names
/// live as long as the process.
std::vector<std::string_view> endpoint_types(std::span<const int> channel_types, std::string_view model);

}    // namespace opusclaw::catalog
