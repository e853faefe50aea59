// account/session.cpp: sealing and reading the cookie (spec 02 section 2.1) and the check order of the management API (2.3).
#include "account/session.h"

#include <fmt/format.h>

#include <chrono>

#include "base/crypto.h"
#include "base/json/view.h"
#include "base/json/writer.h"
#include "base/text.h"
#include "store/users.h"

namespace opusclaw::account {
namespace {

constexpr std::string_view kName = "session";
constexpr std::string_view kContext = "opusclaw session";

std::string_view cookie_value(std::string_view header, std::string_view name) {
    for (const std::string_view part : text::split(header, ';')) {
        const std::string_view pair = text::trim(part);
        const std::size_t equals = pair.find('=');
        if (equals != std::string_view::npos && pair.substr(0, equals) == name)
            return pair.substr(equals + 1);
    }
    return {};
}

[[noreturn]] void refuse(int status, std::string key) {
    throw Error(ErrorKind::Unauthenticated, "", Message::key(std::move(key))).with_status(status);
}

/// Who the cookie says, if he still exists and his password is the same.
Task<std::shared_ptr<const User>> session_user(const net::RequestHead& request, const AccessRules& rules) {
    const auto session = rules.sessions.read(request.headers.find("Cookie").value_or(""), to_unix(rules.now));
    if (!session) co_return nullptr;
    auto user = co_await rules.directory.user_as_stored(session->user);
    if (user == nullptr || user->deleted || user->password_fingerprint != session->password_fingerprint)
        co_return nullptr;
    co_return user;
}

Task<std::shared_ptr<const User>> access_token_user(std::string_view authorization,
                                                    const AccessRules& rules) {
    std::string token(authorization);
    constexpr std::string_view kBearer = "Bearer ";
    if (const auto at = token.find(kBearer); at != std::string::npos) token.erase(at, kBearer.size());
    const auto row = co_await rules.database.read(
        [&token](store::Reader& reader) { return store::find_user_by_access_token(reader, token); });
    if (token.empty() || !row) refuse(200, "auth.access_token_invalid");
    auto user = std::make_shared<const User>(User::of(*row));
    if (!user->valid) refuse(200, "auth.user_info_invalid");
    co_return user;
}

void check_user_header(const net::RequestHead& request, const User& user) {
    const auto header = request.headers.find("New-Api-User");
    if (!header || header->empty()) refuse(401, "auth.user_id_not_provided");
    const auto id = text::parse_int(*header);
    if (!id) refuse(401, "auth.user_id_format_error");
    if (*id != user.id.value) refuse(401, "auth.user_id_mismatch");
}

}    // namespace

/// A cookie's name, what it is sealed for, and how long it counts, in seconds.
struct Sessions::Kind {
    std::string_view name, context;
    std::int64_t lifetime;

