// api/setup.cpp: the set-up wizard (spec 02 section 4): root user, two options and the row that says so, in one transaction.
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "api/route.h"
#include "base/password.h"
#include "base/text.h"
#include "store/options.h"
#include "store/setups.h"
#include "store/state.h"
#include "store/users.h"

namespace opusclaw::api {
namespace {

constexpr std::string_view kDone = "系统已经初始化完成";
constexpr std::string_view kBadBody = "请求参数有误";
constexpr std::size_t kLongestName = 12;
constexpr std::size_t kShortestPassword = 8;
constexpr std::int64_t kRootQuota = 100'000'000;

std::string_view engine_name(store::Engine engine) {
    switch (engine) {
        case store::Engine::Mysql: return "mysql";
        case store::Engine::Postgres: return "postgres";
        case store::Engine::Sqlite: break;
    }
    return "sqlite";
}

SetupRecord record_of(const Services& services) {
    return {.version = services.version, .now = to_unix(services.clock.unix_now())};
}

Task<Reply> show_setup(const Request&, const Services& services) {
    const bool done = co_await services.setup_state->done(services.database, record_of(services));
    const bool root = !done && co_await services.database.read(&store::root_exists);
    Reply reply;
    json::Writer writer(reply.body);
    writer.begin_object().member("success", true).key("data").begin_object();
    writer.member("status", done).member("root_init", done ? false : root);
    writer.member("database_type", done ? "" : engine_name(services.database.engine()));
    writer.end_object().end_object();
    co_return reply;
}

struct Wanted {
    std::string username, password, confirmed;
    bool self_use = false, demo = false;
};

Wanted read_wanted(const Request& request) {
    try {
        const JsonBody body = request.json();
        return {.username = std::string(text::trim(body.text("username"))),
                .password = body.text("password"),
                .confirmed = body.text("confirmPassword"),
                .self_use = body.flag("SelfUseModeEnabled"),
                .demo = body.flag("DemoSiteEnabled")};
    } catch (const Error&) {
        // told below, in the words of this call
    }
    fail(kBadBody);
}

void check_account(const Wanted& wanted) {
    if (wanted.username.empty()) fail(kBadBody);
    if (wanted.username.size() > kLongestName) fail("用户名长度不能超过12个字符");
    if (wanted.password != wanted.confirmed) fail("两次输入的密码不一致");
    if (wanted.password.size() < kShortestPassword) fail("密码长度至少为8个字符");
}

/// On a worker.
std::string hash_or_fail(const std::string& password, Language language) {
    std::string why;
    try {
        return hash_password(password);
    } catch (const Error& error) {
        if (error.kind != ErrorKind::InvalidRequest) throw;
        why = translate(language, error.message);
    }
    fail("系统错误: " + why);
}

void insert_root(store::Transaction& tx, const store::UserRow& root, Language language) {
    std::string why;
    try {
        store::insert_user(tx, root);
        return;
    } catch (const Error& error) {
        if (error.kind != ErrorKind::Conflict) throw;
        why = translate(language, error.message);
    }
    fail("创建管理员账号失败: " + why);
}

/// What one transaction stores.
struct Installation {
    store::UserRow root;
    Wanted wanted;
    SetupRecord record;
    Language language = Language::English;
};

/// Looks again at what was looked at before: two callers, also of two nodes, may have come this far.
void install(store::Transaction& tx, const Installation& what) {
    store::hold_lock(tx, "setup");
    if (store::setup_done(tx)) fail(kDone);
    if (!store::root_exists(tx)) insert_root(tx, what.root, what.language);
    store::put_option(tx, "SelfUseModeEnabled", what.wanted.self_use ? "true" : "false");
    store::put_option(tx, "DemoSiteEnabled", what.wanted.demo ? "true" : "false");
    store::insert_setup(tx, what.record.version, what.record.now);
}

Task<Reply> set_up(const Request& request, const Services& services) {
    if (co_await services.setup_state->done(services.database, record_of(services))) fail(kDone);
    Installation what{.root = {},
                      .wanted = read_wanted(request),
                      .record = record_of(services),
                      .language = request.language};
    if (!co_await services.database.read(&store::root_exists)) {
        check_account(what.wanted);
        what.root.username = what.wanted.username;
        what.root.display_name = "Root User";
        what.root.role = static_cast<std::int64_t>(account::Role::Root);
        what.root.quota = kRootQuota;
        what.root.created_at = what.record.now;
        what.root.password = co_await services.workers.run(
            [&what] { return hash_or_fail(what.wanted.password, what.language); });
    }
    co_await services.database.write([&what](store::Transaction& tx) { install(tx, what); });
    services.setup_state->set_done();
    co_await services.settings.reload();
    co_return success_message("系统初始化成功");
}

constexpr std::array kRoutes = {
    Route{Method::Get, "/api/setup", Access::Public, &show_setup},
    Route{Method::Post, "/api/setup", Access::Public, &set_up},
};

}    // namespace

std::span<const Route> setup_routes() { return kRoutes; }

}    // namespace opusclaw::api
