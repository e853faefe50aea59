// api/channel_keys.h: several keys in one text (spec 03 sections 2.5 and 3.4). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace opusclaw::api {

/// One key a line: trimmed, empty ones dropped.
std::vector<std::string> split_lines(std::string_view text);
/// The items of a JSON array: texts trimmed, everything else compacted, empty ones dropped. Throws Error(InvalidRequest) with
/// the parser's text for what is no array.
std::vector<std::string> split_array(std::string_view text);
/// By the look of the text: an array that can be read, else lines.
std::vector<std::string> split_keys(std::string_view text);
std::string join_lines(const std::vector<std::string>& keys);
/// At most the first eight bytes, not cut inside a character.
std::string_view key_prefix(std::string_view key);

}    // namespace opusclaw::api
