// api/channel_json.h: how channels are written (spec 03 sections 2.1 and 2.4). The key never leaves. Pure.
#pragma once

#include <string_view>

#include "base/json/writer.h"
#include "store/channels.h"

namespace opusclaw::api {

void write_channel(json::Writer& writer, const store::ChannelRow& channel);

/// What a new channel's column `channel_info` holds.
struct ChannelInfo {
    bool multi_key = false;
    std::size_t keys = 0;
    std::string_view mode;    // `random`, `polling` or empty
};
std::string channel_info_text(const ChannelInfo& info);

}    // namespace opusclaw::api
