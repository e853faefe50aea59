// api/users.cpp: registering, signing in and out (spec 02 sections 8.1, 8.2, 8.4). The second factor is in api/two_factor_login.cpp,
// what a user does with his own account in user_self.cpp, what administrators do in user_admin.cpp and user_manage.cpp.
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "api/new_user.h"
#include "api/route.h"
#include "api/user_session.h"
#include "base/password.h"
#include "base/text.h"
#include "store/two_factors.h"

namespace opusclaw::api {
namespace {

constexpr std::int64_t kEnabled = 1;

struct Credentials {
    std::string name, password;
};

Credentials read_credentials(const JsonBody& body) {
    Credentials given{.name = std::string(text::trim(body.text("username"))),
                      .password = body.text("password")};
    if (given.name.empty() || given.password.empty()) fail_key("common.invalid_params");
    return given;
}

[[noreturn]] void refuse() { fail_key("user.username_or_password_error"); }

/// The user whose password it is. Throws the same for an unknown name, a wrong password and a disabled account.
Task<store::UserRow> authenticate(const Credentials& given, const Services& services) {
    const auto user = co_await services.database.read(
        [&given](store::Reader& db) { return store::find_user_for_login(db, given.name); });
    const std::string hash = user ? user->password : std::string();
    const bool right = co_await services.workers.run(
        [&given, &hash] { return verify_password(given.password, hash); });
    if (!user || !right || user->status != kEnabled) refuse();
    co_return *user;
}

/// The password was right; the user has a second factor (spec 02 section 8.2, row 5).
Reply ask_for_code(const store::UserRow& user, const Request& request, const Services& services) {
    const std::string message = translate(request.language, "user.require_2fa");
    Reply reply = success_saying(message, [](json::Writer& writer) {
        writer.begin_object().member("require_2fa", true).end_object();
    });
    const SignedIn half{
        .user = UserId{user.id}, .password_hash = user.password, .now = to_unix(services.clock.unix_now())};
    reply.set_cookies.push_back(pending_cookie(half, request.head, services));
    return reply;
}

Task<Reply> log_in(const Request& request, const Services& services) {
    if (!services.settings.current()->password_login_enabled) fail_key("user.password_login_disabled");
    const Credentials given = read_credentials(request.json());
    const LoginThrottle::Attempt attempt{.account = given.name, .client = request.head.client};
    if (!services.login_throttle->begin(attempt, services.clock.steady())) refuse();
    const store::UserRow user = co_await authenticate(given, services);
    services.login_throttle->succeeded(attempt);
    const auto factor = co_await services.database.read(
        [&user](store::Reader& db) { return store::find_two_factor(db, user.id); });
    if (factor && factor->enabled) co_return ask_for_code(user, request, services);
    co_return co_await complete_login(user, request.head, services);
}

Task<Reply> log_out(const Request&, const Services& services) {
    Reply reply = success();
    reply.set_cookies = services.sessions.clear_cookies();
    co_return reply;
}

/// What a person sends who wants an account.
NewUser read_registration(const JsonBody& body, const settings::Settings& settings) {
    account::UserFields fields = user_fields(body);
    if (fields.username.value_or("").empty()) fail_key("common.invalid_params");
    if (!fields.password) fields.password = "";    // too short
    check_user_fields(fields);
    if (settings.email_verification_enabled) {
        if (body.text("email").empty() || body.text("verification_code").empty())
            fail_key("user.email_verification_required");
        // Nobody was ever mailed a code, so none is right.
        fail_key("user.verification_code_error");
    }
    return {.username = *fields.username,
            .password = *fields.password,
            .claimed_email = fields.email.value_or(""),
            .inviter_code = body.text("aff_code")};
}

Task<Reply> register_user(const Request& request, const Services& services) {
    const settings::Snapshot settings = services.settings.current();
    if (!settings->register_enabled) fail_key("user.register_disabled");
    if (!settings->password_register_enabled) fail_key("user.password_register_disabled");
    NewUser wanted = read_registration(request.json(), *settings);
    if (services.environment.generate_default_token) wanted.token = FirstToken::Unlimited;
    co_await create_user(std::move(wanted), services);
    co_return success();
}

constexpr std::array kRoutes = {
    Route{Method::Post, "/api/user/register", Access::Public, &register_user, Origins::Own, Spelling::Both,
          Proof::Turnstile},
    Route{Method::Post, "/api/user/login", Access::Public, &log_in, Origins::Own, Spelling::Both,
          Proof::Turnstile},
    Route{Method::Get, "/api/user/logout", Access::Public, &log_out},
};

}    // namespace

std::span<const Route> user_routes() { return kRoutes; }

}    // namespace opusclaw::api
