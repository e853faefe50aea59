// catalog/channel_types.cpp: reads the embedded table of channel types once.
#include "catalog/channel_types.h"

#include <algorithm>
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
    }
    const ChannelTypeFacts* find(int number) const {
        const auto found = types_.find(number);
        return found == types_.end() ? nullptr : &found->second;
    }
    std::string_view owner(std::string_view model) const {
        const auto found = owners_.find(std::string(model));
        return found == owners_.end() ? std::string_view("custom") : std::string_view(found->second);
    }

private:
    void add(const json::View& row) {
        ChannelTypeFacts facts;
        facts.number = static_cast<int>(row.find("type")->as_int().value_or(0));
        facts.name = text_of(row, "name");
        facts.base_url = text_of(row, "default_base_url");
        facts.endpoint_types = texts_of(row.find("endpoint_types"));
        const auto stream_options = row.find("stream_options");
        facts.stream_options = stream_options && stream_options->as_bool().value_or(false);
        const auto list = lists_.find(text_of(row, "model_list"));
        if (list != lists_.end()) {
            facts.models = list->second;
            const std::string owner = text_of(row, "owned_by");
            for (const std::string& model : facts.models) owners_.insert_or_assign(model, owner);
        }
        types_.emplace(facts.number, std::move(facts));
    }

    std::map<std::string, std::vector<std::string>, std::less<>> lists_;
    std::map<int, ChannelTypeFacts> types_;
    std::unordered_map<std::string, std::string> owners_;
};

const Table& table() {
    static const Table table(embedded_catalog().front().content);
    return table;
}

}    // namespace

const ChannelTypeFacts* channel_type(int number) { return table().find(number); }

std::string_view model_owner(std::string_view model) { return table().owner(model); }

}    // namespace opusclaw::catalog
