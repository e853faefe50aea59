// base/json/first_item.cpp: steps over strings and counts brackets (RFC 8259) until the item ends. Does not check the item itself.
#include "base/json/first_item.h"

#include <cstddef>

namespace opusclaw::json {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

/// Behind the string that begins at `at`.
std::size_t behind_string(std::string_view text, std::size_t at) {
    for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\') ++at;
    }
    return at + 1;
}

}    // namespace

std::optional<std::string_view> first_item(std::string_view array) {
    if (!array.starts_with('[')) return std::nullopt;
    const std::size_t begin = array.find_first_not_of(kBlanks, 1);
    if (begin == std::string_view::npos || array[begin] == ']') return std::nullopt;
    std::size_t depth = 0;
    for (std::size_t at = begin; at < array.size();) {
        const char c = array[at];
        if (c == '"') {
            at = behind_string(array, at);
            continue;
        }
        if (depth == 0 && (c == ',' || c == ']')) {
            const std::string_view item = array.substr(begin, at - begin);
            return item.substr(0, item.find_last_not_of(kBlanks) + 1);
        }
        if (c == '{' || c == '[') ++depth;
        if (c == '}' || c == ']') --depth;
        ++at;
    }
    return std::nullopt;
}

}    // namespace opusclaw::json
