// api/users.cpp: signing in and out, and the user's own page (spec 02 sections 8.2, 8.4, 9.1).
#include <array>
#include <optional>
#include <string>

#include "api/route.h"
#include "api/user_json.h"
#include "base/password.h"
#include "base/text.h"
#include "store/users.h"

namespace opusclaw::api {
namespace {

/// The hash of a password that nobody has: an unknown name takes as long as a wrong password.
constexpr std::string_view kNobody = "$2b$10$abcdefghijklmnopqrstuuv2PaxZO.gRiMKu8gyyycqlaX6nT7pjC";
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
    const std::string hash = user ? user->password : std::string(kNobody);
    const bool right = co_await services.workers.run(
        [&given, &hash] { return verify_password(given.password, hash); });
    if (!user || !right || user->status != kEnabled) refuse();
    co_return *user;
}

/// The peer is believed about the scheme where it was believed about the client's address.
account::Sessions::Transport transport_of(const net::RequestHead& head) {
    const std::string_view proto = head.headers.find("X-Forwarded-Proto").value_or("");
    const bool forwarded = text::iequals(text::trim(proto.substr(0, proto.find(','))), "https");
    const bool https = head.tls || (forwarded && head.client != head.peer);
    return https ? account::Sessions::Transport::Https : account::Sessions::Transport::Plain;
}

Task<Reply> log_in(const Request& request, const Services& services) {
    if (!services.settings.current()->password_login_enabled) fail_key("user.password_login_disabled");
    const Credentials given = read_credentials(request.json());
    const LoginThrottle::Attempt attempt{.account = given.name, .client = request.head.client};
    if (!services.login_throttle->begin(attempt, services.clock.steady())) refuse();
    const store::UserRow user = co_await authenticate(given, services);
    services.login_throttle->succeeded(attempt);
    const std::int64_t now = to_unix(services.clock.unix_now());
    co_await services.database.write(
        [&user, now](store::Transaction& tx) { store::set_last_login(tx, user.id, now); });
    Reply reply = success([&user](json::Writer& writer) { write_signed_in(writer, user); });
    const account::Session session{.user = UserId{user.id},
                                   .login_time = now,
                                   .password_fingerprint = account::User::of(user).password_fingerprint};
    reply.set_cookie = services.sessions.set_cookie(session, transport_of(request.head));
    co_return reply;
}

Task<Reply> log_out(const Request&, const Services& services) {
    Reply reply = success();
    reply.set_cookie = services.sessions.clear_cookie();
    co_return reply;
}

Task<Reply> show_self(const Request& request, const Services& services) {
    co_await services.flusher.caught_up();
    const std::int64_t id = request.caller.user->id.value;
    const auto user = co_await services.database.read(
        [id](store::Reader& db) { return store::find_user_profile(db, id); });
    if (!user) fail_not_found();
    co_return success([&user](json::Writer& writer) { write_self(writer, *user); });
}

constexpr std::array kRoutes = {
    Route{Method::Post, "/api/user/login", Access::Public, &log_in},
    Route{Method::Get, "/api/user/logout", Access::Public, &log_out},
    Route{Method::Get, "/api/user/self", Access::User, &show_self},
};

}    // namespace

std::span<const Route> user_routes() { return kRoutes; }

}    // namespace opusclaw::api
