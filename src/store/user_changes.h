// store/user_changes.h: what changes rows of table `users` (spec 01 sections 2.1 and 5 item 3; 02 sections 9, 10, 12). Every function
// writes the columns that it names and no others, so that changes side by side lose nothing. Who may, is decided in api.
#pragma once

#include "store/statement.h"

namespace opusclaw::store {

/// Keeps others from changing the row until the transaction ends. Call it before anything else is read there: on MySQL the
/// first plain read decides which state all later ones see. False: there is no such row (deleted ones count as there).
bool lock_user(Transaction& tx, std::int64_t id);

/// Absent: unchanged. A taken username throws Error(Conflict, "user.exists").
struct UserChange {
    std::optional<std::string> username, display_name, group, remark;
    std::optional<std::string> password;    // the hash
};
void change_user(Transaction& tx, std::int64_t id, const UserChange& change);

/// The JSON text as stored; nullopt: no such user.
std::optional<std::string> user_setting(Reader& db, std::int64_t id);
void set_user_setting(Transaction& tx, std::int64_t id, const std::string& setting);
void set_user_status(Transaction& tx, std::int64_t id, std::int64_t status);
void set_user_role(Transaction& tx, std::int64_t id, std::int64_t role);
/// nullopt: none. A token that another user has throws Error(Conflict, "unique_violation").
void set_access_token(Transaction& tx, std::int64_t id, const std::optional<std::string>& token);
void set_last_login(Transaction& tx, std::int64_t id, std::int64_t unix_seconds);
/// False: the user has a code already. One that another user has throws Error(Conflict, "unique_violation").
bool give_invitation_code(Transaction& tx, std::int64_t id, const std::string& code);

/// Column of a built-in identity.
enum class Identity { Email, Github, Discord, Oidc, Wechat, Telegram, LinuxDo };
void clear_identity(Transaction& tx, std::int64_t id, Identity identity);

/// Soft: the row stays, and with it the username. False: it was deleted already.
bool hide_user(Transaction& tx, std::int64_t id);
/// For good, with tokens, two-factor rows, passkeys and OAuth bindings.
void remove_user(Transaction& tx, std::int64_t id);

/// Balances, asked for by a person: false when the column cannot hold the result; nothing changes then (spec 01 section 2.1).
bool add_user_quota(Transaction& tx, std::int64_t id, std::int64_t delta);
bool set_user_quota(Transaction& tx, std::int64_t id, std::int64_t quota);
/// Whether column `users.quota` can hold it: 32 bits on servers.
bool quota_fits(Engine engine, std::int64_t quota);

enum class Transfer { Done, NotEnough, TooMuch };
/// aff_quota -= amount, quota += amount.
Transfer transfer_invitation_quota(Transaction& tx, std::int64_t id, std::int64_t amount);
/// One user more invited, who is worth `reward`. Counters stop at the columns' limit, with a warning in the log.
void reward_inviter(Transaction& tx, std::int64_t id, std::int64_t reward);

}    // namespace opusclaw::store
