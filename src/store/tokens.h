// store/tokens.h: table `tokens`, the API keys of users (spec 01 section 2.2; 02 section 20). Rows with deleted_at are invisible.
#pragma once

#include "store/statement.h"

namespace opusclaw::store {

struct TokenRow {
    std::int64_t id = 0, user_id = 0;
    std::string key;    // without sk-
    std::int64_t status = 1;
    std::string name;
    std::int64_t created_time = 0, accessed_time = 0, expired_time = -1;
    std::int64_t remain_quota = 0;
    bool unlimited_quota = false, model_limits_enabled = false;
    std::string model_limits;
    std::optional<std::string> allow_ips;
    std::int64_t used_quota = 0;
    std::string group;
    bool cross_group_retry = false;
};

/// Compared byte for byte after the look-up (some collations ignore case).
std::optional<TokenRow> find_token_by_key(Reader& db, std::string_view key);
std::optional<TokenRow> find_token(Reader& db, std::int64_t id, std::int64_t user_id);
/// Of the ids those that are the user's, in id order.
std::vector<TokenRow> find_tokens(Reader& db, std::span<const std::int64_t> ids, std::int64_t user_id);
struct TokenPage {
    std::vector<TokenRow> rows;
    std::int64_t total = 0;
};
/// Newest first.
TokenPage list_tokens(Reader& db, std::int64_t user_id, std::int64_t offset, std::int64_t limit);
std::int64_t count_tokens(Reader& db, std::int64_t user_id);
/// What a user types to find his tokens; empty: any. Both must hold. How texts match: pattern_condition() of store/sql.h.
struct TokenSearch {
    std::int64_t user_id = 0;
    std::string name, key;
    std::int64_t most_counted = 0;    // the total is counted up to here
};
/// Newest first.
TokenPage search_tokens(Reader& db, const TokenSearch& search, std::int64_t offset, std::int64_t limit);
std::int64_t insert_token(Transaction& tx, const TokenRow& token);
/// Writes what its owner may choose, as it stands: name, expiry, limits, addresses, group; the remaining quota only when given,
/// because requests change it at the same time. Status, key and used quota are not touched. False: no such token.
bool update_token(Transaction& tx, const TokenRow& token, std::optional<std::int64_t> remain_quota);
/// Soft: the row stays. False: it was not there, or not the user's.
bool delete_token(Transaction& tx, std::int64_t id, std::int64_t user_id);
/// The same for several; those that are not the user's are skipped. How many were deleted.
std::int64_t delete_tokens(Transaction& tx, std::span<const std::int64_t> ids, std::int64_t user_id);
void set_token_status(Transaction& tx, std::int64_t id, std::int64_t status);
/// The same for an enabled token that is past its time now. False: it is not (it was edited meanwhile), and stays as it is.
bool set_token_expired(Transaction& tx, std::int64_t id, std::int64_t status, std::int64_t now);
/// The same for an enabled, limited token that has nothing left now.
bool set_token_exhausted(Transaction& tx, std::int64_t id, std::int64_t status);
/// remain_quota -= used, used_quota += used, and accessed_time = now.
struct TokenUsage {
    std::int64_t id = 0, used = 0;
};
/// Rising by id, without equal ones.
void add_token_usage(Transaction& tx, std::span<const TokenUsage> tokens, std::int64_t now);

}    // namespace opusclaw::store
