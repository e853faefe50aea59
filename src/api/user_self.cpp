// api/user_self.cpp: what a user does with his own account (spec 02 sections 9.1 to 9.3, 9.5, 9.6, 10): profile, access token,
// models, invitations. Who others may change is in api/user_admin.cpp; notification settings are in api/user_setting.cpp.
#include <array>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "account/caller.h"
#include "account/user_settings.h"
#include "api/new_user.h"
#include "api/quota_text.h"
#include "api/route.h"
#include "api/user_json.h"
#include "api/user_session.h"
#include "api/user_setting.h"
#include "base/password.h"
#include "store/user_changes.h"

namespace opusclaw::api {
namespace {

constexpr std::size_t kAccessTokenLength = 32;
constexpr std::size_t kCodeLength = 4;
constexpr int kAttempts = 5;

std::int64_t caller_id(const Request& request) { return request.caller.user->id.value; }

Task<Reply> show_self(const Request& request, const Services& services) {
    co_await services.flusher.caught_up();
    const std::int64_t id = caller_id(request);
    const auto user = co_await services.database.read(
        [id](store::Reader& db) { return store::find_user_profile(db, id); });
    if (!user) fail_not_found();
    co_return success([&user](json::Writer& writer) { write_self(writer, *user); });
}

/// A member of the settings alone: `sidebar_modules` or `language`. What is no text changes nothing.
Task<Reply> change_member(std::string name, const json::View& value, const Request& request,
                          const Services& services) {
    if (const auto text = value.as_string()) {
        std::optional<json::Node> node;
        if (!text->empty()) node = json::Node::of(std::string_view(*text));
        account::SettingChanges changes;
        changes.emplace_back(std::move(name), std::move(node));
        co_await change_setting(request.caller.user->id, std::move(changes), services);
    }
    co_return success_null(translate(request.language, "common.update_success"));
}

[[noreturn]] void fail_password() { fail("原密码错误"); }

/// The stored hash that the caller knows the password of. Accounts without a password need none.
Task<std::string> proved_hash(const JsonBody& body, std::int64_t id, const Services& services) {
    const auto user = co_await services.database.read(
        [id](store::Reader& db) { return store::find_user(db, id); });
    if (!user) fail_not_found();
    if (user->password.empty()) co_return "";
    const std::string given = body.text("original_password");
    const bool right = co_await services.workers.run([&] { return verify_password(given, user->password); });
    if (!right) fail_password();
    co_return user->password;
}

std::optional<std::string> unless_empty(const std::optional<std::string>& text) {
    return text && !text->empty() ? text : std::nullopt;
}

Task<Reply> change_profile(const JsonBody& body, const Request& request, const Services& services) {
    const account::UserFields fields = user_fields(body);
    if (!account::broken_rules(fields).empty() || !account::storable(fields))
        fail_key("common.invalid_input");
    const std::int64_t id = caller_id(request);
    const std::string before = co_await proved_hash(body, id, services);
    store::UserChange change{.username = unless_empty(fields.username),
                             .display_name = unless_empty(fields.display_name)};
    if (fields.password) change.password = co_await hashed_password(*fields.password, services);
    co_await services.database.write([&](store::Transaction& tx) {
        store::lock_user(tx, id);
        const auto user = store::find_user(tx, id);
        if (!user) fail_not_found();
        if (user->password != before) fail_password();    // another call was faster
        store::change_user(tx, id, change);
    });
    services.directory.forget_user(request.caller.user->id);
    Reply reply = success();
    if (change.password && !request.caller.by_access_token) {
        const SignedIn who{.user = request.caller.user->id,
                           .password_hash = *change.password,
                           .now = to_unix(services.clock.unix_now())};
        reply.set_cookies.push_back(session_cookie(who, request.head, services));
    }
    co_return reply;
}

/// The first form that the body has is meant, alone.
Task<Reply> change_self(const Request& request, const Services& services) {
    const JsonBody body = request.json();
    for (const char* const name : {"sidebar_modules", "language"}) {
        if (const auto value = body.find(name))
            co_return co_await change_member(name, *value, request, services);
    }
    co_return co_await change_profile(body, request, services);
}

Task<Reply> delete_self(const Request& request, const Services& services) {
    const account::User& user = *request.caller.user;
    if (user.role == account::Role::Root) fail_key("user.cannot_delete_root_user");
    const UserId id = user.id;
    co_await services.database.write([id](store::Transaction& tx) { store::hide_user(tx, id.value); });
    services.directory.forget_user(id);
    services.directory.forget_tokens_of(id);
    Reply reply = success();
    reply.set_cookies = services.sessions.clear_cookies();
    co_return reply;
}

Task<> store_access_token(std::optional<std::string> token, std::int64_t id, const Services& services) {
    try {
        co_await services.database.write(
            [&token, id](store::Transaction& tx) { store::set_access_token(tx, id, token); });
    } catch (const Error& error) {
        if (error.code == "unique_violation") fail_key("common.uuid_duplicate");
        throw;
    }
}

Task<Reply> issue_access_token(const Request& request, const Services& services) {
    const std::string token = random_alphanumeric(kAccessTokenLength);
    co_await store_access_token(token, caller_id(request), services);
    co_return success_text(token);
}

Task<Reply> revoke_access_token(const Request& request, const Services& services) {
    co_await store_access_token(std::nullopt, caller_id(request), services);
    co_return success();
}

Task<Reply> list_models(const Request& request, const Services& services) {
    const settings::Snapshot settings = services.settings.current();
    const auto catalog = services.catalog.current();
    std::set<std::string> models;
    for (const auto& [group, description] : account::usable_groups(*settings, request.caller.user->group)) {
        for (std::string& model : catalog->models_of(group)) models.insert(std::move(model));
    }
    co_return success([&models](json::Writer& writer) {
        writer.begin_array();
        for (const std::string& model : models) writer.value(model);
        writer.end_array();
    });
}

/// The user's code; a new one where there is none. nullopt: the new one was somebody else's.
Task<std::optional<std::string>> invitation_code(std::int64_t id, const Services& services) {
    try {
        co_return co_await services.database.write([id](store::Transaction& tx) {
            store::give_invitation_code(tx, id, random_alphanumeric(kCodeLength));
            const auto user = store::find_user(tx, id);
            if (!user) fail_not_found();
            return user->aff_code;
        });
    } catch (const Error& error) {
        if (error.code != "unique_violation") throw;
    }
    co_return std::nullopt;
}

Task<Reply> show_invitation_code(const Request& request, const Services& services) {
    const std::int64_t id = caller_id(request);
    const auto user = co_await services.database.read(
        [id](store::Reader& db) { return store::find_user(db, id); });
    if (user && !user->aff_code.empty()) co_return success_text(user->aff_code);
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        if (const auto code = co_await invitation_code(id, services)) co_return success_text(*code);
    }
    fail_key("common.generate_failed");
}

std::int64_t read_transfer(const Request& request) {
    std::int64_t amount = 0;
    try {
        amount = request.json().integer("quota");
    } catch (const Error& error) {
        if (error.kind != ErrorKind::InvalidRequest) throw;
    }
    if (amount == 0) fail(account::broken_rule("TransferAffQuotaRequest", "Quota", "required"));
    return amount;
}

[[noreturn]] void fail_transfer(std::string why) {
    fail_key("user.transfer_failed", {{"Error", std::move(why)}});
}

Task<Reply> transfer_quota(const Request& request, const Services& services) {
    const std::int64_t amount = read_transfer(request);
    const settings::Snapshot settings = services.settings.current();
    if (static_cast<double>(amount) < settings->quota_per_unit) {
        const Quota least{static_cast<std::int64_t>(settings->quota_per_unit)};
        fail_transfer("转移额度最小为" + quota_text(*settings, least) + "！");
    }
    const UserId id = request.caller.user->id;
    const auto done = co_await services.database.write(
        [&](store::Transaction& tx) { return store::transfer_invitation_quota(tx, id.value, amount); });
    if (done == store::Transfer::NotEnough) fail_transfer("邀请额度不足！");
    if (done == store::Transfer::TooMuch) fail_key("quota.exceed_max");
    co_await services.ledger.refresh(id);
    co_return success_null(translate(request.language, "user.transfer_success"));
}

constexpr std::array kRoutes = {
    Route{Method::Get, "/api/user/self", Access::User, &show_self},
    Route{Method::Put, "/api/user/self", Access::User, &change_self},
    Route{Method::Delete, "/api/user/self", Access::User, &delete_self},
    Route{Method::Get, "/api/user/token", Access::User, &issue_access_token},
    Route{Method::Delete, "/api/user/token", Access::User, &revoke_access_token},
    Route{Method::Get, "/api/user/models", Access::User, &list_models},
    Route{Method::Get, "/api/user/aff", Access::User, &show_invitation_code},
    Route{Method::Post, "/api/user/aff_transfer", Access::User, &transfer_quota},
};

}    // namespace

std::span<const Route> user_self_routes() { return kRoutes; }

}    // namespace opusclaw::api
