// api/user_manage.cpp: POST /api/user/manage: status, role, deletion and quota of a user, each one column in one transaction (spec
// 02 sections 12.1, 12.3). The rules of who may are account/role_rules.h.
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "account/role_rules.h"
#include "api/quota_text.h"
#include "api/route.h"
#include "api/user_json.h"
#include "api/user_log.h"
#include "store/user_changes.h"

namespace opusclaw::api {
namespace {

using account::ManageAction;

constexpr std::int64_t kEnabled = 1;
constexpr std::int64_t kDisabled = 2;

struct Order {
    std::int64_t id = 0, value = 0;
    std::string action, mode;
};

Order read_order(const JsonBody& body) {
    return {.id = body.integer("id"),
            .value = body.integer("value"),
            .action = body.text("action"),
            .mode = body.text("mode")};
}

/// An order with everything that carrying it out needs.
struct Work {
    const Order& order;
    const account::User& admin;
    const settings::Settings& settings;
    std::int64_t now = 0;
};

/// Quota + or - the value.
std::string change_by(store::Transaction& tx, const Work& work, std::int64_t delta) {
    if (!store::add_user_quota(tx, work.order.id, delta)) fail_key("quota.exceed_max");
    return (delta > 0 ? "管理员增加用户额度 " : "管理员减少用户额度 ") +
           quota_text(work.settings, Quota{work.order.value});
}

std::string override_quota(store::Transaction& tx, const Work& work, std::int64_t before) {
    if (!store::set_user_quota(tx, work.order.id, work.order.value)) fail_key("quota.exceed_max");
    return "管理员覆盖用户额度从 " + quota_text(work.settings, Quota{before}) + " 为 " +
           quota_text(work.settings, Quota{work.order.value});
}

/// Gives the text of the log row.
std::string change_quota(store::Transaction& tx, const Work& work, std::int64_t before) {
    const Order& order = work.order;
    if (order.mode == "override") return override_quota(tx, work, before);
    if (order.mode != "add" && order.mode != "subtract") fail_key("common.invalid_params");
    if (order.value <= 0) fail_key("user.quota_change_zero");
    return change_by(tx, work, order.mode == "add" ? order.value : -order.value);
}

/// Changes the row, and `user` as the caller is told of it.
void act(store::Transaction& tx, ManageAction action, store::UserProfile& user) {
    switch (action) {
        case ManageAction::Enable: store::set_user_status(tx, user.id, user.status = kEnabled); break;
        case ManageAction::Disable: store::set_user_status(tx, user.id, user.status = kDisabled); break;
        case ManageAction::Promote:
            user.role = static_cast<std::int64_t>(account::Role::Admin);
            store::set_user_role(tx, user.id, user.role);
            break;
        case ManageAction::Demote:
            user.role = static_cast<std::int64_t>(account::Role::Common);
            store::set_user_role(tx, user.id, user.role);
            break;
        case ManageAction::Delete: store::hide_user(tx, user.id); break;
        case ManageAction::AddQuota: break;
    }
}

struct Outcome {
    ManageAction action = ManageAction::Enable;
    store::UserProfile user;
};

Outcome carry_out(store::Transaction& tx, const Work& work, UserLogs& logs) {
    store::lock_user(tx, work.order.id);
    auto user = store::find_any_user_profile(tx, work.order.id);
    if (!user) fail_key("user.not_exists");
    const account::RolePair roles{.caller = static_cast<std::int64_t>(work.admin.role), .target = user->role};
    if (const auto refusal = account::refusal_to_change(roles); !refusal.empty())
        fail_key(std::string(refusal));
    const auto action = account::manage_action(work.order.action);
    if (!action) fail_key("common.invalid_params");
    if (user->deleted_at && *action != ManageAction::AddQuota) fail_key("user.not_exists");
    if (const auto refusal = account::refusal_to_manage(*action, roles); !refusal.empty())
        fail_key(std::string(refusal));
    if (*action == ManageAction::AddQuota) {
        logs.push_back({.user_id = user->id,
                        .username = user->username,
                        .type = store::LogType::Manage,
                        .content = change_quota(tx, work, user->quota),
                        .now = work.now,
                        .admin = &work.admin});
    } else {
        act(tx, *action, *user);
    }
    return {.action = *action, .user = std::move(*user)};
}

Task<Reply> manage(const Request& request, const Services& services) {
    const Order order = read_order(request.json());
    if (order.id <= 0) fail_key("user.not_exists");
    const settings::Snapshot settings = services.settings.current();
    const Work work{.order = order,
                    .admin = *request.caller.user,
                    .settings = *settings,
                    .now = to_unix(services.clock.unix_now())};
    co_await services.flusher.caught_up();    // so that the log row tells the balance that people saw
    const Outcome outcome = co_await write_logged(
        services, [&work](store::Transaction& tx, UserLogs& logs) { return carry_out(tx, work, logs); });
    const UserId id{order.id};
    if (outcome.action == ManageAction::AddQuota) {
        co_await services.ledger.refresh(id);
        services.directory.forget_user(id);
        co_return success();
    }
    services.directory.forget_user(id);
    services.directory.forget_tokens_of(id);
    const store::UserProfile shown{
        .role = outcome.user.role, .status = outcome.user.status, .group = std::string()};
    co_return success([&shown](json::Writer& writer) { write_user(writer, shown); });
}

constexpr std::array kRoutes = {
    Route{Method::Post, "/api/user/manage", Access::Admin, &manage},
};

}    // namespace

std::span<const Route> user_manage_routes() { return kRoutes; }

}    // namespace opusclaw::api
