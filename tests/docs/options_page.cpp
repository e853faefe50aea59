// tests/docs/options_page.cpp: docs/OPTIONS.md, from the rows of settings/table*.cpp.
#include <algorithm>
#include <stdexcept>

#include "docs/markdown.h"
#include "docs/pages.h"
#include "settings/option.h"
#include "settings/option_texts.h"

namespace opusclaw::docs {

namespace {

using settings::Option;

constexpr std::string_view kBeginning = R"(# Options

<!-- Made from src/settings/table*.cpp by `./dev docs`; do not edit here. -->

What can be changed while the program runs. The root user reads and writes options with `GET` and `PUT /api/option/`
([openapi.yaml](openapi.yaml)); they are texts in the table `options` ([DATABASE.md](DATABASE.md)), with the keys that New
API has. What has to be known before the database is open is in [CONFIGURATION.md](CONFIGURATION.md).

- A change counts at once on the node that stored it, on the others within `SYNC_FREQUENCY` seconds. No option needs a
  restart. Without a row, or once it is deleted, the default counts.
- A value that is refused is neither stored nor used. A stored value that cannot be read (another program wrote it) is
  left out with a warning in the log; the value in force stays, the default after a start. Of a stored table of numbers or
  list of codes the entries that can be read are used, if there are any.
- True and false: of keys without a dot only exactly `true` is true; of keys with a dot also `1`, `t`, `T`, `TRUE`,
  `True`, and their opposites. Whole numbers of keys with a dot may be written `2.000000`.
- A JSON value replaces the whole table or list; nothing is merged but `tool_price_setting.prices`.
- The values of keys that end in `Token`, `Secret`, `Key`, `secret` or `api_key` are not listed, but for two public
  keys; secrets are shown nowhere. `ConfiguredSecrets` in the answer of `GET` lists those that have a value.
- Keys that are not listed here are stored and shown as they come.

Options of parts that [STATUS.md](STATUS.md) lists as missing are kept and checked, and have no effect yet.
)";

struct Area {
    std::string_view name, title;
};
constexpr Area kAreas[] = {{"site", "Site and dashboard"}, {"accounts", "Accounts"},
                           {"login", "Logging in"},        {"mail", "Mail"},
                           {"users", "Quota of users"},    {"groups", "Groups"},
                           {"prices", "Prices"},           {"payments", "Payments"},
                           {"relay", "Relaying"},          {"channels", "Channels"},
                           {"providers", "Providers"},     {"limits", "Model request limit"},
                           {"content", "Content check"},   {"logs", "Logs and usage"},
                           {"drawing", "Drawing"},         {"fetch", "Fetching files"},
                           {"worker", "Worker"},           {"performance", "Overload and large bodies"},
                           {"deployment", "Deployments"}};

/// Longer defaults stand below the table; those of the price tables in a file of their own.
constexpr std::size_t kLongest = 90, kFarTooLong = 3000;

bool is_long(std::string_view text) {
    return text.size() > kLongest || text.find('\n') != std::string_view::npos;
}

std::string default_of(const Option& option) {
    const std::string_view text = option.default_text;
    if (text.size() > kFarTooLong) return "[built-in table](../src/settings/default_pricing.json)";
    return is_long(text) ? "below" : code(text);
}

std::string meaning(const Option& option) {
    std::string text = cell(option.purpose);
    if (option.secrecy == settings::Secrecy::Secret)
        text += " **Never shown.**";
    else if (settings::is_hidden_key(option.key))
        text += " Not listed.";
    if (option.listed == settings::Listed::OnceStored) text += " Listed once stored.";
    if (option.initial_shown) text += " Shown as empty until stored.";
    return text;
}

std::string area_text(const Area& area) {
    std::string table = head({"key", "value", "default", "meaning"}), long_ones;
    for (const Option& option : settings::all_options()) {
        if (option.area != area.name) continue;
        table += row({code(option.key), cell(option.form), default_of(option), meaning(option)});
        if (is_long(option.default_text) && option.default_text.size() <= kFarTooLong)
            long_ones += "\nDefault of `" + std::string(option.key) + "`:\n\n" + block(option.default_text);
    }
    return "\n## " + std::string(area.title) + "\n\n" + table + long_ones;
}

}    // namespace

std::string options_page() {
    for (const Option& option : settings::all_options())
        if (std::ranges::find(kAreas, option.area, &Area::name) == std::end(kAreas))
            throw std::logic_error("no title for the area of " + std::string(option.key));
    std::string page(kBeginning);
    for (const Area& area : kAreas) page += area_text(area);
    return page;
}

std::vector<Page> all_pages() {
    return {{"OPTIONS.md", options_page()},
            {"CONFIGURATION.md", configuration_page()},
            {"DATABASE.md", database_page()}};
}

}    // namespace opusclaw::docs
