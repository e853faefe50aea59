// store/table_ids.h: where a PostgreSQL table gets the ids of new rows from. A sequence lags behind when rows were imported with their
// ids, as New API's own migration between databases does it; every INSERT then meets a key that is taken.
#pragma once

#include <span>
#include <string_view>

#include "store/statement.h"

namespace opusclaw::store {

/// Puts the sequences of these tables behind their largest ids where they lag. True: one did. Nothing to do on the other engines,
/// which look at the table itself. Locks the tables, in this order, against other writers until the transaction ends.
bool realign_ids(Transaction& tx, std::span<const std::string_view> tables);

}    // namespace opusclaw::store
