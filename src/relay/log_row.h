// relay/log_row.h: the log row of a relayed request: columns and `other` (spec 03 section 14; 04 section 23; 05 section 8.2).
#pragma once

#include "account/caller.h"
#include "billing/price.h"
#include "dialect/usage.h"
#include "relay/facts.h"
#include "relay/route.h"
#include "relay/trace.h"
#include "store/logs.h"

namespace opusclaw::relay {

struct ConsumeFacts {
    const account::Caller& caller;
    const Facts& facts;
    const Route& route;
    const Trace& trace;
    const billing::Price& price;
    const dialect::Usage& usage;
    const billing::Bill& bill;
    const Clock& clock;
};
/// The finished row of type 2.
store::LogRow consume_row(const ConsumeFacts& facts);

}    // namespace opusclaw::relay
