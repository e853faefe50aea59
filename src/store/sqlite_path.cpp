// store/sqlite_path.cpp: the grammar of SQLITE_PATH. Values are checked by form, so that nothing but a pragma can be said
// through them.
#include "store/sqlite_path.h"

#include <algorithm>
#include <stdexcept>

#include "base/text.h"

namespace opusclaw::store {

namespace {

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto digit = [&](std::size_t at) {
            constexpr std::string_view kHex = "0123456789abcdef";
            return at < text.size() ? kHex.find(static_cast<char>(text[at] | 0x20)) : std::string_view::npos;
        };
        const std::size_t high = digit(i + 1), low = digit(i + 2);
        if (text[i] == '%' && high != std::string_view::npos && low != std::string_view::npos) {
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

bool plain(std::string_view text, std::string_view also) {
    return std::ranges::all_of(text, [also](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
               also.find(c) != std::string_view::npos;
    });
}

std::string pragma(const std::string& value) {
    const std::size_t open = value.find('(');
    const std::string_view text = value, name = text.substr(0, open);
    const bool has_argument = open != std::string::npos;
    const std::string_view argument = has_argument && text.back() == ')'
                                          ? text.substr(open + 1, text.size() - open - 2)
                                          : std::string_view();
    if (name.empty() || !plain(name, ".") || (has_argument && (argument.empty() || !plain(argument, "-+."))))
        throw std::runtime_error("SQLITE_PATH: _pragma=" + value + " is not of the form name or name(value)");
    return "PRAGMA " + value;
}

std::string transaction_mode(std::string_view value) {
    for (const std::string_view mode : {"DEFERRED", "IMMEDIATE", "EXCLUSIVE"})
        if (text::iequals(mode, value)) return std::string(mode);
    throw std::runtime_error("SQLITE_PATH: _txlock is one of deferred, immediate, exclusive");
}

std::chrono::milliseconds milliseconds(std::string_view value) {
    const auto number = text::parse_int(value);
    if (!number || *number < 0 || *number > 3'600'000)
        throw std::runtime_error("SQLITE_PATH: _busy_timeout is a number of milliseconds, at most an hour");
    return std::chrono::milliseconds(*number);
}

void read_parameter(SqlitePath& path, std::string_view parameter) {
    const std::size_t equals = std::min(parameter.find('='), parameter.size());
    const std::string name = percent_decoded(parameter.substr(0, equals));
    const std::string value = percent_decoded(parameter.substr(std::min(equals + 1, parameter.size())));
    if (name == "_busy_timeout")
        path.busy_timeout = milliseconds(value);
    else if (name == "_txlock")
        path.transaction = transaction_mode(value);
    else if (name == "_pragma")
        path.pragmas.push_back(pragma(value));
    else
        path.ignored.push_back(name);
}

}    // namespace

SqlitePath parse_sqlite_path(std::string_view text) {
    constexpr std::string_view kUri = "file:";
    const bool uri = text.starts_with(kUri);
    if (uri) text.remove_prefix(kUri.size());
    const std::size_t mark = std::min(text.find('?'), text.size());
    SqlitePath path;
    path.file = uri ? percent_decoded(text.substr(0, mark)) : std::string(text.substr(0, mark));
    if (uri && path.file.starts_with("//")) path.file.erase(0, 2);
    if (path.file.empty()) throw std::runtime_error("SQLITE_PATH names no file");
    for (const std::string_view parameter : text::split(text.substr(std::min(mark + 1, text.size())), '&'))
        if (!parameter.empty()) read_parameter(path, parameter);
    return path;
}

}    // namespace opusclaw::store
