// api/option_value.cpp: from JSON to option texts. Whether a text makes sense for its key is decided in settings.
#include "api/option_value.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "api/json_body.h"
#include "api/json_text.h"
#include "base/error.h"

namespace opusclaw::api {
namespace {

/// Without an exponent; whole numbers keep all their digits.
std::optional<std::string> plain_number(const json::View& number) {
    const std::string_view raw = number.raw();
    if (raw.find_first_of(".eE") == std::string_view::npos) return std::string(raw);
    const auto value = number.as_double();
    if (!value) return std::nullopt;
    std::array<char, 512> digits{};    // the smallest and the largest double need about 330
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), *value,
                                   std::chars_format::fixed);
    return std::string(digits.data(), end.ptr);
}

}    // namespace

std::optional<std::string> option_text(const json::View& value) {
    switch (value.type()) {
        case json::Type::Null: return "";
        case json::Type::Bool: return std::string(value.raw());
        case json::Type::Number: return plain_number(value);
        case json::Type::String: return value.as_string();
        case json::Type::Array:
        case json::Type::Object: return compact_json(value.raw());
    }
    return std::nullopt;
}

std::optional<OptionChange> read_option_change(std::string_view body) {
    try {
        const JsonBody json = JsonBody::parse(body);
        const auto value = json.find("value");
        OptionChange change{.key = json.text("key"), .text = {}};
        auto text = value ? option_text(*value) : std::string();
        if (change.key.empty() || !text) return std::nullopt;
        change.text = std::move(*text);
        const bool storable = change.key.find('\0') == std::string::npos &&
                              change.text.find('\0') == std::string::npos;
        return storable ? std::optional(std::move(change)) : std::nullopt;
    } catch (const Error&) {
        return std::nullopt;
    }
}

}    // namespace opusclaw::api
