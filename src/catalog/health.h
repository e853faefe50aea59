// catalog/health.h: channels and single keys that go off, and on again, by themselves (spec 03 section 2.8; 04 sections 9, 13.3).
// Whether they should is decided by relay. Runs on a database thread; who calls reloads the catalog afterwards.
#pragma once

#include <cstdint>
#include <string>

#include "base/ids.h"
#include "store/statement.h"

namespace opusclaw::catalog {

struct HealthChange {
    ChannelId channel;
    std::string key;    // the one in use, the only one that changes of many; empty: it did not come to that
    std::string reason;
    std::int64_t now = 0;    // unix seconds
};
enum class Changed {
    Nothing,
    Key,       // of a channel that stays as it is
    Channel    // its status, whatever became of a key
};
/// Status 3 for the channel, or for the key; the channel goes with its last key. Nothing changes also where `auto_ban` forbids it, or
/// the key that failed is no longer the channel's.
Changed disable_automatically(store::Transaction& tx, const HealthChange& change);
/// Back to status 1, with the key.
Changed enable_automatically(store::Transaction& tx, const HealthChange& change);

}    // namespace opusclaw::catalog
