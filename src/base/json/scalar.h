// base/json/scalar.h: the grammar and the meaning of JSON's scalars (RFC 8259 sections 6 and 7): literals, numbers without
// loss, escapes in strings. Internal to base/json.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace opusclaw::json::detail {

bool is_number(std::string_view raw);
/// Throws "invalid_json" unless `raw` is a number or one of the three literals. `at` is for the message.
void check_plain_scalar(std::string_view raw, std::size_t at);

/// `raw` must be a number. nullopt: not a whole number, or beyond 64 bits.
std::optional<std::int64_t> number_as_int(std::string_view raw);
/// `raw` must be a number. nullopt: beyond the largest double. Too small becomes zero.
std::optional<double> number_as_double(std::string_view raw);

/// The text between the quotes of a string, escapes resolved; lone surrogates become U+FFFD. Throws "invalid_json" for an
/// unknown or cut escape.
std::string unescape(std::string_view inner);
/// Throws "invalid_json" where unescape() would, without building the text. `at` is for the message.
void check_escapes(std::string_view inner, std::size_t at);

/// What stands between the quotes.
inline std::string_view inner_of(std::string_view quoted) { return quoted.substr(1, quoted.size() - 2); }
inline bool has_escape(std::string_view inner) { return inner.find('\\') != std::string_view::npos; }

}    // namespace opusclaw::json::detail
