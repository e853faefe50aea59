// provider/paths.h: fills the places in the path of an endpoint that depend on the channel, the model or the client's query (spec 07
// sections 1.5, 5, 14). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace opusclaw::provider {

/// What the places are filled with.
struct PathParts {
    std::string_view model;                // that is sent
    std::string_view other;                // the channel's column of that name
    std::string_view api_version;          // the client's, the channel's or the environment's
    std::string_view responses_version;    // the channel's own for Responses; may be empty
    std::string_view gemini_version;       // that the options name for the model
    std::int64_t channel_created = 0;      // unix seconds
};

/// `{model}`, `{version}`, `{deployment}`, `{account}`, `{api-version}`, `{responses-version}`, `{responses-version-or-preview}`; other braces stay.
std::string fill_path(std::string_view path, const PathParts& parts);

/// A model's name as part of a path: slashes stay, what else a path may not hold is escaped.
std::string path_text(std::string_view model);

}    // namespace opusclaw::provider
