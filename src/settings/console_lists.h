// settings/console_lists.h: the four lists of the dashboard's front page (spec 02 section 22.3): their limits, order of checks
// and messages. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace opusclaw::settings {

struct Settings;

/// Each gives the refusal's text, or nullopt when the list may be stored. An empty text is always right.
std::optional<std::string> check_api_info(std::string_view text, const Settings& in_force);
std::optional<std::string> check_announcements(std::string_view text, const Settings& in_force);
std::optional<std::string> check_faq(std::string_view text, const Settings& in_force);
std::optional<std::string> check_uptime_kuma_groups(std::string_view text, const Settings& in_force);

/// Whether `text` has the form of a link that those lists allow.
bool is_link(std::string_view text);
/// `2026-11-24T16:25:31Z`, with fraction and offset as RFC 3339 allows; unix seconds for sorting.
std::optional<long long> parse_rfc3339(std::string_view text);

}    // namespace opusclaw::settings
