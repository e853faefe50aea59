// api/new_channel.h: the body of POST /api/channel/: its checks in their order, and the rows that it asks for (spec 03 section
// 3.4). Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "api/json_body.h"
#include "store/channels.h"

namespace opusclaw::api {

/// At least one row, ready to be inserted. Throws Error(InvalidRequest) with the text of the first check that fails.
std::vector<store::ChannelRow> read_new_channels(const JsonBody& body, std::int64_t now);

}    // namespace opusclaw::api
