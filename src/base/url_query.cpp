// base/url_query.cpp: percent-encoding and query strings as HTML forms and Go's net/url write and read them.
#include "base/crypto.h"
#include "base/url.h"

namespace opusclaw {
namespace {

enum class Plus { IsPlus, IsBlank };

bool is_unreserved(char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

std::string encode(std::string_view text, Plus plus) {
    constexpr std::string_view kHexDigits = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (is_unreserved(c)) {
            out += c;
        } else if (c == ' ' && plus == Plus::IsBlank) {
            out += '+';
        } else {
            out += '%';
            out += kHexDigits[static_cast<unsigned char>(c) >> 4];
            out += kHexDigits[static_cast<unsigned char>(c) & 15];
        }
    }
    return out;
}

std::optional<std::string> decode(std::string_view text, Plus plus) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus == Plus::IsBlank) {
            out += ' ';
        } else if (text[i] == '%') {
            const std::optional<std::string> byte = crypto::from_hex(text.substr(i + 1, 2));
            if (!byte || byte->empty()) return std::nullopt;
            out += *byte;
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

}    // namespace

std::string percent_encode(std::string_view text) { return encode(text, Plus::IsPlus); }
std::optional<std::string> percent_decode(std::string_view text) { return decode(text, Plus::IsPlus); }
std::string encode_query_component(std::string_view text) { return encode(text, Plus::IsBlank); }
std::optional<std::string> decode_query_component(std::string_view text) {
    return decode(text, Plus::IsBlank);
}

std::optional<std::string_view> QueryParameters::find(std::string_view name) const {
    for (const auto& [key, value] : pairs_)
        if (key == name) return value;
    return std::nullopt;
}

std::vector<std::string_view> QueryParameters::all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const auto& [key, value] : pairs_)
        if (key == name) values.push_back(value);
    return values;
}

QueryParameters query_parameters(std::string_view query) {
    std::vector<std::pair<std::string, std::string>> pairs;
    for (std::size_t begin = 0; begin < query.size();) {
        const std::size_t end = std::min(query.find('&', begin), query.size());
        const std::string_view pair = query.substr(begin, end - begin);
        begin = end + 1;
        if (pair.empty()) continue;
        const std::size_t equals = std::min(pair.find('='), pair.size());
        auto name = decode_query_component(pair.substr(0, equals));
        auto value = decode_query_component(pair.substr(std::min(equals + 1, pair.size())));
        if (name && value) pairs.emplace_back(std::move(*name), std::move(*value));
    }
    return QueryParameters(std::move(pairs));
}

}    // namespace opusclaw
