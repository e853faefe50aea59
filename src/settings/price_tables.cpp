// settings/price_tables.cpp: cuts the built-in tables out of the embedded default_pricing.json and applies our own
// corrections to it (spec 05 sections 2.1, 2.5). Rules and constants of that file are read in billing.
#include "settings/price_tables.h"

#include <map>

#include "base/embedded.h"
#include "base/json/edit.h"
#include "base/json/view.h"

namespace opusclaw::settings {

namespace {

struct Texts {
    std::map<std::string, std::string, std::less<>> by_member;    // compact JSON
    DefaultPricing views;
};

std::string compact_object(const json::View& object) {
    std::string out = "{";
    object.each_member([&out](std::string_view key, json::View value) {
        if (out.size() > 1) out += ',';
        json::Node name = json::Node::of(key);
        out += name.str() + ":";
        out += value.type() == json::Type::Object ? compact_object(value) : std::string(value.raw());
        return true;
    });
    return out + "}";
}

std::string corrected(const std::string& table, const json::View& corrections) {
    json::Node node = json::Node::parse(table);
    corrections.each_member([&node](std::string_view key, json::View value) {
        node.set(key, json::Node::parse(value.raw()));
        return true;
    });
    return node.str();
}

Texts cut() {
    Texts texts;
    const json::Document document = json::Document::copy(default_pricing_text());
    const json::View root = document.root();
    root.each_member([&texts](std::string_view key, json::View value) {
        if (value.type() == json::Type::Object) texts.by_member.emplace(key, compact_object(value));
        return true;
    });
    std::string& model_ratio = texts.by_member["model_ratio"];
    if (const auto corrections = root.find("model_ratio_overrides_by_opusclaw"))
        model_ratio = corrected(model_ratio, *corrections);
    const auto view = [&texts](std::string_view key) -> std::string_view {
        const auto found = texts.by_member.find(key);
        return found == texts.by_member.end() ? std::string_view("{}") : std::string_view(found->second);
    };
    texts.views = {
        .model_ratio = view("model_ratio"),
        .model_price = view("model_price"),
        .completion_ratio = view("completion_ratio"),
        .cache_ratio = view("cache_read_ratio"),
        .create_cache_ratio = view("cache_write_ratio"),
        .image_ratio = view("image_ratio"),
        .audio_ratio = view("audio_ratio"),
        .audio_completion_ratio = view("audio_completion_ratio"),
        .group_ratio = view("group_ratio"),
        .group_group_ratio = view("group_group_ratio"),
        .group_special_usable_group = view("group_special_usable_group"),
        .topup_group_ratio = view("topup_group_ratio"),
        .tool_prices = view("tool_prices"),
    };
    return texts;
}

}    // namespace

const DefaultPricing& default_pricing() {
    static const Texts kTexts = cut();
    return kTexts.views;
}

std::string_view default_pricing_text() { return embedded_settings().front().content; }

}    // namespace opusclaw::settings
