// base/json/scalar.h: the grammar and the meaning of JSON's literals and numbers (RFC 8259 sections 3 and 6), without loss. Strings are
// escape.h's. Internal to base/json.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace opusclaw::json::detail {

bool is_number(std::string_view raw);
/// Throws "invalid_json" unless `raw` is a number or one of the three literals. `at` is for the message.
void check_plain_scalar(std::string_view raw, std::size_t at);

/// `raw` must be a number. nullopt: not a whole number, or beyond 64 bits.
std::optional<std::int64_t> number_as_int(std::string_view raw);
/// `raw` must be a number. nullopt: beyond the largest double. Too small becomes zero.
std::optional<double> number_as_double(std::string_view raw);

}    // namespace opusclaw::json::detail
