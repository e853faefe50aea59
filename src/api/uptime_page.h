// api/uptime_page.h: status pages of Uptime Kuma (spec 02 section 23): which are configured, how their two documents are read, and
// what is shown of them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace opusclaw::api {

struct UptimeGroup {
    std::string category, url, slug;
};
/// From the option; no groups for what is no array.
std::vector<UptimeGroup> read_uptime_groups(std::string_view option);

struct UptimeMonitor {
    std::string name, group;
    double uptime = 0;          // of the last 24 hours, 0 to 1
    std::int64_t status = 0;    // 0 down, 1 up, 2 pending, 3 maintenance
};
/// The page's monitors in its order. nullopt: one of the documents is no JSON object.
std::optional<std::vector<UptimeMonitor>> read_uptime_page(std::string_view page,
                                                           std::string_view heartbeats);

struct ShownGroup {
    std::string category;
    std::vector<UptimeMonitor> monitors;
};
/// The JSON array of the answer.
std::string write_uptime(const std::vector<ShownGroup>& groups);

}    // namespace opusclaw::api
