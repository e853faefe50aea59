// account/user_rules.h: what names, passwords and remarks of users may be (spec 02 sections 1.3, 12.2). Pure. Who says so to
// whom belongs to api.
#pragma once

#include <optional>
#include <string>

namespace opusclaw::account {

/// Fields as sent; absent ones break no rule.
struct UserFields {
    std::optional<std::string> username, password, display_name, email, remark;
};

/// One line for each rule broken, in field order, as New API words it; empty: all is well. Lengths count code points.
std::string broken_rules(const UserFields& fields);

/// The line for one rule: `Key: 'User.Username' Error:Field validation for 'Username' failed on the 'max' tag`.
std::string broken_rule(const std::string& structure, const std::string& field, const std::string& rule);

/// Whether every database takes the texts: no NUL byte.
bool storable(const UserFields& fields);

}    // namespace opusclaw::account
