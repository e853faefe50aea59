// tests/unit/docs/pages_test.cpp: the documents of docs/ that are made from tables are the committed ones, and leave nothing out.
#include "docs/pages.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "app/options.h"
#include "settings/environment_variable.h"
#include "settings/option.h"
#include "store/schema.h"

namespace opusclaw::docs {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::string::size_type from = 0;
    for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', from)) {
        lines.push_back(text.substr(from, end - from));
        from = end + 1;
    }
    lines.push_back(text.substr(from));
    return lines;
}

TEST(Documents, AreWhatTheTablesSay) {
    for (const Page& page : all_pages()) {
        std::ifstream file(std::string(DOCS_FOLDER) + "/" + std::string(page.file), std::ios::binary);
        const std::string committed((std::istreambuf_iterator<char>(file)), {});
        const std::vector<std::string> is = lines_of(committed), should_be = lines_of(page.text);
        for (std::size_t i = 0; i < std::min(is.size(), should_be.size()); ++i)
            ASSERT_EQ(is[i], should_be[i]) << "docs/" << page.file << ", line " << i + 1
                                           << ": please run ./dev docs and commit its files";
        ASSERT_EQ(is.size(), should_be.size()) << "docs/" << page.file << ": please run ./dev docs";
    }
}

TEST(Documents, ExplainEveryOption) {
    const std::string page = options_page();
    for (const settings::Option& option : settings::all_options()) {
        const std::string start = "\n| `" + std::string(option.key) + "` | ";
        const auto found = page.find(start);
        EXPECT_NE(found, std::string::npos) << option.key;
        EXPECT_EQ(page.find(start, found + 1), std::string::npos) << option.key << " twice";
    }
}

TEST(Documents, ExplainEveryVariableAndFlag) {
    const std::string page = configuration_page();
    for (const settings::EnvironmentArea& area : settings::environment_areas())
        for (const settings::EnvironmentVariable& variable : area.variables)
            EXPECT_NE(page.find("\n| `" + variable.name + "` | "), std::string::npos) << variable.name;
    for (const app::Flag& flag : app::flags()) {
        const std::string start = "\n| `" + std::string(flag.name);
        EXPECT_NE(page.find(start), std::string::npos) << flag.name;
    }
    EXPECT_EQ(app::flags()[0].initial, std::to_string(app::Options{}.port));
    EXPECT_EQ(app::flags()[1].initial, app::Options{}.log_directory.string());
}

TEST(Documents, ExplainEveryTableAndColumn) {
    const std::string page = database_page();
    for (const store::TableSpec& table : store::all_tables()) {
        EXPECT_FALSE(table.purpose.empty()) << table.name;
        const std::string title = "\n### " + std::string(table.name) + "\n";
        const auto from = page.find(title);
        ASSERT_NE(from, std::string::npos) << table.name;
        const std::string section = page.substr(from, page.find("\n### ", from + 1) - from);
        for (const store::ColumnSpec& column : table.columns) {
            const std::string start = "\n| `" + std::string(column.name) + "` | ";
            EXPECT_NE(section.find(start), std::string::npos) << table.name << "." << column.name;
        }
    }
}

}    // namespace
}    // namespace opusclaw::docs
