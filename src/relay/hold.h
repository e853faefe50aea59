// relay/hold.h: holding money before a request is sent (DESIGN section 4; spec 05 sections 4, 5): a bound first, because counting
// tokens may cost more than relaying; an estimate only where the bound does not fit.
#pragma once

#include "account/caller.h"
#include "billing/ledger.h"
#include "billing/price.h"
#include "relay/facts.h"
#include "relay/services.h"

namespace opusclaw::relay {

/// An empty hold where nothing needs to be held. Throws Error(QuotaExhausted) as Ledger::reserve when not even the estimate fits.
Task<billing::Hold> hold(const Services& services, const account::Caller& caller, const billing::Price& price,
                         const Facts& facts, const settings::Settings& settings);

/// The same without waiting where the bound fits; nullopt: ask hold(). Asked first: also throws what Ledger::check_room() throws.
std::optional<billing::Hold> try_hold(const Services& services, const account::Caller& caller,
                                      const billing::Price& price, const Facts& facts,
                                      const settings::Settings& settings);

}    // namespace opusclaw::relay
