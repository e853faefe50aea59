// relay/settle.cpp: one settlement per answered request (spec 05 sections 5.5, 6, 8).
#include "relay/settle.h"

#include "base/log.h"
#include "billing/notices.h"
#include "relay/log_row.h"

namespace opusclaw::relay {

Settler::Settler(billing::Ledger& ledger, SettleFacts facts, billing::Price price)
    : ledger_(ledger), facts_(facts), price_(std::move(price)) {}

void Settler::use_group(std::string_view group) {
    billing::apply_group_ratio(price_, facts_.settings, facts_.caller.user->group, group);
}

dialect::Usage Settler::counted(const Route& route, const dialect::Usage& told) const {
    return route.provider->tells_cost ? billing::with_cache_writes_by_cost(price_, told) : told;
}

void Settler::settle(const Route& route, const dialect::Usage& told, billing::Delivered delivered) {
    if (settled_) return;
    const dialect::Usage usage = billing::with_audio_parts(price_, counted(route, told));
    if (usage.clamped)
        log::warning("request {}: channel #{} told impossible token counts, which were corrected",
                     facts_.trace.request_id, route.channel->id.value);
    const billing::Bill bill = billing::settle_text(price_, usage, delivered);
    billing::Settlement settlement;
    settlement.user = facts_.caller.user->id;
    settlement.token = facts_.caller.token->id;
    settlement.channel = route.channel->id;
    settlement.amount = bill.quota;
    settlement.counts = !usage.empty() || bill.quota > Quota{0};
    settlement.now = to_unix(facts_.clock.unix_now());
    settlement.in_quota_data = facts_.settings.data_export_enabled;
    if (facts_.settings.log_consume_enabled) {
        settlement.log = consume_row({.caller = facts_.caller,
                                      .facts = facts_.facts,
                                      .route = route,
                                      .trace = facts_.trace,
                                      .price = price_,
                                      .usage = usage,
                                      .bill = bill,
                                      .clock = facts_.clock});
    }
    settled_ = true;
    const auto balance = ledger_.settle(std::move(hold_), std::move(settlement), facts_.loop);
    if (balance && bill.quota != Quota{0}) warn_of_low_balance(balance->known - balance->pending);
}

/// Spec 05 section 8.3.
void Settler::warn_of_low_balance(Quota left) const {
    const std::int64_t own = facts_.caller.user->quota_warning;
    const Quota threshold = own != 0 ? Quota{own} : facts_.settings.quota_remind_threshold;
    if (facts_.notices != nullptr && left < threshold)
        facts_.notices->low_balance(facts_.caller.user->id, left);
}

}    // namespace opusclaw::relay
