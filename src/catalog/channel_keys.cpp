// catalog/channel_keys.cpp: reading is lenient (New API and people wrote these texts), writing gives New API's own form.
#include "catalog/channel_keys.h"

#include <algorithm>
#include <optional>

#include "base/error.h"
#include "base/json/view.h"
#include "base/json/writer.h"
#include "base/text.h"

namespace opusclaw::catalog {
namespace {

/// Well-formed JSON without the blanks between its tokens.
std::string compact(std::string_view json) {
    std::string out;
    bool in_text = false;
    for (std::size_t at = 0; at < json.size(); ++at) {
        const char c = json[at];
        if (in_text && c == '\\') {
            out.append(json.substr(at++, 2));
            continue;
        }
        if (c == '"') in_text = !in_text;
        if (in_text || (c != ' ' && c != '\n' && c != '\r' && c != '\t')) out += c;
    }
    return out;
}

std::optional<std::vector<std::string>> array_keys(std::string_view text) {
    try {
        const json::Document document = json::Document::copy(text);
        document.validate();
        std::vector<std::string> keys;
        document.root().each_item([&keys](json::View item) {
            auto decoded = item.as_string();
            keys.push_back(decoded ? std::string(text::trim(*decoded)) : compact(item.raw()));
            return true;
        });
        return keys;
    } catch (const Error&) {
        return std::nullopt;    // no array after all: lines
    }
}

std::optional<json::Document> object_in(std::string_view text) {
    if (text::trim(text).empty()) return std::nullopt;
    try {
        json::Document document = json::Document::copy(text);
        document.validate();
        if (document.root().type() == json::Type::Object) return document;
    } catch (const Error&) {
        // catalog/channel.cpp logs it when it builds the snapshot
    }
    return std::nullopt;
}

/// Members whose names are indexes.
template <class Visit>
void each_index(const json::View& root, std::string_view name, const Visit& visit) {
    const auto map = root.find(name);
    if (!map) return;
    map->each_member([&visit](std::string_view key, json::View value) {
        if (const auto index = text::parse_int(key)) visit(*index, value);
        return true;
    });
}

}    // namespace

std::vector<std::string> stored_keys(std::string_view text) {
    if (const std::string_view inner = text::trim(text); inner.starts_with('[')) {
        if (auto keys = array_keys(inner)) return std::move(*keys);
    }
    while (text.starts_with('\n')) text.remove_prefix(1);
    while (text.ends_with('\n')) text.remove_suffix(1);
    if (text.empty()) return {};
    std::vector<std::string> keys;
    for (const std::string_view line : text::split(text, '\n')) keys.emplace_back(text::trim(line));
    return keys;
}

std::string keys_text(const std::vector<std::string>& keys) {
    std::string out;
    const bool lines = std::ranges::none_of(
        keys, [](const std::string& key) { return key.find('\n') != std::string::npos; });
    if (lines) {
        for (const std::string& key : keys) out.append(out.empty() ? "" : "\n").append(key);
        return out;
    }
    json::Writer writer(out);
    writer.begin_array();
    for (const std::string& key : keys) writer.value(key);
    writer.end_array();
    return out;
}

ChannelInfo ChannelInfo::parse(std::string_view text) {
    ChannelInfo info;
    const auto document = object_in(text);
    if (!document) return info;
    const json::View root = document->root();
    const auto integer = [&root](std::string_view name) {
        const auto value = root.find(name);
        return value ? value->as_int().value_or(0) : 0;
    };
    const auto multi = root.find("is_multi_key"), mode = root.find("multi_key_mode");
    const auto states = root.find("multi_key_status_list");
    info.multi_key = multi && multi->as_bool().value_or(false);
    info.size = integer("multi_key_size");
    info.polling_index = integer("multi_key_polling_index");
    if (mode) info.mode = mode->as_string().value_or("");
    info.has_states = states && states->type() == json::Type::Object;
    each_index(root, "multi_key_status_list", [&info](std::int64_t index, const json::View& status) {
        const auto number = status.as_int();
        if (number && *number != 1) info.states[index].status = static_cast<int>(*number);
    });
    each_index(root, "multi_key_disabled_reason", [&info](std::int64_t index, const json::View& reason) {
        const auto state = info.states.find(index);
        if (state != info.states.end()) state->second.reason = reason.as_string().value_or("");
    });
    each_index(root, "multi_key_disabled_time", [&info](std::int64_t index, const json::View& time) {
        const auto state = info.states.find(index);
        if (state != info.states.end()) state->second.time = time.as_int().value_or(0);
    });
    return info;
}

std::string ChannelInfo::text() const {
    std::string out;
    json::Writer writer(out);
    writer.begin_object().member("is_multi_key", multi_key).member("multi_key_size", size);
    writer.key("multi_key_status_list");
    if (states.empty() && !has_states) {
        writer.null();
    } else {
        writer.begin_object();
        for (const auto& [index, state] : states) writer.member(std::to_string(index), state.status);
        writer.end_object();
    }
    const auto has_reason = [](const auto& entry) { return !entry.second.reason.empty(); };
    if (std::ranges::any_of(states, has_reason)) {
        writer.key("multi_key_disabled_reason").begin_object();
        for (const auto& [index, state] : states) {
            if (!state.reason.empty()) writer.member(std::to_string(index), state.reason);
        }
        writer.end_object();
    }
    const auto has_time = [](const auto& entry) { return entry.second.time != 0; };
    if (std::ranges::any_of(states, has_time)) {
        writer.key("multi_key_disabled_time").begin_object();
        for (const auto& [index, state] : states) {
            if (state.time != 0) writer.member(std::to_string(index), state.time);
        }
        writer.end_object();
    }
    writer.member("multi_key_polling_index", polling_index).member("multi_key_mode", mode).end_object();
    return out;
}

int ChannelInfo::status_of(std::int64_t index) const {
    const auto state = states.find(index);
    return state == states.end() ? static_cast<int>(KeyStatus::Enabled) : state->second.status;
}

void ChannelInfo::disable(std::int64_t index, KeyState state) {
    states[index] = std::move(state);
    has_states = true;
}

bool ChannelInfo::enable(std::int64_t index) { return states.erase(index) > 0; }

void ChannelInfo::follow(const std::vector<std::string>& before, const std::vector<std::string>& after) {
    std::multimap<std::string_view, KeyState> by_text;
    for (const auto& [index, state] : states) {
        if (index >= 0 && index < static_cast<std::int64_t>(before.size()))
            by_text.emplace(before[static_cast<std::size_t>(index)], state);
    }
    states.clear();
    for (std::size_t index = 0; index < after.size(); ++index) {
        const auto found = by_text.find(after[index]);
        if (found == by_text.end()) continue;
        states.emplace(static_cast<std::int64_t>(index), std::move(found->second));
        by_text.erase(found);
    }
    size = static_cast<std::int64_t>(after.size());
}

}    // namespace opusclaw::catalog
