// api/turnstile.h: whether a person asks, by Cloudflare Turnstile (spec 02 section 7).
#pragma once

#include <string>

#include "api/request.h"
#include "api/services.h"
#include "net/task.h"

namespace opusclaw::api {

/// Nothing, where the site asks for no proof or the caller gave one within the last hour; else asks Cloudflare about the query's
/// `turnstile` and gives the Set-Cookie that spares the next checks. Throws Error with the message of the chapter.
Task<std::string> check_turnstile(const Request& request, const Services& services);

}    // namespace opusclaw::api
