// relay/settle.h: the stage `settle` (DESIGN section 4): from usage to a bill, the journal and the finished log row, before the client
// sees the end of its answer. At most once a request; not called, the hold goes back by itself.
#pragma once

#include <cstddef>
#include <memory>

#include "account/caller.h"
#include "billing/ledger.h"
#include "billing/price.h"
#include "dialect/usage.h"
#include "relay/facts.h"
#include "relay/route.h"
#include "relay/trace.h"
#include "settings/settings.h"

namespace opusclaw::billing {
class Notices;
}

namespace opusclaw::relay {

/// What settling needs of the request. References outlive the settler.
struct SettleFacts {
    const account::Caller& caller;
    const Facts& facts;
    const Trace& trace;
    const settings::Settings& settings;
    const Clock& clock;
    std::size_t loop = 0;                   // whose journal file the settlement goes to
    billing::Notices* notices = nullptr;    // hears of a wallet that is nearly empty
};

class Settler {
public:
    Settler(billing::Ledger& ledger, SettleFacts facts, billing::Price price);
    /// Takes the hold that reserve() gave.
    void take(billing::Hold hold) { hold_ = std::move(hold); }
    const billing::Price& price() const { return price_; }
    /// The price of an attempt whose bill is by another name than the requested one.
    void use_price(billing::Price price) { price_ = std::move(price); }
    /// The group ratio of the group that the latest choice of a channel gave (spec 05 section 3).
    void use_group(std::string_view group);
    void settle(const Route& route, const dialect::Usage& told, billing::Delivered delivered);
    /// What the provider told, as the bill counts it.
    dialect::Usage counted(const Route& route, const dialect::Usage& told) const;
    /// Gives the hold of a failed request back now: before its client sees the error and may ask again.
    void release() { hold_ = billing::Hold(); }
    bool settled() const { return settled_; }

private:
    void warn_of_low_balance(Quota left) const;
    billing::Ledger& ledger_;
    SettleFacts facts_;
    billing::Price price_;
    billing::Hold hold_;
    bool settled_ = false;
};

}    // namespace opusclaw::relay
