// account/user_settings.h: the JSON of column `users.setting` (spec 01 section 3): what a new user gets, and how single members
// change while all others, known or not, stay. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "account/records.h"
#include "base/json/edit.h"

namespace opusclaw::account {

/// Members to write; nullopt takes the member away.
using SettingChanges = std::vector<std::pair<std::string, std::optional<json::Node>>>;

/// The new text of the column. What is no JSON object counts as an empty one. `gotify_priority` is always there.
std::string changed_setting(std::string_view stored, const SettingChanges& changes);

/// Settings of a new user: the part of the side bar that the role has.
std::string first_setting(Role role);

/// What the column can hold on every engine, in bytes.
inline constexpr std::size_t kLargestSetting = 65'535;

}    // namespace opusclaw::account
