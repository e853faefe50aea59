// store/users.h: table `users` (spec 01 section 2.1). Rows with deleted_at are invisible. Runs on a database thread; writers
// change named columns only, never a whole row.
#pragma once

#include "store/statement.h"

namespace opusclaw::store {

struct UserRow {
    std::int64_t id = 0;
    std::string username, password, display_name;
    std::int64_t role = 1, status = 1;
    std::string email;
    std::optional<std::string> access_token;
    std::int64_t quota = 0, used_quota = 0, request_count = 0;
    std::string group = "default";
    std::string aff_code, setting, remark;
    std::int64_t created_at = 0, last_login_at = 0;
};

std::optional<UserRow> find_user(Reader& db, std::int64_t id);
/// By username, or e-mail, exactly; the lowest id first (spec 02 section 8.2).
std::optional<UserRow> find_user_for_login(Reader& db, std::string_view name_or_email);
std::optional<UserRow> find_user_by_access_token(Reader& db, std::string_view access_token);
/// What a user sees of himself (spec 02 section 9.1).
struct UserProfile {
    std::int64_t id = 0;
    std::string username, display_name, email;
    std::int64_t role = 0, status = 0;
    std::string github_id, discord_id, oidc_id, wechat_id, telegram_id, linux_do_id;
    std::string group;
    std::int64_t quota = 0, used_quota = 0, request_count = 0;
    std::string aff_code;
    std::int64_t aff_count = 0, aff_quota = 0, aff_history = 0, inviter_id = 0;
    std::string setting, stripe_customer;
};
std::optional<UserProfile> find_user_profile(Reader& db, std::int64_t id);
bool root_exists(Reader& db);
/// Of exactly this name, deleted ones included: whose name stays taken.
std::optional<std::int64_t> find_user_id(Reader& db, std::string_view username);
/// Inserts with the column defaults of spec 01; gives the id. A taken username throws Error(Conflict, "user.exists").
std::int64_t insert_user(Transaction& tx, const UserRow& user);
void set_last_login(Transaction& tx, std::int64_t id, std::int64_t unix_seconds);
/// quota += delta, used_quota += used, request_count += requests, in one statement; 32-bit columns stop at their limit.
void add_user_usage(Transaction& tx, std::int64_t id, std::int64_t quota_delta, std::int64_t used,
                    std::int64_t requests);
struct UserBalance {
    std::int64_t id = 0, quota = 0;
};
std::vector<UserBalance> user_balances(Reader& db, std::span<const std::int64_t> ids);

}    // namespace opusclaw::store
