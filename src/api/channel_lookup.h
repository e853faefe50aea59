// api/channel_lookup.h: a channel as routing and sending see it, for calls that use one which an administrator named.
#pragma once

#include <memory>

#include "api/services.h"
#include "base/ids.h"
#include "catalog/catalog.h"
#include "net/task.h"

namespace opusclaw::api {

/// A snapshot that has the channel: the current one, so that polling of keys goes on; for what another node has just made, one
/// of that channel alone. Throws Error(NotFound) `record not found`.
Task<std::shared_ptr<const catalog::Snapshot>> snapshot_with(ChannelId id, const Services& services);

}    // namespace opusclaw::api
