// app/options.h: the command line (spec 01 section 9). The environment and the file .env are read elsewhere: application.cpp
// and settings/environment_settings.h.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace opusclaw::app {

struct Options {
    std::uint16_t port = 3000;
    std::filesystem::path log_directory = "logs";
};

/// One flag of the command line, for its parser and for docs/CONFIGURATION.md.
struct Flag {
    std::string_view name, value, initial, purpose;    // no value: it takes none
};
std::span<const Flag> flags();

/// What the command line asks for: to run, or to end at once with an exit code (after --help, --version, a mistake).
struct CommandLine {
    Options options;
    std::optional<int> exit_code;
};
/// `arguments` without the program's name; `version` is what --version shows. Flags take one or two dashes. Prints what --help and
/// --version ask for.
CommandLine read_command_line(std::vector<std::string> arguments, const std::string& version);

}    // namespace opusclaw::app
