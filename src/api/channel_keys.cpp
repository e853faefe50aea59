// api/channel_keys.cpp: takes key texts apart, line by line or item by item. Whether a key makes sense is decided elsewhere:
// new_channel.cpp knows the types that want an object.
#include "api/channel_keys.h"

#include "api/json_text.h"
#include "base/error.h"
#include "base/json/view.h"
#include "base/text.h"

namespace opusclaw::api {
namespace {

constexpr std::size_t kPrefixBytes = 8;

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}    // namespace

std::vector<std::string> split_lines(std::string_view text) {
    std::vector<std::string> keys;
    for (const std::string_view line : text::split(text, '\n')) {
        if (const std::string_view key = text::trim(line); !key.empty()) keys.emplace_back(key);
    }
    return keys;
}

std::vector<std::string> split_array(std::string_view text) {
    const json::Document document = json::Document::copy(text::trim(text));
    document.validate();
    if (document.root().type() != json::Type::Array) {
        throw_error(ErrorKind::InvalidRequest, "invalid_json", "not a JSON array");
    }
    std::vector<std::string> keys;
    document.root().each_item([&keys](json::View item) {
        const auto plain = item.as_string();
        std::string key = plain ? std::string(text::trim(*plain)) : compact_json(item.raw());
        if (!key.empty() && !item.is_null()) keys.push_back(std::move(key));
        return true;
    });
    return keys;
}

std::vector<std::string> split_keys(std::string_view text) {
    if (text::trim(text).starts_with('[')) {
        try {
            return split_array(text);
        } catch (const Error&) {
            // a key that happens to begin with a bracket
        }
    }
    return split_lines(text);
}

std::string join_lines(const std::vector<std::string>& keys) {
    std::string text;
    for (const std::string& key : keys) {
        if (!text.empty()) text += '\n';
        text += key;
    }
    return text;
}

std::string_view key_prefix(std::string_view key) {
    if (key.size() <= kPrefixBytes) return key;
    std::size_t end = kPrefixBytes;
    while (end > 0 && continues_character(key[end])) --end;
    return key.substr(0, end);
}

}    // namespace opusclaw::api
