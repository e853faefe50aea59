// api/status_json.h: what everybody may know of the site (spec 02 section 5): GET /api/status. Pure: from settings to JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json/writer.h"
#include "settings/environment_settings.h"
#include "settings/settings.h"

namespace opusclaw::api {

struct StatusFacts {
    const settings::Settings& settings;
    const settings::EnvironmentSettings& environment;
    std::string_view version;
    std::int64_t started_at = 0;    // unix seconds
    bool setup = false;
};
/// Writes the object.
void write_status(json::Writer& writer, const StatusFacts& facts);

/// The relying party of passkeys, derived where it is not set (spec 02 section 18.1).
struct RelyingParty {
    std::string id, origins, display_name, user_verification;
};
RelyingParty relying_party(const settings::Settings& settings);

/// The items of a stored list, newest `publishDate` first, those without a readable one last; `[]` for what is no array.
std::string sorted_announcements(std::string_view stored);

}    // namespace opusclaw::api
