// tests/docs/configuration_page.cpp: docs/CONFIGURATION.md, from the flags of app/options.cpp and the rows of
// settings/environment_table*.cpp.
#include "app/options.h"
#include "docs/markdown.h"
#include "docs/pages.h"
#include "settings/environment_variable.h"

namespace opusclaw::docs {

namespace {

constexpr std::string_view kBeginning = R"(# Configuration

<!-- Made from src/app/options.cpp and src/settings/environment_table*.cpp by `./dev docs`; do not edit here. -->

What the program is told before it opens its database: flags of the command line and environment variables, with the names
that New API has. Everything else is an option in the database, changed while running: [OPTIONS.md](OPTIONS.md).

## Command line

Flags take one or two dashes.

)";

constexpr std::string_view kEnvironment = R"(
## Environment variables

A file `.env` in the working directory is read first; it never overrides what is set already. An empty variable counts as
unset. Variables are read once, at the start.

- true or false: `1`, `t`, `T`, `TRUE`, `true`, `True`, `0`, `f`, `F`, `FALSE`, `false`, `False`.
- A number, or a true or false, that cannot be read gives the default and a warning in the log.

Variables of parts that [STATUS.md](STATUS.md) lists as missing are read, and have no effect yet.
)";

std::string initial(const settings::EnvironmentVariable& variable) {
    const bool words = variable.initial.find(' ') != std::string::npos;
    return words ? cell(variable.initial) : code(variable.initial);
}

}    // namespace

std::string configuration_page() {
    std::string page(kBeginning);
    page += head({"flag", "default", "meaning"});
    for (const app::Flag& flag : app::flags()) {
        const std::string value = flag.value.empty() ? "" : " <" + std::string(flag.value) + ">";
        page += row({code(std::string(flag.name) + value), code(flag.initial), cell(flag.purpose)});
    }
    page += kEnvironment;
    for (const settings::EnvironmentArea& area : settings::environment_areas()) {
        page += "\n### " + std::string(area.name) + "\n\n" +
                head({"variable", "value", "default", "meaning"});
        for (const settings::EnvironmentVariable& variable : area.variables)
            page += row(
                {code(variable.name), cell(variable.form), initial(variable), cell(variable.purpose)});
    }
    return page;
}

}    // namespace opusclaw::docs
