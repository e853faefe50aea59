// billing/group_store.h: what a group of settlements changes in the database: sums by user, token and channel, hourly usage, and log
// rows. One transaction; when it runs is the applier's business.
#pragma once

#include <span>

#include "billing/ledger.h"

namespace opusclaw::billing {

/// Whether log rows are stored with the balances, or have a database of their own.
enum class LogPlace { Here, Apart };

/// Changes balances, counters and hourly usage; adds log rows where they are at home.
void store_group(store::Transaction& tx, std::span<const Settlement> group, LogPlace place);
/// The log rows alone, for a database of their own.
void store_logs(store::Transaction& tx, std::span<const Settlement> group);
/// What the balances that a group touches are now.
Ledger::Balances read_balances(store::Reader& db, std::span<const Settlement> group);

}    // namespace opusclaw::billing
