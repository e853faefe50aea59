// account/session.h: the session cookie of the dashboard and who a REST caller is (spec 02 section 2): sealed (AES-256-GCM), stateless,
// checked against the user as he is now on every request.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "account/directory.h"
#include "base/error.h"
#include "net/http.h"

namespace opusclaw::account {

struct Session {
    UserId user;
    std::int64_t login_time = 0;
    std::string password_fingerprint;
    // Secure verification (spec 02 section 19): when, in unix seconds, and by whom.
    std::optional<std::int64_t> verified_at;
    UserId verified_user;
};

class Sessions {
public:
    /// `secret`: SESSION_SECRET, or random when it is not set.
    explicit Sessions(std::string_view secret);
    /// The value of the Set-Cookie header.
    enum class Transport { Plain, Https };
    std::string set_cookie(const Session& session, Transport transport) const;
    /// The values that end a session, whole or half, and the proof of Turnstile with it.
    static std::vector<std::string> clear_cookies();
    /// From the Cookie header; nullopt: none, forged, or older than 30 days at `now`.
    std::optional<Session> read(std::string_view cookie_header, std::int64_t now) const;

    /// In the session's place for who has proved the password and has a second factor to prove. It is no session: read() does not
    /// know it. For five minutes.
    std::string set_pending_cookie(const Session& half, Transport transport) const;
    std::optional<Session> read_pending(std::string_view cookie_header, std::int64_t now) const;

    /// A cookie of its own: Turnstile was passed at `now` (spec 02 section 7). For an hour.
    std::string set_proof_cookie(std::int64_t now, Transport transport) const;
    bool has_proof(std::string_view cookie_header, std::int64_t now) const;

private:
    struct Kind;
    static const Kind kWhole, kHalf, kProof;
    std::string sealed(std::string_view plain, std::int64_t now, Transport transport, const Kind& kind) const;
    std::optional<std::string> opened(std::string_view cookie_header, const Kind& kind) const;
    std::string sealed_session(const Session& session, Transport transport, const Kind& kind) const;
    std::optional<Session> opened_session(std::string_view header, std::int64_t now, const Kind& kind) const;

    std::string key_;
};

/// A caller of the management API.
struct ApiCaller {
    std::shared_ptr<const User> user;
    bool by_access_token = false;
};
/// What the checks need. References outlive the call.
struct AccessRules {
    const Sessions& sessions;
    Directory& directory;
    store::Database& database;
    UnixSeconds now;
};
/// The check order of spec 02 section 2.3 for a route that asks for `least`. Throws Error with status and message key of that table.
Task<ApiCaller> require_caller(const net::RequestHead& request, const AccessRules& rules, Role least);

}    // namespace opusclaw::account
