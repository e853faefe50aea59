// Tests of account/role_rules.h: the table of spec 02 section 12.1, every role on every role.
#include "account/role_rules.h"

#include <gtest/gtest.h>

#include <array>

namespace opusclaw::account {
namespace {

constexpr std::array<std::int64_t, 4> kRoles = {0, 1, 10, 100};

TEST(RoleRules, LetActOnLowerRolesAndRootOnAnybody) {
    for (const std::int64_t caller : kRoles) {
        for (const std::int64_t target : kRoles) {
            const RolePair roles{.caller = caller, .target = target};
            const bool allowed = caller == 100 || caller > target;
            EXPECT_EQ(refusal_to_see(roles), allowed ? "" : "user.no_permission_same_level");
            EXPECT_EQ(refusal_to_change(roles), allowed ? "" : "user.no_permission_higher_level");
        }
    }
}

TEST(RoleRules, LetNobodyRemoveARoot) {
    EXPECT_EQ(refusal_to_remove({.caller = 100, .target = 100}), "user.no_permission_higher_level");
    EXPECT_EQ(refusal_to_remove({.caller = 10, .target = 10}), "user.no_permission_higher_level");
    EXPECT_EQ(refusal_to_remove({.caller = 100, .target = 10}), "");
    EXPECT_EQ(refusal_to_remove({.caller = 10, .target = 1}), "");
}

TEST(RoleRules, LetNobodyMakeHisEqual) {
    for (const std::int64_t caller : {10, 100}) {
        EXPECT_EQ(refusal_to_create(caller, caller), "user.cannot_create_higher_level");
        EXPECT_EQ(refusal_to_create(caller, caller + 1), "user.cannot_create_higher_level");
        EXPECT_EQ(refusal_to_create(caller, caller - 1), "");
    }
    EXPECT_EQ(refusal_to_name(10, 10), "user.cannot_create_higher_level");
    EXPECT_EQ(refusal_to_name(10, 1), "");
    EXPECT_EQ(refusal_to_name(100, 100), "") << "root may send a root back";
}

struct ManageCase {
    ManageAction action;
    std::int64_t caller, target;
    std::string_view refusal;
};
constexpr ManageCase kCases[] = {
    {ManageAction::Disable, 100, 100, "user.cannot_disable_root_user"},
    {ManageAction::Delete, 100, 100, "user.cannot_delete_root_user"},
    {ManageAction::Demote, 100, 100, "user.cannot_demote_root_user"},
    {ManageAction::Promote, 100, 100, "user.already_admin"},
    {ManageAction::Enable, 100, 100, ""},
    {ManageAction::AddQuota, 100, 100, ""},
    {ManageAction::Promote, 100, 10, "user.already_admin"},
    {ManageAction::Promote, 100, 1, ""},
    {ManageAction::Promote, 10, 1, "user.admin_cannot_promote"},
    {ManageAction::Demote, 100, 10, ""},
    {ManageAction::Demote, 100, 1, "user.already_common"},
    {ManageAction::Demote, 10, 1, "user.already_common"},
    {ManageAction::Disable, 10, 1, ""},
    {ManageAction::Disable, 10, 10, "user.no_permission_higher_level"},
    {ManageAction::AddQuota, 10, 100, "user.no_permission_higher_level"},
    {ManageAction::Delete, 10, 100, "user.no_permission_higher_level"},
};

TEST(RoleRules, DecideEachActionOfManaging) {
    for (const ManageCase& c : kCases) {
        EXPECT_EQ(refusal_to_manage(c.action, {.caller = c.caller, .target = c.target}), c.refusal)
            << static_cast<int>(c.action) << ": " << c.caller << " on " << c.target;
    }
}

TEST(RoleRules, KnowTheActionsByName) {
    EXPECT_EQ(manage_action("add_quota"), ManageAction::AddQuota);
    EXPECT_EQ(manage_action("demote"), ManageAction::Demote);
    for (const char* const name : {"", "Disable", "ban", "enable "}) EXPECT_FALSE(manage_action(name));
}

}    // namespace
}    // namespace opusclaw::account
