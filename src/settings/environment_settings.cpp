// settings/environment_settings.cpp: the environment read by the rows of its table (environment_table.cpp), which know names,
// defaults and bounds.
#include "settings/environment_parts.h"

namespace opusclaw::settings {

std::span<const EnvironmentArea> environment_areas() {
    static const EnvironmentArea kAreas[] = {
        {"The server", server_variables()},
        {"The node", node_variables()},
        {"Databases", database_variables()},
        {"Relaying", relay_variables()},
        {"Accounts and the dashboard", account_variables()},
        {"Request limits", limit_variables()},
        {"Background jobs", job_variables()},
        {"Without effect", ignored_variables()},
    };
    return kAreas;
}

EnvironmentSettings read_environment(const Environment& environment) {
    EnvironmentSettings settings;
    for (const EnvironmentArea& area : environment_areas())
        for (const EnvironmentVariable& variable : area.variables)
            if (variable.read) variable.read(environment, settings);
    return settings;
}

}    // namespace opusclaw::settings
