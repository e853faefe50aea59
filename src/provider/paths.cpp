// provider/paths.cpp: one row a place. What a place is filled with is known to relay.
// A path without places is not looked at here.
#include "provider/paths.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/url.h"

namespace opusclaw::provider {
namespace {

// Channels that are older named their deployments without dots (spec 07 section 5): 2025-05-10T00:00:00Z.
constexpr std::int64_t kDotsKeptSince = 1746835200;

std::string deployment(const PathParts& parts) {
    std::string name(parts.model);
    if (parts.channel_created < kDotsKeptSince) std::erase(name, '.');
    return percent_encode(name);
}

std::string_view first_of(std::string_view wanted, std::string_view otherwise) {
    return wanted.empty() ? otherwise : wanted;
}

struct Place {
    std::string_view name;
    std::string (*text)(const PathParts&);
};
constexpr std::array kPlaces = {
    Place{"{model}", [](const PathParts& parts) { return path_text(parts.model); }},
    Place{"{version}", [](const PathParts& parts) { return std::string(parts.gemini_version); }},
    Place{"{deployment}", deployment},
    Place{"{account}", [](const PathParts& parts) { return percent_encode(parts.other); }},
    Place{"{api-version}", [](const PathParts& parts) { return encode_query_component(parts.api_version); }},
    Place{"{responses-version}",
          [](const PathParts& parts) {
              return encode_query_component(first_of(parts.responses_version, parts.api_version));
          }},
    Place{"{responses-version-or-preview}",
          [](const PathParts& parts) {
              return encode_query_component(first_of(parts.responses_version, "preview"));
          }},
};

}    // namespace

std::string path_text(std::string_view model) {
    std::string joined;
    for (const std::string_view part : text::split(model, '/'))
        joined.append("/").append(percent_encode(part));
    return joined.substr(1);
}

std::string fill_path(std::string_view path, const PathParts& parts) {
    std::string filled;
    while (!path.empty()) {
        const std::string_view rest = path.substr(std::min(path.find('{'), path.size()));
        filled.append(path.substr(0, path.size() - rest.size()));
        const auto place = std::ranges::find_if(
            kPlaces, [rest](const Place& known) { return rest.starts_with(known.name); });
        const bool known = place != kPlaces.end();
        if (known) filled.append(place->text(parts));
        const std::size_t taken = known ? place->name.size() : std::min<std::size_t>(1, rest.size());
        if (!known) filled.append(rest.substr(0, taken));
        path = rest.substr(taken);
    }
    return filled;
}

}    // namespace opusclaw::provider
