// api/two_factor_admin.cpp: an administrator helps a user who has lost his second factor (spec 02 section 17.5).
#include <array>
#include <string>

#include "account/role_rules.h"
#include "api/route.h"
#include "api/user_log.h"
#include "base/text.h"
#include "store/two_factors.h"
#include "store/user_changes.h"

namespace opusclaw::api {
namespace {

struct Removal {
    std::int64_t user = 0;
    const account::User& admin;
    std::int64_t now = 0;
};

/// Gives the user's id.
std::int64_t remove(store::Transaction& tx, const Removal& removal, UserLogs& logs) {
    store::lock_user(tx, removal.user);
    const auto user = store::find_user_profile(tx, removal.user);
    if (!user) fail_not_found();
    const auto role = static_cast<std::int64_t>(removal.admin.role);
    if (!account::refusal_to_see({.caller = role, .target = user->role}).empty())
        fail("无权操作同级或更高级用户的2FA设置");
    if (!store::remove_two_factor(tx, user->id)) fail("用户未启用2FA");
    logs.push_back({.user_id = user->id,
                    .username = user->username,
                    .type = store::LogType::Manage,
                    .content = "管理员强制禁用了用户的两步验证",
                    .now = removal.now,
                    .admin = &removal.admin});
    return user->id;
}

Task<Reply> remove_second_factor(const Request& request, const Services& services) {
    const auto id = text::parse_int(request.parameters.at(0));
    if (!id) fail("用户ID格式错误");
    const Removal removal{
        .user = *id, .admin = *request.caller.user, .now = to_unix(services.clock.unix_now())};
    co_await write_logged(
        services, [&removal](store::Transaction& tx, UserLogs& logs) { return remove(tx, removal, logs); });
    co_return success_message("用户2FA已被强制禁用");
}

constexpr std::array kRoutes = {
    Route{Method::Delete, "/api/user/:id/2fa", Access::Admin, &remove_second_factor},
};

}    // namespace

std::span<const Route> two_factor_admin_routes() { return kRoutes; }

}    // namespace opusclaw::api
