// api/new_user.h: making a user with everything that belongs to it, in one transaction (spec 02 section 8.1, the common creation
// steps): quota and gifts with their log rows, invitation code, settings, a first token. Who may register is the handlers'.
#pragma once

#include <cstdint>
#include <string>

#include "account/user_rules.h"
#include "api/request.h"
#include "api/services.h"
#include "store/users.h"

namespace opusclaw::api {

enum class FirstToken { None, Unlimited };

struct NewUser {
    std::string username, password;    // as typed, checked
    std::string display_name, remark;
    std::string email;            // stored: it was shown to be his
    std::string claimed_email;    // not stored, but nobody else may have it
    account::Role role = account::Role::Common;
    std::string inviter_code;    // of whoever invited; empty or unknown: nobody
    FirstToken token = FirstToken::None;
};
/// Hashes the password on a worker. Throws `user.exists` when name or e-mail are taken, `quota.exceed_max` when the gifts do not
/// fit, `common.invalid_params` for a password that cannot be hashed.
Task<> create_user(NewUser wanted, const Services& services);

/// The hash of a new password, made on a worker. Throws `common.invalid_params` for one that cannot be hashed.
Task<std::string> hashed_password(std::string password, const Services& services);
/// The fields of spec 02 section 12.2 that the body has; the username without blanks around it, an empty password is none.
account::UserFields user_fields(const JsonBody& body);
/// Throws `user.input_invalid` with the rules that are broken.
void check_user_fields(const account::UserFields& fields);

}    // namespace opusclaw::api
