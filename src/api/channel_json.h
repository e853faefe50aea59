// api/channel_json.h: how channels are written (spec 03 sections 2.1 and 2.4). The key never leaves. Pure.
#pragma once

#include "api/reply.h"
#include "base/json/writer.h"
#include "store/channels.h"

namespace opusclaw::api {

/// `more` writes further members behind those of the channel.
void write_channel(json::Writer& writer, const store::ChannelRow& channel, const WriteInside& more = nullptr);

}    // namespace opusclaw::api
