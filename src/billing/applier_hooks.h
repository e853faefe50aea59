// billing/applier_hooks.h: what an applier does in the main database and in one of the logs (billing/group_store.h), for settlements of
// this process and for those that another one left.
#pragma once

#include "billing/applier.h"
#include "billing/group_store.h"
#include "billing/ledger.h"

namespace opusclaw::billing {

/// `ledger` outlives the hooks.
Applier::Hooks balance_hooks(Ledger& ledger, LogPlace place, Ledger::Origin origin);
Applier::Hooks log_hooks();

}    // namespace opusclaw::billing
