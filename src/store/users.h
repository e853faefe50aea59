// store/users.h: table `users` (spec 01 section 2.1): looking up, listing, inserting. Rows with deleted_at are invisible unless a
// function says otherwise. Runs on a database thread. What changes rows is in store/user_changes.h.
#pragma once

#include "base/error.h"
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
    std::int64_t created_at = 0, last_login_at = 0, inviter_id = 0;
    std::optional<std::string> deleted_at;    // as the engine writes it
};

std::optional<UserRow> find_user(Reader& db, std::int64_t id);
/// Deleted ones too.
std::optional<UserRow> find_any_user(Reader& db, std::int64_t id);
/// By username, or e-mail, exactly; the lowest id first (spec 02 section 8.2).
std::optional<UserRow> find_user_for_login(Reader& db, std::string_view name_or_email);
std::optional<UserRow> find_user_by_access_token(Reader& db, std::string_view access_token);
/// What may be shown of a user (spec 02 sections 9.1 and 12.2): no password, no access token.
struct UserProfile {
    std::int64_t id = 0;
    std::string username, display_name, email;
    std::int64_t role = 1, status = 1;
    std::string github_id, discord_id, oidc_id, wechat_id, telegram_id, linux_do_id;
    std::string group = "default";
    std::int64_t quota = 0, used_quota = 0, request_count = 0;
    std::string aff_code;
    std::int64_t aff_count = 0, aff_quota = 0, aff_history = 0, inviter_id = 0;
    std::string setting, stripe_customer, remark;
    std::int64_t created_at = 0, last_login_at = 0;
    std::optional<std::string> deleted_at;    // as the engine writes it
};
std::optional<UserProfile> find_user_profile(Reader& db, std::int64_t id);
/// Deleted ones too.
std::optional<UserProfile> find_any_user_profile(Reader& db, std::int64_t id);
/// Whom a list shows; empty: everybody.
struct UserFilter {
    std::string keyword;    // somewhere in username, e-mail or display name, taken literally; or the id
    std::string group;
};
struct UserPage {
    std::vector<UserProfile> rows;
    std::int64_t total = 0;
};
/// The highest id first, deleted ones included.
UserPage list_users(Reader& db, const UserFilter& filter, std::int64_t offset, std::int64_t limit);
/// Whether a user other than `except` has the name; deleted ones count.
bool username_taken(Reader& db, std::string_view username, std::int64_t except = 0);
/// The same for an e-mail address.
bool email_taken(Reader& db, std::string_view email, std::int64_t except = 0);
/// The user whose invitation code it is, letter by letter; 0: nobody.
std::int64_t find_inviter(Reader& db, std::string_view aff_code);
bool root_exists(Reader& db);
/// The first of them that may sign in; nullopt: nobody.
std::optional<std::int64_t> find_root(Reader& db);
/// Of exactly this name, deleted ones included: whose name stays taken.
std::optional<std::int64_t> find_user_id(Reader& db, std::string_view username);
/// What to throw for an `error` of a write: `user.exists` when the index of usernames was broken, else the same.
Error as_username_conflict(const Error& error);
/// Inserts with the column defaults of spec 01; gives the id. A taken username throws Error(Conflict, "user.exists").
std::int64_t insert_user(Transaction& tx, const UserRow& user);
/// quota += quota_delta, used_quota += used, request_count += requests; 32-bit columns stop at their limit.
struct UserUsage {
    std::int64_t id = 0, quota_delta = 0, used = 0, requests = 0;
};
/// Rising by id, without equal ones.
void add_user_usage(Transaction& tx, std::span<const UserUsage> users);

}    // namespace opusclaw::store
