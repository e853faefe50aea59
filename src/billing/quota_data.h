// billing/quota_data.h: hourly usage for the dashboard (spec 03 section 15): what a group of settlements adds to table `quota_data`.
// Pure. It is stored in the transaction of its group (billing/group_store.h), so that it is as exact as the balances.
#pragma once

#include <span>
#include <vector>

#include "billing/settlement.h"
#include "store/quota_data.h"

namespace opusclaw::billing {

/// Sums by user, name, model and hour over those that have a log row and count, in the order of user ids.
std::vector<store::QuotaDataRow> quota_data_of(std::span<const Settlement> group);

}    // namespace opusclaw::billing
