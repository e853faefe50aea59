// api/user_admin.cpp: administrators' view of users: list, search, read, create, edit, delete, clear a binding (spec 02 section 12.3).
// Who may act on whom is account/role_rules.h; status, role and quota are changed in api/user_manage.cpp.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "account/role_rules.h"
#include "api/new_user.h"
#include "api/route.h"
#include "api/user_json.h"
#include "api/user_log.h"
#include "base/text.h"
#include "store/user_changes.h"

namespace opusclaw::api {
namespace {

constexpr std::size_t kLongestGroup = 64;

std::int64_t role_of(const account::User& user) { return static_cast<std::int64_t>(user.role); }

void require(std::string_view refusal) {
    if (!refusal.empty()) fail_key(std::string(refusal));
}

Task<Reply> page_of_users(const store::UserFilter& filter, const Page& page, const Services& services) {
    co_await services.flusher.caught_up();
    const store::UserPage list = co_await services.database.read(
        [&](store::Reader& db) { return store::list_users(db, filter, page.offset(), page.size); });
    co_return success_page(page, list.total, [&list](json::Writer& writer) {
        for (const store::UserProfile& user : list.rows) write_user(writer, user);
    });
}

Task<Reply> list_users(const Request& request, const Services& services) {
    const store::UserFilter everybody;
    co_return co_await page_of_users(everybody, request.page(), services);
}

Task<Reply> search_users(const Request& request, const Services& services) {
    // No row holds a NUL, and not every database may be asked for one.
    const store::UserFilter filter{.keyword = text::clean_utf8(request.text("keyword")),
                                   .group = text::clean_utf8(request.text("group"))};
    co_return co_await page_of_users(filter, request.page(), services);
}

Task<Reply> show_user(const Request& request, const Services& services) {
    const std::int64_t id = request.id();
    if (id == 0) fail("id 为空！");
    co_await services.flusher.caught_up();
    const auto user = co_await services.database.read(
        [id](store::Reader& db) { return store::find_user_profile(db, id); });
    if (!user) fail_not_found();
    require(account::refusal_to_see({.caller = role_of(*request.caller.user), .target = user->role}));
    co_return success([&user](json::Writer& writer) { write_user(writer, *user); });
}

NewUser read_new_user(const JsonBody& body, const account::User& caller) {
    const account::UserFields fields = user_fields(body);
    if (fields.username.value_or("").empty() || !fields.password) fail_key("common.invalid_params");
    check_user_fields(fields);
    const std::int64_t role = body.integer("role");
    require(account::refusal_to_create(role_of(caller), role));
    const bool usable = role == 0 || role == static_cast<std::int64_t>(account::Role::Common) ||
                        role == static_cast<std::int64_t>(account::Role::Admin);
    if (!usable) fail_key("common.invalid_params");
    return {.username = *fields.username,
            .password = *fields.password,
            .display_name = fields.display_name.value_or(""),
            .remark = fields.remark.value_or(""),
            .role = role == 0 ? account::Role::Common : static_cast<account::Role>(role)};
}

Task<Reply> create(const Request& request, const Services& services) {
    co_await create_user(read_new_user(request.json(), *request.caller.user), services);
    co_return success();
}

struct Edit {
    std::int64_t id = 0;
    std::int64_t role = 0;    // named, never stored
    store::UserChange change;
    std::optional<std::string> password;    // as typed
};

Edit read_edit(const JsonBody& body) {
    const account::UserFields fields = user_fields(body);
    Edit edit{.id = body.integer("id"),
              .role = body.integer("role"),
              .change = {.username = fields.username,
                         .display_name = fields.display_name,
                         .group = body.optional_text("group"),
                         .remark = fields.remark},
              .password = fields.password};
    if (edit.id == 0) fail_key("common.invalid_params");
    check_user_fields(fields);
    if (fields.username && fields.username->empty()) fail_key("common.invalid_params");
    auto& group = edit.change.group;
    if (group && group->empty()) group.reset();
    const bool bad = group && (text::count_characters(*group) > kLongestGroup ||
                               group->find('\0') != std::string::npos);
    if (bad) fail_key("common.invalid_params");
    return edit;
}

Task<Reply> edit(const Request& request, const Services& services) {
    Edit edit = read_edit(request.json());
    if (edit.password) edit.change.password = co_await hashed_password(*edit.password, services);
    const std::int64_t caller = role_of(*request.caller.user);
    co_await services.database.write([&edit, caller](store::Transaction& tx) {
        store::lock_user(tx, edit.id);
        const auto user = store::find_user_profile(tx, edit.id);
        if (!user) fail_not_found();
        require(account::refusal_to_change({.caller = caller, .target = user->role}));
        require(account::refusal_to_name(caller, edit.role));
        store::change_user(tx, edit.id, edit.change);
    });
    services.directory.forget_user(UserId{edit.id});
    co_return success();
}

Task<Reply> remove(const Request& request, const Services& services) {
    const std::int64_t id = request.id();
    if (id == 0) fail("id 为空！");
    const std::int64_t caller = role_of(*request.caller.user);
    co_await services.database.write([id, caller](store::Transaction& tx) {
        store::lock_user(tx, id);
        const auto user = store::find_user_profile(tx, id);
        if (!user) fail_not_found();
        require(account::refusal_to_remove({.caller = caller, .target = user->role}));
        store::remove_user(tx, id);
    });
    co_await services.ledger.refresh(UserId{id});
    services.directory.forget_user(UserId{id});
    services.directory.forget_tokens_of(UserId{id});
    co_return success();
}

struct IdentityName {
    std::string_view name;
    store::Identity identity;
};
constexpr std::array kIdentities = {
    IdentityName{"email", store::Identity::Email},     IdentityName{"github", store::Identity::Github},
    IdentityName{"discord", store::Identity::Discord}, IdentityName{"oidc", store::Identity::Oidc},
    IdentityName{"wechat", store::Identity::Wechat},   IdentityName{"telegram", store::Identity::Telegram},
    IdentityName{"linuxdo", store::Identity::LinuxDo},
};

struct Clearing {
    std::int64_t id = 0;
    IdentityName what;
    const account::User& admin;
    std::int64_t now = 0;
};

/// Gives the id.
std::int64_t clear(store::Transaction& tx, const Clearing& clearing, UserLogs& logs) {
    store::lock_user(tx, clearing.id);
    const auto user = store::find_user_profile(tx, clearing.id);
    if (!user) fail_not_found();
    require(account::refusal_to_see({.caller = role_of(clearing.admin), .target = user->role}));
    store::clear_identity(tx, clearing.id, clearing.what.identity);
    logs.push_back({.user_id = user->id,
                    .username = user->username,
                    .type = store::LogType::Manage,
                    .content = "admin cleared " + std::string(clearing.what.name) + " binding for user " +
                               user->username,
                    .now = clearing.now,
                    .admin = &clearing.admin});
    return user->id;
}

Task<Reply> clear_binding(const Request& request, const Services& services) {
    const auto id = text::parse_int(request.parameters.at(0));
    const std::string type = text::lower(text::trim(request.parameters.at(1)));
    if (!id || *id <= 0 || type.empty()) fail_key("common.invalid_params");
    const auto found = std::ranges::find(kIdentities, type, &IdentityName::name);
    if (found == kIdentities.end()) fail("invalid binding type");
    const Clearing clearing{
        .id = *id, .what = *found, .admin = *request.caller.user, .now = to_unix(services.clock.unix_now())};
    co_await write_logged(
        services, [&clearing](store::Transaction& tx, UserLogs& logs) { return clear(tx, clearing, logs); });
    services.directory.forget_user(UserId{*id});
    co_return success_message("success");
}

constexpr std::array kRoutes = {
    Route{Method::Get, "/api/user/", Access::Admin, &list_users},
    Route{Method::Get, "/api/user/search", Access::Admin, &search_users},
    Route{Method::Get, "/api/user/:id", Access::Admin, &show_user},
    Route{Method::Post, "/api/user/", Access::Admin, &create},
    Route{Method::Put, "/api/user/", Access::Admin, &edit},
    Route{Method::Delete, "/api/user/:id", Access::Admin, &remove},
    Route{Method::Delete, "/api/user/:id/bindings/:binding_type", Access::Admin, &clear_binding},
};

}    // namespace

std::span<const Route> user_admin_routes() { return kRoutes; }

}    // namespace opusclaw::api
