// store/balances.h: what users and tokens have (spec 01 sections 2.1 and 2.3), read for the ledger in one question to the database. Who
// changes them is in users.h, tokens.h and user_changes.h.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "store/statement.h"

namespace opusclaw::store {

struct UserBalance {
    std::int64_t id = 0, quota = 0;
    std::int64_t used_quota = 0, request_count = 0;    // on servers; 0 elsewhere
};
struct TokenBalance {
    std::int64_t id = 0, remain_quota = 0;
};
struct Balances {
    std::vector<UserBalance> users;
    std::vector<TokenBalance> tokens;
    bool narrow = false;    // of columns of 32 bits, which stop at their limits: on servers
};
/// Of those that are there and not deleted, in no order. Both are of one moment where the lists are short (256 ids).
Balances find_balances(Reader& db, std::span<const std::int64_t> users, std::span<const std::int64_t> tokens);

}    // namespace opusclaw::store
