// base/json/escape.h: what stands between the quotes of a JSON string (RFC 8259 section 7), in both directions. Long texts are copied
// sixteen bytes at a time. Internal to base/json.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace opusclaw::json::detail {

/// What stands between the quotes.
inline std::string_view inner_of(std::string_view quoted) { return quoted.substr(1, quoted.size() - 2); }
inline bool has_escape(std::string_view inner) { return inner.find('\\') != std::string_view::npos; }

/// The text between the quotes of a string, escapes resolved; lone surrogates become U+FFFD. Throws "invalid_json" for an
/// unknown or cut escape.
std::string unescape(std::string_view inner);
/// Throws "invalid_json" where unescape() would, without building the text. `at` is for the message.
void check_escapes(std::string_view inner, std::size_t at);

/// All of it is ASCII that is written as it is.
bool is_plain(std::string_view text);
/// Appends `text`, which is valid UTF-8, with quotes, backslashes and control characters escaped.
void append_escaped(std::string& out, std::string_view text);

}    // namespace opusclaw::json::detail
