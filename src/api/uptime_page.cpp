// api/uptime_page.cpp: reads leniently what another program wrote. Fetching is in uptime_cache.cpp.
#include "api/uptime_page.h"

#include <unordered_map>
#include <utility>

#include "base/error.h"
#include "base/json/view.h"
#include "base/json/writer.h"

namespace opusclaw::api {
namespace {

/// nullopt: no JSON, or another type.
std::optional<json::Document> read(std::string_view text, json::Type type) {
    try {
        json::Document document = json::Document::copy(text);
        document.validate();
        if (document.root().type() == type) return document;
    } catch (const Error&) {
        // somebody else's document: what cannot be read is not there
    }
    return std::nullopt;
}

std::string text_of(const json::View& object, std::string_view name) {
    const auto value = object.find(name);
    return value ? value->as_string().value_or("") : std::string();
}

template <class Action>
void each_item_in(const json::View& list, const Action& action) {
    if (list.type() != json::Type::Array) return;
    list.each_item([&action](json::View item) {
        if (item.type() == json::Type::Object) action(item);
        return true;
    });
}

template <class Action>
void each_item_of(const json::View& object, std::string_view name, const Action& action) {
    if (const auto list = object.find(name)) each_item_in(*list, action);
}

template <class Action>
void each_member_of(const json::View& object, std::string_view name, const Action& action) {
    const auto map = object.find(name);
    if (!map || map->type() != json::Type::Object) return;
    map->each_member([&action](std::string_view key, json::View value) {
        action(key, value);
        return true;
    });
}

std::int64_t last_status(const json::View& beats) {
    std::int64_t status = 0;
    each_item_in(beats, [&status](const json::View& beat) {
        const auto value = beat.find("status");
        status = value ? value->as_int().value_or(0) : 0;
    });
    return status;
}

/// What the second document says, by monitor. Read once, for a search in it goes through all of it.
struct Heartbeats {
    std::unordered_map<std::string, std::int64_t> statuses;    // the latest, by id
    std::unordered_map<std::string, double> uptimes;           // by id and span: `7_24` is a day of monitor 7

    explicit Heartbeats(const json::View& root) {
        each_member_of(root, "heartbeatList", [this](std::string_view id, const json::View& beats) {
            statuses.insert_or_assign(std::string(id), last_status(beats));
        });
        each_member_of(root, "uptimeList", [this](std::string_view span, const json::View& share) {
            uptimes.insert_or_assign(std::string(span), share.as_double().value_or(0));
        });
    }
    std::int64_t status(const std::string& id) const {
        const auto found = statuses.find(id);
        return found == statuses.end() ? 0 : found->second;
    }
    double uptime(const std::string& id) const {
        const auto found = uptimes.find(id + "_24");
        return found == uptimes.end() ? 0 : found->second;
    }
};

}    // namespace

std::vector<UptimeGroup> read_uptime_groups(std::string_view option) {
    std::vector<UptimeGroup> groups;
    const auto document = read(option, json::Type::Array);
    if (!document) return groups;
    document->root().each_item([&groups](json::View item) {
        if (item.type() != json::Type::Object) return true;
        groups.push_back({.category = text_of(item, "categoryName"),
                          .url = text_of(item, "url"),
                          .slug = text_of(item, "slug")});
        return true;
    });
    return groups;
}

std::optional<std::vector<UptimeMonitor>> read_uptime_page(std::string_view page,
                                                           std::string_view heartbeats) {
    const auto shown = read(page, json::Type::Object), beats = read(heartbeats, json::Type::Object);
    if (!shown || !beats) return std::nullopt;
    const Heartbeats known(beats->root());
    std::vector<UptimeMonitor> monitors;
    each_item_of(shown->root(), "publicGroupList", [&](const json::View& group) {
        const std::string name = text_of(group, "name");
        each_item_of(group, "monitorList", [&](const json::View& monitor) {
            const auto number = monitor.find("id");
            const std::string id = std::to_string(number ? number->as_int().value_or(0) : 0);
            monitors.push_back({.name = text_of(monitor, "name"),
                                .group = name,
                                .uptime = known.uptime(id),
                                .status = known.status(id)});
        });
    });
    return monitors;
}

std::string write_uptime(const std::vector<ShownGroup>& groups) {
    std::string out;
    json::Writer writer(out);
    writer.begin_array();
    for (const ShownGroup& group : groups) {
        writer.begin_object().member("categoryName", group.category).key("monitors").begin_array();
        for (const UptimeMonitor& monitor : group.monitors) {
            writer.begin_object().member("name", monitor.name).member("uptime", monitor.uptime);
            writer.member("status", monitor.status);
            if (!monitor.group.empty()) writer.member("group", monitor.group);
            writer.end_object();
        }
        writer.end_array().end_object();
    }
    writer.end_array();
    return out;
}

}    // namespace opusclaw::api
