// api/json_body.cpp: lenient in names, strict in types (spec 02 section 1.2). What a missing member means is decided by whoever
// reads it.
#include "api/json_body.h"

#include <utility>

#include "api/json_text.h"
#include "api/reply.h"
#include "base/error.h"
#include "base/text.h"

namespace opusclaw::api {
namespace {

[[noreturn]] void wrong() { fail_key("common.invalid_params"); }

json::Document checked_document(std::string_view text) {
    try {
        json::Document document = json::Document::copy(text);
        document.validate();
        return document;
    } catch (const Error&) {
        // What the parser says is for programs; people are told in their language.
    }
    wrong();
}

}    // namespace

JsonBody JsonBody::parse(std::string_view text) {
    text = text::trim(text);
    if (!text.starts_with('{')) wrong();
    json::Document document = checked_document(first_container(text));
    json::View root = document.root();
    return {std::move(document), std::move(root)};
}

std::optional<json::View> JsonBody::find(std::string_view name) const {
    std::optional<json::View> exact, loose;
    view_.each_member([&](std::string_view key, json::View value) {
        if (key == name)
            exact = value;
        else if (text::iequals(key, name))
            loose = value;
        return true;
    });
    return exact ? exact : loose;
}

std::optional<json::View> JsonBody::given(std::string_view name) const {
    std::optional<json::View> value = find(name);
    if (value && value->is_null()) value.reset();
    return value;
}

std::optional<std::string> JsonBody::optional_text(std::string_view name) const {
    const auto value = given(name);
    if (!value) return std::nullopt;
    auto text = value->as_string();
    if (!text) wrong();
    return text;
}

std::optional<std::int64_t> JsonBody::optional_integer(std::string_view name) const {
    const auto value = given(name);
    if (!value) return std::nullopt;
    const auto number = value->as_int();
    if (!number) wrong();
    return number;
}

std::string JsonBody::text(std::string_view name) const { return optional_text(name).value_or(""); }

std::int64_t JsonBody::integer(std::string_view name) const { return optional_integer(name).value_or(0); }

bool JsonBody::flag(std::string_view name) const {
    const auto value = given(name);
    if (!value) return false;
    const auto truth = value->as_bool();
    if (!truth) wrong();
    return *truth;
}

std::vector<std::int64_t> JsonBody::integers(std::string_view name) const {
    std::vector<std::int64_t> numbers;
    const auto value = given(name);
    if (!value) return numbers;
    if (value->type() != json::Type::Array) wrong();
    value->each_item([&numbers](json::View item) {
        const auto number = item.as_int();
        if (!number) wrong();
        numbers.push_back(*number);
        return true;
    });
    return numbers;
}

std::optional<JsonBody> JsonBody::object(std::string_view name) const {
    const auto value = given(name);
    if (!value) return std::nullopt;
    if (value->type() != json::Type::Object) wrong();
    return JsonBody(document_, *value);
}

}    // namespace opusclaw::api
