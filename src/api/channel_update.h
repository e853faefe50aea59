// api/channel_update.h: what PUT /api/channel/ changes of a channel (spec 03 section 3.6): read and checked without the stored
// row, then merged with it. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/json_body.h"
#include "store/channels.h"

namespace opusclaw::api {

struct ChannelUpdate {
    std::int64_t id = 0;
    store::ChannelChanges changes;    // without key, other_info and channel_info: these need the stored row
    std::string key;                  // empty: the keys stay
    bool clear_note = false;          // `other_info` is to be emptied
    std::optional<std::string> multi_key_mode, key_mode;
};

/// `clear`: the query parameter, a comma list of members that are to be emptied. Throws Error(InvalidRequest) with the text
/// of the first check that fails.
ChannelUpdate read_channel_update(const JsonBody& body, std::string_view clear);

/// Everything that is written. States of keys follow the text of their keys.
store::ChannelChanges merged(const ChannelUpdate& update, const store::ChannelRow& stored);

}    // namespace opusclaw::api
