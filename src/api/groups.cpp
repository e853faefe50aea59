// api/groups.cpp: which groups there are, and which a user may choose at what price (spec 02 section 13). Which are usable is
// decided in account/caller.h.
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "account/caller.h"
#include "api/route.h"

namespace opusclaw::api {
namespace {

constexpr std::string_view kAutomatic = "auto";

double ratio_of(const settings::Settings& settings, std::string_view user_group, std::string_view group) {
    const auto own = settings.group_group_ratio.find(user_group);
    const auto special = own == settings.group_group_ratio.end() ? std::nullopt
                                                                 : settings::find_number(own->second, group);
    return special ? *special : settings::find_number(settings.group_ratio, group).value_or(1);
}

void write_usable_groups(json::Writer& writer, const settings::Settings& settings,
                         std::string_view user_group) {
    const auto usable = account::usable_groups(settings, user_group);
    writer.begin_object();
    for (const auto& [group, description] : usable) {
        if (group == kAutomatic || !settings::find_number(settings.group_ratio, group)) continue;
        writer.key(group).begin_object().member("ratio", ratio_of(settings, user_group, group));
        writer.member("desc", description).end_object();
    }
    if (usable.contains(std::string(kAutomatic))) {
        const auto described = settings.user_usable_groups.find(kAutomatic);
        writer.key(kAutomatic).begin_object().member("ratio", "自动");
        writer.member("desc", described == settings.user_usable_groups.end() ? std::string(kAutomatic)
                                                                             : described->second);
        writer.end_object();
    }
    writer.end_object();
}

Task<Reply> show_usable_groups(const Request& request, const Services& services) {
    const settings::Snapshot settings = services.settings.current();
    // Without a caller: what a visitor is told.
    const std::string group = request.caller.user == nullptr ? "" : request.caller.user->group;
    co_return success([&](json::Writer& writer) { write_usable_groups(writer, *settings, group); });
}

Task<Reply> list_groups(const Request&, const Services& services) {
    const settings::Snapshot settings = services.settings.current();
    std::set<std::string_view> names;
    for (const auto& [name, ratio] : settings->group_ratio) names.insert(name);
    co_return success([&names](json::Writer& writer) {
        writer.begin_array();
        for (const std::string_view name : names) writer.value(name);
        writer.end_array();
    });
}

constexpr std::array kRoutes = {
    Route{Method::Get, "/api/user/groups", Access::Public, &show_usable_groups},
    Route{Method::Get, "/api/user/self/groups", Access::User, &show_usable_groups},
    Route{Method::Get, "/api/group/", Access::Admin, &list_groups},
};

}    // namespace

std::span<const Route> group_routes() { return kRoutes; }

}    // namespace opusclaw::api
