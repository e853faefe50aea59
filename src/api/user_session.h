// api/user_session.h: the end of each way to sign in, and the cookie that a handler gives out then or when somebody has another
// password (spec 02 sections 2.1 and 8.2). Sealing it is account's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/reply.h"
#include "api/services.h"
#include "net/http.h"
#include "net/task.h"
#include "store/users.h"

namespace opusclaw::api {

struct SignedIn {
    UserId user;
    std::string_view password_hash;
    std::int64_t now = 0;    // unix seconds
};
/// The value of Set-Cookie. `Secure` where the request came by HTTPS.
std::string session_cookie(const SignedIn& who, const net::RequestHead& head, const Services& services);
/// The same for who has proved the password only.
std::string pending_cookie(const SignedIn& who, const net::RequestHead& head, const Services& services);
/// Turnstile was passed: spares its next checks.
std::string proof_cookie(const net::RequestHead& head, const Services& services);

/// Somebody has proved all that he has to: notes the time and answers with the user and the cookie (spec 02 section 8.2). `user`
/// outlives the coroutine.
Task<Reply> complete_login(const store::UserRow& user, const net::RequestHead& head,
                           const Services& services);

}    // namespace opusclaw::api
