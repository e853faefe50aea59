// relay/funds.h: lets `account` ask `billing` whether a token has money left; the two floors do not see each other.
#pragma once

#include "account/caller.h"
#include "billing/ledger.h"

namespace opusclaw::relay {

class LedgerFunds : public account::TokenFunds {
public:
    explicit LedgerFunds(billing::Ledger& ledger) : ledger_(ledger) {}
    Task<bool> token_has_quota(UserId user, TokenId token) override {
        return ledger_.token_has_quota(user, token);
    }

    std::optional<bool> known_to_have_quota(UserId user, TokenId token) override {
        return ledger_.known_to_have_quota(user, token);
    }

private:
    billing::Ledger& ledger_;
};

}    // namespace opusclaw::relay
