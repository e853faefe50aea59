// api/channel_settings_check.h: the shape of a channel's two JSON texts, `setting` and `settings` (spec 03 sections 2.2 and 2.3).
// Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace opusclaw::api {

/// What is wrong with the text, for the administrator; nullopt when it is empty or has the shape. Unknown members may stand
/// there: a newer or another program's.
std::optional<std::string> wrong_in_setting(std::string_view text);
std::optional<std::string> wrong_in_settings(std::string_view text);

}    // namespace opusclaw::api
