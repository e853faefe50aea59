// dialect/gemini/extra_body.cpp: `extra_body.google` of Chat clients (spec 06 section 7). Ill-formed settings are refused with the
// messages that the clients of New API know.
#include "base/error.h"
#include "dialect/gemini/parts.h"

namespace opusclaw::dialect::gemini {
namespace {

using json::View;

void refuse_spelling(const View& object, const std::string& path, std::string_view wrong,
                     std::string_view right) {
    if (object.find(wrong))
        refuse_conversion(path + std::string(wrong) + " is not supported, use " + path + std::string(right) +
                          " instead");
}

void read_thinking(const View& config, ExtraBody& extra, chat::TextPool& pool) {
    const std::string path = "extra_body.google.thinking_config.";
    refuse_spelling(config, path, "thinkingBudget", "thinking_budget");
    extra.thinking = true;
    if (const auto budget = config.find("thinking_budget"); budget && !budget->is_null()) {
        extra.budget = budget->as_int();
        if (!extra.budget) refuse_conversion(path + "thinking_budget must be an integer");
    }
    if (const auto include = config.find("include_thoughts"); include && !include->is_null()) {
        extra.include_thoughts = include->as_bool();
        if (!extra.include_thoughts) refuse_conversion(path + "include_thoughts must be a boolean");
    }
    if (const auto level = config.find("thinking_level"); level && !level->is_null()) {
        const auto text = pool.string(*level);
        if (!text) refuse_conversion(path + "thinking_level must be a string");
        extra.level = *text;
    }
}

void read_image(const View& config, ExtraBody& extra, chat::TextPool& pool) {
    const std::string path = "extra_body.google.image_config.";
    refuse_spelling(config, path, "aspectRatio", "aspect_ratio");
    refuse_spelling(config, path, "imageSize", "image_size");
    extra.aspect_ratio = pool.string_at(config, "aspect_ratio");
    extra.image_size = pool.string_at(config, "image_size");
}

}    // namespace

ExtraBody read_extra_body(std::string_view json, chat::TextPool& pool) {
    ExtraBody extra;
    if (json.empty()) return extra;
    const View body = json::view_of(json);
    if (body.type() != json::Type::Object) refuse_conversion("invalid extra body: not a JSON object");
    const auto google = body.find("google");
    if (!google || google->type() != json::Type::Object) return extra;
    refuse_spelling(*google, "extra_body.google.", "thinkingConfig", "thinking_config");
    refuse_spelling(*google, "extra_body.google.", "imageConfig", "image_config");
    if (const auto config = google->find("thinking_config"); config && config->type() == json::Type::Object)
        read_thinking(*config, extra, pool);
    if (const auto config = google->find("image_config"); config && config->type() == json::Type::Object)
        read_image(*config, extra, pool);
    return extra;
}

void refuse_conversion(const std::string& why) {
    throw_error(ErrorKind::InvalidRequest, "convert_request_failed", why);
}

}    // namespace opusclaw::dialect::gemini
