// relay/hold.cpp: the lazy estimate: three tokens a byte bound every tokenizer's count of a text body.
#include "relay/hold.h"

#include "base/error.h"
#include "relay/request_form.h"

namespace opusclaw::relay {
namespace {

constexpr std::int64_t kTokensPerByte = 3;

billing::Ledger::Wish wish_of(const account::Caller& caller, Quota amount) {
    return {.user = caller.user->id,
            .token = caller.token->id,
            .kind = caller.token->unlimited ? billing::TokenKind::Unlimited : billing::TokenKind::Limited,
            .amount = amount};
}

Task<std::int64_t> prompt_estimate(const Services& services, const Facts& facts) {
    if (!services.environment.count_token) co_return 0;
    const std::string_view body = facts.peeked.text;
    co_return co_await services.workers.run(
        [&] { return facts.form->estimate_prompt(facts.model, body, dialect::Counting::Exact); });
}

Quota bound_of(const billing::Price& price, const Facts& facts, const settings::Settings& settings) {
    return billing::hold_amount(price, static_cast<std::int64_t>(facts.body_bytes) * kTokensPerByte,
                                facts.max_output, settings.pre_consumed_quota);
}

/// Spec 05 section 4.4: with that option off, what costs nothing needs no balance.
bool needs_no_hold(const billing::Price& price, const settings::Settings& settings) {
    if (settings.enable_free_model_pre_consume) return false;
    return price.group_ratio == 0 || (price.fixed ? price.model_price == 0 : price.model_ratio == 0);
}

}    // namespace

std::optional<billing::Hold> try_hold(const Services& services, const account::Caller& caller,
                                      const billing::Price& price, const Facts& facts,
                                      const settings::Settings& settings) {
    services.ledger.check_room();
    if (needs_no_hold(price, settings)) return billing::Hold();
    try {
        return services.ledger.try_reserve(wish_of(caller, bound_of(price, facts, settings)), settings);
    } catch (const Error& error) {
        if (error.kind != ErrorKind::QuotaExhausted || price.fixed) throw;
    }
    return std::nullopt;
}

Task<billing::Hold> hold(const Services& services, const account::Caller& caller, const billing::Price& price,
                         const Facts& facts, const settings::Settings& settings) {
    if (needs_no_hold(price, settings)) co_return billing::Hold();
    std::optional<billing::Hold> held;
    try {
        held = co_await services.ledger.reserve(wish_of(caller, bound_of(price, facts, settings)), settings);
    } catch (const Error& error) {
        if (error.kind != ErrorKind::QuotaExhausted || price.fixed) throw;
    }
    if (held) co_return std::move(*held);
    const std::int64_t prompt = co_await prompt_estimate(services, facts);
    const Quota estimate = billing::hold_amount(price, prompt, facts.max_output, settings.pre_consumed_quota);
    co_return co_await services.ledger.reserve(wish_of(caller, estimate), settings);
}

}    // namespace opusclaw::relay
