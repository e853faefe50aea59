// store/setups.h: table `setups`: whether the set-up wizard has run (spec 01 section 13.3).
#pragma once

#include "store/statement.h"

namespace opusclaw::store {

bool setup_done(Reader& db);
void insert_setup(Transaction& tx, std::string_view version, std::int64_t now);

}    // namespace opusclaw::store
