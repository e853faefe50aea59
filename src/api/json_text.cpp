// api/json_text.cpp: walks over JSON text that knows strings and brackets, no more.
#include "api/json_text.h"

#include <cstddef>

namespace opusclaw::api {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// The offset behind the string that begins at `at`.
std::size_t end_of_string(std::string_view text, std::size_t at) {
    for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\') ++at;
    }
    return at < text.size() ? at + 1 : text.size();
}

}    // namespace

std::string_view first_container(std::string_view text) {
    std::size_t depth = 0;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (c == '"') {
            at = end_of_string(text, at);
            continue;
        }
        ++at;
        if (c == '{' || c == '[') ++depth;
        if ((c == '}' || c == ']') && depth > 0 && --depth == 0) return text.substr(0, at);
    }
    return text;
}

std::string compact_json(std::string_view json) {
    std::string out;
    out.reserve(json.size());
    for (std::size_t at = 0; at < json.size();) {
        const std::size_t end = json[at] == '"' ? end_of_string(json, at) : at + 1;
        if (!is_blank(json[at])) out.append(json.substr(at, end - at));
        at = end;
    }
    return out;
}

}    // namespace opusclaw::api
