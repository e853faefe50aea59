// base/json/first_item.h: the first item of an array, without a look at the others: of half a megabyte of messages, only the first
// one's bytes are read.
#pragma once

#include <optional>
#include <string_view>

namespace opusclaw::json {

/// The bytes of the first item of `array`, the text of a JSON array whose brackets match (from peek); nullopt when it is no array or has
/// no items. A view into `array`.
std::optional<std::string_view> first_item(std::string_view array);

}    // namespace opusclaw::json
