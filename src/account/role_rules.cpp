// account/role_rules.cpp: the table of spec 02 section 12.1. That a user exists is checked before any of it.
#include "account/role_rules.h"

namespace opusclaw::account {
namespace {

constexpr auto kCommon = static_cast<std::int64_t>(Role::Common);
constexpr auto kAdmin = static_cast<std::int64_t>(Role::Admin);
constexpr auto kRoot = static_cast<std::int64_t>(Role::Root);

std::string_view refusal_to_promote(RolePair roles) {
    if (roles.caller != kRoot) return "user.admin_cannot_promote";
    return roles.target >= kAdmin ? "user.already_admin" : "";
}

std::string_view refusal_to_demote(RolePair roles) {
    if (roles.target == kRoot) return "user.cannot_demote_root_user";
    return roles.target == kCommon ? "user.already_common" : "";
}

}    // namespace

std::string_view refusal_to_see(RolePair roles) {
    return roles.above_or_root() ? "" : "user.no_permission_same_level";
}

std::string_view refusal_to_change(RolePair roles) {
    return roles.above_or_root() ? "" : "user.no_permission_higher_level";
}

std::string_view refusal_to_remove(RolePair roles) {
    return roles.above() ? "" : "user.no_permission_higher_level";
}

std::string_view refusal_to_create(std::int64_t caller, std::int64_t wanted) {
    return wanted < caller ? "" : "user.cannot_create_higher_level";
}

std::string_view refusal_to_name(std::int64_t caller, std::int64_t wanted) {
    return caller == kRoot ? "" : refusal_to_create(caller, wanted);
}

std::optional<ManageAction> manage_action(std::string_view name) {
    if (name == "disable") return ManageAction::Disable;
    if (name == "enable") return ManageAction::Enable;
    if (name == "delete") return ManageAction::Delete;
    if (name == "promote") return ManageAction::Promote;
    if (name == "demote") return ManageAction::Demote;
    if (name == "add_quota") return ManageAction::AddQuota;
    return std::nullopt;
}

std::string_view refusal_to_manage(ManageAction action, RolePair roles) {
    if (const std::string_view refusal = refusal_to_change(roles); !refusal.empty()) return refusal;
    const bool root = roles.target == kRoot;
    switch (action) {
        case ManageAction::Disable: return root ? "user.cannot_disable_root_user" : "";
        case ManageAction::Delete: return root ? "user.cannot_delete_root_user" : "";
        case ManageAction::Promote: return refusal_to_promote(roles);
        case ManageAction::Demote: return refusal_to_demote(roles);
        case ManageAction::Enable:
        case ManageAction::AddQuota: break;
    }
    return "";
}

}    // namespace opusclaw::account
