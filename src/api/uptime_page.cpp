// api/uptime_page.cpp: reads leniently what another program wrote. Fetching is in uptime_cache.cpp.
#include "api/uptime_page.h"

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
void each_item_of(const json::View& object, std::string_view name, const Action& action) {
    const auto list = object.find(name);
    if (!list || list->type() != json::Type::Array) return;
    list->each_item([&action](json::View item) {
        if (item.type() == json::Type::Object) action(item);
        return true;
    });
}

std::int64_t last_status(const json::View& heartbeats, const std::string& id) {
    std::int64_t status = 0;
    const auto lists = heartbeats.find("heartbeatList");
    if (!lists || lists->type() != json::Type::Object) return status;
    each_item_of(*lists, id, [&status](const json::View& beat) {
        const auto value = beat.find("status");
        status = value ? value->as_int().value_or(0) : 0;
    });
    return status;
}

double uptime_of(const json::View& heartbeats, const std::string& id) {
    const auto list = heartbeats.find("uptimeList");
    if (!list || list->type() != json::Type::Object) return 0;
    const auto value = list->find(id + "_24");
    return value ? value->as_double().value_or(0) : 0;
}

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
    const json::View all_beats = beats->root();
    std::vector<UptimeMonitor> monitors;
    each_item_of(shown->root(), "publicGroupList", [&](const json::View& group) {
        const std::string name = text_of(group, "name");
        each_item_of(group, "monitorList", [&](const json::View& monitor) {
            const auto number = monitor.find("id");
            const std::string id = std::to_string(number ? number->as_int().value_or(0) : 0);
            monitors.push_back({.name = text_of(monitor, "name"),
                                .group = name,
                                .uptime = uptime_of(all_beats, id),
                                .status = last_status(all_beats, id)});
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
