// store/state.h: tables `opus_state` and `opus_leases`: numbers kept between starts, and who of several nodes may do what
// (spec 01 section 13.2); and the database's clock (section 1.4).
#pragma once

#include "base/time.h"
#include "store/statement.h"

namespace opusclaw::store {

/// Names have at most 64 characters.
std::optional<std::int64_t> find_state(Reader& db, std::string_view name);
void put_state(Transaction& tx, std::string_view name, std::int64_t value);
void drop_state(Transaction& tx, std::string_view name);

/// Waits until no other transaction, of whatever node, holds the lock of this name; holds it to the end of this one.
void hold_lock(Transaction& tx, std::string_view name);

struct LeaseWish {
    std::string_view name, holder;
    std::int64_t now = 0, seconds = 0;    // Unix seconds; how long it holds from now on
};
/// Takes or prolongs a lease. False: another holder has it, and not for an hour longer than is wished.
bool take_lease(Transaction& tx, const LeaseWish& wish);
/// Gives it back, if it is the holder's.
void drop_lease(Transaction& tx, std::string_view name, std::string_view holder);

/// Unix seconds by the database's clock, which is one for all nodes; by `otherwise` when it does not tell.
std::int64_t database_now(Reader& db, const Clock& otherwise);

}    // namespace opusclaw::store
