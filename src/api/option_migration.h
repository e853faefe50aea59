// api/option_migration.h: the lists of the front page from their old keys to the new ones (spec 02 section 22.4). Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace opusclaw::api {

struct OptionMigration {
    std::map<std::string, std::string> stored;    // new key to its text
    std::vector<std::string_view> removed;        // old keys that were there
};
/// `options`: the rows as they are. What is no JSON is dropped.
OptionMigration migrate_console_settings(const std::map<std::string, std::string>& options);

}    // namespace opusclaw::api
