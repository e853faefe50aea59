// settings/decode_shapes.cpp: options that are lists of objects, or objects, whose members have types of their own (spec 01 sections
// 7.1, 7.6, 8.1). Members that nobody knows may stand in them. What the values mean is their readers' business.
#include <algorithm>
#include <span>
#include <string>

#include "base/error.h"
#include "base/json/view.h"
#include "settings/decode.h"

namespace opusclaw::settings {

namespace {

enum class Shape { Truth, Whole, Number, Text, Texts, Wholes, Object, KeySources };

struct Member {
    std::string_view name;
    Shape shape;
};

constexpr Member kProduct[] = {{"productId", Shape::Text},
                               {"name", Shape::Text},
                               {"price", Shape::Number},
                               {"currency", Shape::Text},
                               {"quota", Shape::Whole}};
constexpr Member kPolicy[] = {{"enabled", Shape::Truth},
                              {"all_channels", Shape::Truth},
                              {"channel_ids", Shape::Wholes},
                              {"channel_types", Shape::Wholes},
                              {"model_patterns", Shape::Texts}};
constexpr Member kAffinityRule[] = {{"name", Shape::Text},
                                    {"model_regex", Shape::Texts},
                                    {"path_regex", Shape::Texts},
                                    {"user_agent_include", Shape::Texts},
                                    {"key_sources", Shape::KeySources},
                                    {"value_regex", Shape::Text},
                                    {"ttl_seconds", Shape::Whole},
                                    {"param_override_template", Shape::Object},
                                    {"skip_retry_on_failure", Shape::Truth},
                                    {"include_using_group", Shape::Truth},
                                    {"include_model_name", Shape::Truth},
                                    {"include_rule_name", Shape::Truth}};
constexpr Member kKeySource[] = {{"type", Shape::Text}, {"key", Shape::Text}, {"path", Shape::Text}};

[[noreturn]] void refuse(std::string_view name, std::string_view demand) {
    throw BadValue(std::string(name) + " must be " + std::string(demand));
}

bool all_items(const json::View& list, bool (*right)(const json::View&)) {
    bool good = list.type() == json::Type::Array;
    list.each_item([&](const json::View& item) { return good = good && right(item); });
    return good;
}

bool is_whole(const json::View& value) { return value.as_int().has_value(); }
bool is_text(const json::View& value) { return value.type() == json::Type::String; }

void check_members(const json::View& object, std::span<const Member> members);

void check_key_sources(std::string_view name, const json::View& list) {
    if (list.type() != json::Type::Array) refuse(name, "a JSON array of objects");
    list.each_item([&](const json::View& source) {
        if (source.type() != json::Type::Object) refuse(name, "a JSON array of objects");
        check_members(source, kKeySource);
        constexpr std::string_view kTypes[] = {"context_int", "context_string", "gjson"};
        const auto type = source.find("type");
        if (!type || std::ranges::find(kTypes, type->as_string().value_or("")) == std::end(kTypes))
            refuse("type", "context_int, context_string or gjson");
        return true;
    });
}

void check_shape(const Member& member, const json::View& value) {
    const auto demand = [&](bool right, std::string_view what) {
        if (!right) refuse(member.name, what);
    };
    switch (member.shape) {
        case Shape::Truth: return demand(value.type() == json::Type::Bool, "true or false");
        case Shape::Whole: return demand(is_whole(value), "a whole number");
        case Shape::Number: return demand(value.as_double().has_value(), "a number");
        case Shape::Text: return demand(is_text(value), "a text");
        case Shape::Texts: return demand(all_items(value, &is_text), "a JSON array of texts");
        case Shape::Wholes: return demand(all_items(value, &is_whole), "a JSON array of whole numbers");
        case Shape::Object: return demand(value.type() == json::Type::Object, "a JSON object");
        case Shape::KeySources: return check_key_sources(member.name, value);
    }
}

/// A member that is null counts as absent.
void check_members(const json::View& object, std::span<const Member> members) {
    object.each_member([&](std::string_view key, const json::View& value) {
        const auto found = std::ranges::find(members, key, &Member::name);
        if (found != members.end() && !value.is_null()) check_shape(*found, value);
        return true;
    });
}

/// Each item of a list that is already known to be an array.
template <class CheckItem>
void check_objects(std::string_view text, Decoding how, CheckItem check_item) {
    if (how.source == Source::Stored) return;
    json::Document::copy(text).root().each_item([&](const json::View& item) {
        if (item.type() != json::Type::Object) throw BadValue("not a JSON array of objects");
        check_item(item);
        return true;
    });
}

std::optional<JsonText> objects(std::string_view text, Decoding how, std::span<const Member> members) {
    auto list = decode_json_array(text, how);
    check_objects(text, how, [&](const json::View& item) { check_members(item, members); });
    return list;
}

}    // namespace

std::optional<JsonText> decode_text_objects(std::string_view text, Decoding how) {
    auto list = decode_json_array(text, how);
    check_objects(text, how, [](const json::View& item) {
        item.each_member([](std::string_view key, const json::View& value) {
            if (!is_text(value)) refuse(key, "a text");
            return true;
        });
    });
    return list;
}

std::optional<JsonText> decode_text_objects_or_empty(std::string_view text, Decoding how) {
    return text.empty() ? JsonText{} : decode_text_objects(text, how);
}

std::optional<JsonText> decode_creem_products(std::string_view text, Decoding how) {
    return text.empty() ? JsonText{} : objects(text, how, kProduct);
}

std::optional<JsonText> decode_affinity_rules(std::string_view text, Decoding how) {
    return objects(text, how, kAffinityRule);
}

std::optional<JsonText> decode_responses_policy(std::string_view text, Decoding how) {
    auto policy = decode_json_object(text, how);
    if (how.source == Source::Put) check_members(json::Document::copy(text).root(), kPolicy);
    return policy;
}

}    // namespace opusclaw::settings
