// api/user_session.cpp: what goes into a new session. The peer is believed about the scheme where it is about the address.
#include "api/user_session.h"

#include "base/text.h"

namespace opusclaw::api {
namespace {

account::Sessions::Transport transport_of(const net::RequestHead& head) {
    const std::string_view proto = head.headers.find("X-Forwarded-Proto").value_or("");
    const bool forwarded = text::iequals(text::trim(proto.substr(0, proto.find(','))), "https");
    const bool https = head.tls || (forwarded && head.client != head.peer);
    return https ? account::Sessions::Transport::Https : account::Sessions::Transport::Plain;
}

}    // namespace

std::string session_cookie(const SignedIn& who, const net::RequestHead& head, const Services& services) {
    const account::Session session{.user = who.user,
                                   .login_time = who.now,
                                   .password_fingerprint = account::password_fingerprint(who.password_hash)};
    return services.sessions.set_cookie(session, transport_of(head));
}

}    // namespace opusclaw::api
