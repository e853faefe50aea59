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
    int kind =
        0;    // New API's number of the adapter; 0 for OpenAI's, which types without one of their own have
    std::string name;
    std::string base_url;                    // may be empty
    std::vector<std::string> models;         // default model list
    std::vector<std::string> task_models;    // of its asynchronous side
    bool own_adapter = false;                // the type has a kind of its own; else it falls back to OpenAI's
    std::vector<std::string> endpoint_types;    // `openai`, ...
    bool stream_options = false;
};
/// nullptr: no such number. The facts live as long as the process.
const ChannelTypeFacts* channel_type(int number);
/// Every assigned number, ascending.
std::vector<const ChannelTypeFacts*> channel_types();

/// One model of the built-in lists and the first adapter that has it.
struct BuiltInModel {
    std::string_view name, owner;
};
/// In the order of the table, each name once.
const std::vector<BuiltInModel>& built_in_models();
/// The OpenAI and the Claude base behind a name that stands for both (spec 03 section 2.6); nullptr: no such name.
struct SpecialBase {
    std::string openai, claude;
};
const SpecialBase* special_base(std::string_view name);
/// `owned_by` of a model (spec 03 section 11): the adapter whose built-in list names it, `midjourney`, else `custom`.
std::string_view model_owner(std::string_view model);

}    // namespace opusclaw::catalog
