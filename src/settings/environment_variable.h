// settings/environment_variable.h: what a row of the table of environment variables is (spec 01 section 9). Reading and
// docs/CONFIGURATION.md come from the rows in environment_table.cpp; what the values are for is environment_settings.h.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "settings/environment_settings.h"

namespace opusclaw::settings {

struct EnvironmentVariable {
    std::string name;
    std::string_view form;    // what a value looks like: `seconds`
    std::string initial;      // what an unset variable means, as a value; empty: nothing
    std::string_view purpose;
    /// Empty where another module, the system or nobody reads it.
    std::function<void(const Environment&, EnvironmentSettings&)> read;
};

struct EnvironmentArea {
    std::string_view name;
    std::span<const EnvironmentVariable> variables;
};

/// All variables, by what they are about. Thread-safe; they live as long as the program.
std::span<const EnvironmentArea> environment_areas();

}    // namespace opusclaw::settings
