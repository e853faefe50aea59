// catalog/channel_types.h: the fixed facts of channel types: number, name, default base URL (from a copy of the specification's
// table, src/catalog/channel_types.json). Loaded once at start.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace opusclaw::catalog {

struct ChannelTypeFacts {
    int number = 0;
    std::string name;
    std::string base_url;                       // may be empty
    std::vector<std::string> models;            // default model list
    std::vector<std::string> endpoint_types;    // `openai`, ...
    bool stream_options = false;
};
/// nullptr: no such number. The facts live as long as the process.
const ChannelTypeFacts* channel_type(int number);
/// `owned_by` of a model (spec 03 section 11): the adapter whose built-in list names it, else `custom`.
std::string_view model_owner(std::string_view model);

}    // namespace opusclaw::catalog
