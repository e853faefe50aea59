// tests/docs/pages.h: the documents of docs/ that are made from the tables in the code: options, environment variables and flags,
// database tables. `./dev docs` writes them, a unit test holds that the committed ones are those.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace opusclaw::docs {

/// docs/OPTIONS.md, docs/CONFIGURATION.md, docs/DATABASE.md, whole.
std::string options_page();
std::string configuration_page();
std::string database_page();

struct Page {
    std::string_view file;    // below docs/
    std::string text;
};
/// All of them. Throws std::logic_error when a table has what no page knows how to show.
std::vector<Page> all_pages();

}    // namespace opusclaw::docs
