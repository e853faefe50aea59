// app/options.cpp: reads the command line with CLI11. What the environment sets is read in application.cpp and
// settings/environment_settings.cpp.
#include "app/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

namespace opusclaw::app {
namespace {

enum : std::size_t { kPort, kLogDir, kVersion, kHelp };
constexpr Flag kFlags[] = {
    {"--port", "number", "3000", "Port to listen on; the variable PORT goes before."},
    {"--log-dir", "folder", "logs", "Where log files go; created if missing."},
    {"--version", "", "", "Print the version and exit."},
    {"--help", "", "", "Print what the flags are and exit."},
};

std::string text(std::string_view view) { return std::string(view); }

/// `-port 1` as `--port 1`: New API's flags take one dash as well as two.
void double_dashes(std::vector<std::string>& arguments) {
    for (std::string& argument : arguments) {
        const bool one_dash = argument.size() > 2 && argument[0] == '-' && argument[1] != '-';
        if (one_dash && std::isalpha(static_cast<unsigned char>(argument[1])) != 0)
            argument.insert(0, 1, '-');
    }
}

}    // namespace

std::span<const Flag> flags() { return kFlags; }

CommandLine read_command_line(std::vector<std::string> arguments, const std::string& version) {
    CommandLine line;
    CLI::App parser("Opusclaw: an AI API gateway, compatible with New API.", "opusclaw");
    std::string directory = line.options.log_directory.string();
    const auto option = [&parser](const Flag& flag, auto& value) {
        parser.add_option(text(flag.name), value, text(flag.purpose))->capture_default_str();
    };
    option(kFlags[kPort], line.options.port);
    option(kFlags[kLogDir], directory);
    parser.set_version_flag(text(kFlags[kVersion].name), version, text(kFlags[kVersion].purpose));
    parser.set_help_flag("-h," + text(kFlags[kHelp].name), text(kFlags[kHelp].purpose));
    double_dashes(arguments);
    std::reverse(arguments.begin(), arguments.end());    // the order that CLI11 takes from a vector
    try {
        parser.parse(arguments);
    } catch (const CLI::ParseError& error) {
        line.exit_code = parser.exit(error, std::cout, std::cerr);
    }
    line.options.log_directory = directory;
    return line;
}

}    // namespace opusclaw::app
