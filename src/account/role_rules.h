// account/role_rules.h: who may act on whom (spec 02 section 12.1). Pure. Each rule gives the key of the message that refuses, or
// an empty text.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "account/records.h"

namespace opusclaw::account {

/// The caller, and the user it is about, as the database has him now.
struct RolePair {
    std::int64_t caller = 0, target = 0;    // numbers of roles; a number that is none stays comparable
    bool above() const { return caller > target; }
    bool above_or_root() const { return caller == static_cast<std::int64_t>(Role::Root) || above(); }
};

/// Reading one user, clearing a binding.
std::string_view refusal_to_see(RolePair roles);
/// Every change but the next.
std::string_view refusal_to_change(RolePair roles);
/// Deleting for good: not even root may delete a root.
std::string_view refusal_to_remove(RolePair roles);
/// Naming a role for a new user.
std::string_view refusal_to_create(std::int64_t caller, std::int64_t wanted);
/// Naming a role where one is edited: root may name any.
std::string_view refusal_to_name(std::int64_t caller, std::int64_t wanted);

enum class ManageAction { Disable, Enable, Delete, Promote, Demote, AddQuota };
/// nullopt: there is no such action.
std::optional<ManageAction> manage_action(std::string_view name);
/// refusal_to_change() and what the action asks for besides.
std::string_view refusal_to_manage(ManageAction action, RolePair roles);

}    // namespace opusclaw::account
