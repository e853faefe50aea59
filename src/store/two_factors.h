// store/two_factors.h: tables `two_fas` and `two_fa_backup_codes` (spec 01 section 2.14), and which one-time password a user has used last.
// What counts as wrong, and when an account is locked, is decided in api.
#pragma once

#include "base/time.h"
#include "store/statement.h"

namespace opusclaw::store {

struct TwoFactor {
    std::int64_t id = 0, user_id = 0;
    std::string secret;    // Base32
    bool enabled = false;
    std::int64_t failed_attempts = 0;
    std::optional<std::int64_t> locked_until;    // Unix seconds
};
/// nullopt: the user never set one up.
std::optional<TwoFactor> find_two_factor(Reader& db, std::int64_t user_id);
/// The same, kept from others until the transaction ends. Call it before anything else is read there (as lock_user()).
std::optional<TwoFactor> hold_two_factor(Transaction& tx, std::int64_t user_id);

/// Stores the two figures of attempts that failed.
void store_two_factor_failures(Transaction& tx, const TwoFactor& row);
/// Nothing has failed and nothing is locked any more.
void clear_two_factor_failures(Transaction& tx, const TwoFactor& row);
/// False: the 30 s step, or a later one, was used already. Only inside hold_two_factor().
bool use_one_time_step(Transaction& tx, const TwoFactor& row, std::int64_t step);

/// For good, with the backup codes and the last step. False: there is none.
bool remove_two_factor(Transaction& tx, std::int64_t user_id);

struct BackupCode {
    std::int64_t id = 0;
    std::string hash;    // bcrypt
};
std::vector<BackupCode> unused_backup_codes(Reader& db, std::int64_t user_id);
/// False: it was used in between.
bool use_backup_code(Transaction& tx, std::int64_t id);

}    // namespace opusclaw::store
