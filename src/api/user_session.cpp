// api/user_session.cpp: what goes into a new session. The peer is believed about the scheme where it is about the address.
#include "api/user_session.h"

#include "api/user_json.h"
#include "base/text.h"
#include "store/user_changes.h"

namespace opusclaw::api {
namespace {

account::Sessions::Transport transport_of(const net::RequestHead& head) {
    const std::string_view proto = head.headers.find("X-Forwarded-Proto").value_or("");
    const bool forwarded = text::iequals(text::trim(proto.substr(0, proto.find(','))), "https");
    const bool https = head.tls || (forwarded && head.client != head.peer);
    return https ? account::Sessions::Transport::Https : account::Sessions::Transport::Plain;
}

account::Session session_of(const SignedIn& who) {
    return {.user = who.user,
            .login_time = who.now,
            .password_fingerprint = account::password_fingerprint(who.password_hash)};
}

}    // namespace

std::string session_cookie(const SignedIn& who, const net::RequestHead& head, const Services& services) {
    return services.sessions.set_cookie(session_of(who), transport_of(head));
}

std::string pending_cookie(const SignedIn& who, const net::RequestHead& head, const Services& services) {
    return services.sessions.set_pending_cookie(session_of(who), transport_of(head));
}

std::string proof_cookie(const net::RequestHead& head, const Services& services) {
    return services.sessions.set_proof_cookie(to_unix(services.clock.unix_now()), transport_of(head));
}

Task<Reply> complete_login(const store::UserRow& user, const net::RequestHead& head,
                           const Services& services) {
    const std::int64_t now = to_unix(services.clock.unix_now());
    co_await services.database.write(
        [&user, now](store::Transaction& tx) { store::set_last_login(tx, user.id, now); });
    Reply reply = success([&user](json::Writer& writer) { write_signed_in(writer, user); });
    reply.set_cookies.push_back(session_cookie(
        {.user = UserId{user.id}, .password_hash = user.password, .now = now}, head, services));
    co_return reply;
}

}    // namespace opusclaw::api
