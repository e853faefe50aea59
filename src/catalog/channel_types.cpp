// catalog/channel_types.cpp: reads the embedded table of channel types once.
#include "catalog/channel_types.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <unordered_map>

#include "base/embedded.h"
#include "base/json/view.h"

namespace opusclaw::catalog {
namespace {

std::string text_of(const json::View& object, std::string_view name) {
    const auto value = object.find(name);
    return value ? value->as_string().value_or("") : std::string();
}

std::vector<std::string> texts_of(const std::optional<json::View>& array) {
    std::vector<std::string> texts;
    if (!array) return texts;
    array->each_item([&texts](json::View item) {
        if (auto text = item.as_string()) texts.push_back(std::move(*text));
        return true;
    });
    return texts;
}

bool is_true(const json::View& object, std::string_view name) {
    const auto value = object.find(name);
    return value && value->as_bool().value_or(false);
}

/// Names that Midjourney actions are billed by (spec 10 section 1).
constexpr std::array<std::string_view, 18> kMidjourney = {
    "swap_face",  "mj_imagine",     "mj_video",          "mj_edits",         "mj_variation", "mj_reroll",
    "mj_blend",   "mj_upscale",     "mj_describe",       "mj_zoom",          "mj_shorten",   "mj_modal",
    "mj_inpaint", "mj_custom_zoom", "mj_high_variation", "mj_low_variation", "mj_pan",       "mj_upload"};

/// The table and what is looked up in it.
class Table {
public:
    explicit Table(std::string_view text) {
        const json::Document document = json::Document::copy(text);
        const json::View root = document.root();
        root.find("model_lists")->each_member([this](std::string_view name, json::View list) {
            lists_.emplace(name, texts_of(list));
            return true;
        });
        root.find("channel_types")->each_item([this](json::View row) {
            add(row);
            return true;
        });
        root.find("special_base_urls")->each_member([this](std::string_view name, json::View bases) {
            special_.emplace(
                name, SpecialBase{.openai = text_of(bases, "openai"), .claude = text_of(bases, "claude")});
            return true;
        });
    }
    const std::map<int, ChannelTypeFacts>& types() const { return types_; }
    const std::vector<BuiltInModel>& models() const { return models_; }
    const SpecialBase* special(std::string_view name) const {
        const auto found = special_.find(name);
        return found == special_.end() ? nullptr : &found->second;
    }
    const ChannelTypeFacts* find(int number) const {
        const auto found = types_.find(number);
        return found == types_.end() ? nullptr : &found->second;
    }
    std::string_view owner(std::string_view model) const {
        const auto found = owners_.find(std::string(model));
        if (found != owners_.end()) return found->second;
        return std::ranges::find(kMidjourney, model) == kMidjourney.end() ? "custom" : "midjourney";
    }

private:
    void add(const json::View& row) {
        ChannelTypeFacts facts;
        facts.number = static_cast<int>(row.find("type")->as_int().value_or(0));
        facts.kind = static_cast<int>(row.find("api_type")->as_int().value_or(0));
        facts.name = text_of(row, "name");
        facts.base_url = text_of(row, "default_base_url");
        facts.endpoint_types = texts_of(row.find("endpoint_types"));
        facts.task_models = texts_of(row.find("task_models"));
        facts.stream_options = is_true(row, "stream_options");
        facts.own_adapter = is_true(row, "listed_as_channel_default");
        if (!is_true(row, "assigned")) return;
        const auto list = lists_.find(text_of(row, "model_list"));
        if (list != lists_.end()) {
            facts.models = list->second;
            owner_names_.push_back(text_of(row, "owned_by"));
            for (const std::string& model : list->second) {
                const bool first = owners_.insert_or_assign(model, owner_names_.back()).second;
                if (first) models_.push_back({.name = model, .owner = owner_names_.back()});
            }
        }
        types_.emplace(facts.number, std::move(facts));
    }

    std::map<std::string, std::vector<std::string>, std::less<>> lists_;
    std::map<int, ChannelTypeFacts> types_;
    std::map<std::string, SpecialBase, std::less<>> special_;
    std::deque<std::string> owner_names_;    // which the views below point into; those of models into lists_
    std::unordered_map<std::string, std::string_view> owners_;    // the last adapter that has it
    std::vector<BuiltInModel> models_;
};

const Table& table() {
    static const Table table(embedded_catalog().front().content);
    return table;
}

}    // namespace

const ChannelTypeFacts* channel_type(int number) { return table().find(number); }

std::vector<const ChannelTypeFacts*> channel_types() {
    std::vector<const ChannelTypeFacts*> all;
    for (const auto& [number, facts] : table().types()) all.push_back(&facts);
    return all;
}

const std::vector<BuiltInModel>& built_in_models() { return table().models(); }

const SpecialBase* special_base(std::string_view name) { return table().special(name); }

std::string_view model_owner(std::string_view model) { return table().owner(model); }

}    // namespace opusclaw::catalog
