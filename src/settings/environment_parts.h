// settings/environment_parts.h: the rows of the table of environment variables, by file. How they are put together is in
// environment_settings.cpp. Internal to settings/.
#pragma once

#include "settings/environment_variable.h"

namespace opusclaw::settings {

// environment_table.cpp
std::span<const EnvironmentVariable> server_variables();
std::span<const EnvironmentVariable> node_variables();
std::span<const EnvironmentVariable> database_variables();
std::span<const EnvironmentVariable> job_variables();
// environment_table_relay.cpp
std::span<const EnvironmentVariable> relay_variables();
std::span<const EnvironmentVariable> account_variables();
std::span<const EnvironmentVariable> limit_variables();
std::span<const EnvironmentVariable> ignored_variables();

}    // namespace opusclaw::settings
