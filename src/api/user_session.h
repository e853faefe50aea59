// api/user_session.h: the cookie that a handler gives out when somebody has signed in, or has another password now (spec 02
// section 2.1). Sealing it is account's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/services.h"
#include "net/http.h"

namespace opusclaw::api {

struct SignedIn {
    UserId user;
    std::string_view password_hash;
    std::int64_t now = 0;    // unix seconds
};
/// The value of Set-Cookie. `Secure` where the request came by HTTPS.
std::string session_cookie(const SignedIn& who, const net::RequestHead& head, const Services& services);

}    // namespace opusclaw::api
