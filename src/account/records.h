// account/records.h: users and API tokens as requests see them: immutable records loaded on first use and shared (DESIGN
// section 9). Balances are not here: billing/ledger.h has them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/ip.h"
#include "store/tokens.h"
#include "store/users.h"

namespace opusclaw::account {

enum class Role : int { Guest = 0, Common = 1, Admin = 10, Root = 100 };
bool valid_role(std::int64_t number);
/// Tells in a session which password it was made with: a short hash of the password's hash.
std::string password_fingerprint(std::string_view password_hash);
enum class TokenStatus : int { Enabled = 1, Disabled = 2, Expired = 3, Exhausted = 4 };

struct User {
    UserId id;
    std::string username, display_name, email;
    Role role = Role::Guest;
    bool valid = false;      // a username and a role that exists (spec 02 section 2.3)
    bool enabled = false;    // never, once deleted
    bool deleted = false;    // his row is still there
    std::string group;
    std::string password_fingerprint;    // short hash of the password hash: sessions die with the password
    bool accept_unset_prices = false;    // settings of `users.setting` (spec 01 section 3)
    bool record_ip = false;
    std::int64_t quota_warning = 0;    // quota units below which a notice goes out; 0: the option's
    std::string language;
    std::string billing_preference;    // as he set it; empty: he did not
    static User of(const store::UserRow& row);
};

struct Token {
    TokenId id;
    UserId user_id;
    std::string key, name;
    TokenStatus status = TokenStatus::Disabled;
    std::int64_t expired_time = -1;    // unix seconds; -1 never
    bool unlimited = false;
    bool model_limits_enabled = false;
    std::vector<std::string> model_limits;
    IpList allow_ips;    // empty: no restriction
    std::string group;
    bool cross_group_retry = false;
    static Token of(const store::TokenRow& row);
    bool allows_model(std::string_view normalised_model) const;
};

}    // namespace opusclaw::account
