// settings/checks.h: the checks that rows of the options table use (spec 02 section 22.2). Pure. Internal to settings/.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "settings/option.h"

namespace opusclaw::settings {

ValueCheck<std::int64_t> at_least(std::int64_t lowest);
ValueCheck<std::int64_t> at_most(std::int64_t highest);
ValueCheck<std::int64_t> between(std::int64_t lowest, std::int64_t highest);
ValueCheck<double> above_zero();
ValueCheck<double> not_negative();
ValueCheck<std::string> one_of(std::vector<std::string> words);

/// `true` needs something else to be set first; anything else is right.
std::optional<std::string> needs_github_client(std::string_view text, const Settings& in_force);
std::optional<std::string> needs_discord_client(std::string_view text, const Settings& in_force);
std::optional<std::string> needs_oidc_client(std::string_view text, const Settings& in_force);
std::optional<std::string> needs_linux_do_client(std::string_view text, const Settings& in_force);
std::optional<std::string> needs_email_whitelist(std::string_view text, const Settings& in_force);
std::optional<std::string> needs_wechat_server(std::string_view text, const Settings& in_force);
std::optional<std::string> needs_turnstile_key(std::string_view text, const Settings& in_force);
std::optional<std::string> needs_telegram_token(std::string_view text, const Settings& in_force);

std::optional<std::string> is_theme(std::string_view text, const Settings& in_force);
std::optional<std::string> is_json_or_empty(std::string_view text, const Settings& in_force);
/// Of a JSON array of texts: each is a port or a range of ports. A stored one may hold others; its reader then refuses all.
std::optional<std::string> names_ports(std::string_view text, const Settings& in_force);

}    // namespace opusclaw::settings
