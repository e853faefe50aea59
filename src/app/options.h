// app/options.h: the command line (spec 01 section 9). The environment and the file .env are read elsewhere: application.cpp
// and settings/environment_settings.h.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace opusclaw::app {

struct Options {
    std::uint16_t port = 3000;
    std::filesystem::path log_directory = "logs";
};

/// What the command line asks for: to run, or to end at once with an exit code (after --help, --version, a mistake).
struct CommandLine {
    Options options;
    std::optional<int> exit_code;
};
/// `arguments` without the program's name. Flags take one or two dashes. Prints what --help and --version ask for.
CommandLine read_command_line(std::vector<std::string> arguments);

}    // namespace opusclaw::app
