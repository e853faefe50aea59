// api/channel_settings_check.cpp: one row a member: its name and what it may be. null is allowed everywhere.
#include "api/channel_settings_check.h"

#include <algorithm>
#include <span>

#include "base/error.h"
#include "base/json/view.h"
#include "base/text.h"

namespace opusclaw::api {
namespace {

enum class Shape { Flag, Text, Integer, Texts };
struct MemberShape {
    std::string_view name;
    Shape shape;
};

constexpr MemberShape kSetting[] = {
    {"force_format", Shape::Flag},
    {"thinking_to_content", Shape::Flag},
    {"proxy", Shape::Text},
    {"pass_through_body_enabled", Shape::Flag},
    {"system_prompt", Shape::Text},
    {"system_prompt_override", Shape::Flag},
    {"responses_via_chat", Shape::Flag},
};

constexpr MemberShape kSettings[] = {
    {"azure_responses_version", Shape::Text},
    {"vertex_key_type", Shape::Text},
    {"openrouter_enterprise", Shape::Flag},
    {"claude_beta_query", Shape::Flag},
    {"allow_service_tier", Shape::Flag},
    {"allow_inference_geo", Shape::Flag},
    {"allow_speed", Shape::Flag},
    {"allow_safety_identifier", Shape::Flag},
    {"disable_store", Shape::Flag},
    {"allow_include_obfuscation", Shape::Flag},
    {"aws_key_type", Shape::Text},
    {"upstream_model_update_check_enabled", Shape::Flag},
    {"upstream_model_update_auto_sync_enabled", Shape::Flag},
    {"upstream_model_update_last_check_time", Shape::Integer},
    {"upstream_model_update_last_detected_models", Shape::Texts},
    {"upstream_model_update_last_removed_models", Shape::Texts},
    {"upstream_model_update_ignored_models", Shape::Texts},
};

bool all_texts(const json::View& array) {
    bool all = array.type() == json::Type::Array;
    array.each_item([&all](json::View item) { return all = item.type() == json::Type::String; });
    return all;
}

bool has_shape(const json::View& value, Shape shape) {
    if (value.is_null()) return true;
    switch (shape) {
        case Shape::Flag: return value.type() == json::Type::Bool;
        case Shape::Text: return value.type() == json::Type::String;
        case Shape::Integer: return value.as_int().has_value();
        case Shape::Texts: return all_texts(value);
    }
    return false;
}

std::optional<std::string> wrong_in(std::string_view text, std::span<const MemberShape> members) {
    if (text::trim(text).empty()) return std::nullopt;
    try {
        const json::Document document = json::Document::copy(text);
        document.validate();
        if (document.root().type() != json::Type::Object) return "not a JSON object";
        for (const MemberShape& member : members) {
            const auto value = document.root().find(member.name);
            if (value && !has_shape(*value, member.shape))
                return std::string(member.name) + " has a wrong type";
        }
    } catch (const Error& error) {
        return error.message.text;
    }
    return std::nullopt;
}

}    // namespace

std::optional<std::string> wrong_in_setting(std::string_view text) { return wrong_in(text, kSetting); }

std::optional<std::string> wrong_in_settings(std::string_view text) { return wrong_in(text, kSettings); }

}    // namespace opusclaw::api