    bool counts(std::int64_t since, std::int64_t now) const {
        constexpr std::int64_t kClockSkew = 60;    // between nodes
        return since <= now + kClockSkew && now - since < lifetime;
    }
};
const Sessions::Kind Sessions::kWhole{.name = kName, .context = kContext, .lifetime = 2'592'000};
const Sessions::Kind Sessions::kHalf{.name = kName, .context = "opusclaw pending login", .lifetime = 300};
const Sessions::Kind Sessions::kProof{.name = "turnstile", .context = "opusclaw turnstile", .lifetime = 3600};

Sessions::Sessions(std::string_view secret) : key_(crypto::hmac_sha256(secret, kContext)) {}

std::string Sessions::sealed(std::string_view plain, std::int64_t now, Transport transport,
                             const Kind& kind) const {
    return fmt::format("{}={}; Path=/; Max-Age={}; Expires={}; HttpOnly; SameSite=Strict{}", kind.name,
                       crypto::base64url_encode(crypto::seal(key_, plain, kind.context)), kind.lifetime,
                       http_date(from_unix(now + kind.lifetime)),
                       transport == Transport::Https ? "; Secure" : "");
}

std::optional<std::string> Sessions::opened(std::string_view cookie_header, const Kind& kind) const {
    const std::string_view value = cookie_value(cookie_header, kind.name);
    if (value.empty()) return std::nullopt;
    const auto bytes = crypto::base64url_decode(value);
    return bytes ? crypto::open(key_, *bytes, kind.context) : std::nullopt;
}

std::string Sessions::set_proof_cookie(std::int64_t now, Transport transport) const {
    return sealed(std::to_string(now), now, transport, kProof);
}

bool Sessions::has_proof(std::string_view cookie_header, std::int64_t now) const {
    const auto plain = opened(cookie_header, kProof);
    const auto since = plain ? text::parse_int(*plain) : std::nullopt;
    return since && kProof.counts(*since, now);
}

std::string Sessions::set_cookie(const Session& session, Transport transport) const {
    return sealed_session(session, transport, kWhole);
}

std::string Sessions::set_pending_cookie(const Session& half, Transport transport) const {
    return sealed_session(half, transport, kHalf);
}

std::optional<Session> Sessions::read(std::string_view cookie_header, std::int64_t now) const {
    return opened_session(cookie_header, now, kWhole);
}

std::optional<Session> Sessions::read_pending(std::string_view cookie_header, std::int64_t now) const {
    return opened_session(cookie_header, now, kHalf);
}

std::vector<std::string> Sessions::clear_cookies() {
    std::vector<std::string> values;
    for (const Kind* kind : {&kWhole, &kProof})
        values.push_back(fmt::format("{}=; Path=/; Max-Age=0; Expires={}; HttpOnly; SameSite=Strict",
                                     kind->name, http_date(from_unix(0))));
    return values;
}

std::string Sessions::sealed_session(const Session& session, Transport transport, const Kind& kind) const {
    std::string plain;
    json::Writer writer(plain);
    writer.begin_object().member("id", session.user.value).member("at", session.login_time);
    writer.member("fp", session.password_fingerprint).member_if("verified_at", session.verified_at);
    if (session.verified_at) writer.member("verified_by", session.verified_user.value);
    writer.end_object();
    return sealed(plain, session.login_time, transport, kind);
}

std::optional<Session> Sessions::opened_session(std::string_view header, std::int64_t now,
                                                const Kind& kind) const {
    const auto plain = opened(header, kind);
    if (!plain) return std::nullopt;
    const json::Document document = json::Document::copy(*plain);
    const json::View root = document.root();
    const auto id = root.find("id"), at = root.find("at"), fingerprint = root.find("fp");
    if (!id || !at || !fingerprint) return std::nullopt;
    Session session{.user = UserId{id->as_int().value_or(0)},
                    .login_time = at->as_int().value_or(0),
                    .password_fingerprint = fingerprint->as_string().value_or("")};
    if (const auto verified = root.find("verified_at")) session.verified_at = verified->as_int().value_or(0);
    if (const auto by = root.find("verified_by")) session.verified_user = UserId{by->as_int().value_or(0)};
    return session.user && kind.counts(session.login_time, now) ? std::optional(session) : std::nullopt;
}

Task<ApiCaller> require_caller(const net::RequestHead& request, const AccessRules& rules, Role least) {
    ApiCaller caller;
    caller.user = co_await session_user(request, rules);
    if (caller.user == nullptr) {
        const std::string_view authorization = request.headers.find("Authorization").value_or("");
        if (authorization.empty()) refuse(401, "auth.not_logged_in");
        caller.user = co_await access_token_user(authorization, rules);
        caller.by_access_token = true;
    }
    check_user_header(request, *caller.user);
    if (!caller.user->enabled) refuse(200, "auth.user_banned");
    if (caller.user->role < least) refuse(200, "auth.insufficient_privilege");
    if (!caller.user->valid) refuse(200, "auth.user_info_invalid");
    co_return caller;
}

}    // namespace opusclaw::account
