// api/key_access.h: who asks on routes that need no role: nobody in particular, a session if there is one, or the owner of an API
// key (spec 02 sections 2.4, 2.5; 03 sections 1.1, 18). Roles are account/session.h.
#pragma once

#include <string_view>

#include "api/request.h"
#include "api/route.h"
#include "api/services.h"
#include "base/error.h"

namespace opusclaw::api {

/// Fills in `caller` (Visitor), `token` (KeyReader) or `key` (Key). Throws Error with the status and message of those sections;
/// never for a Visitor.
Task<> recognise(Request& request, Access access, const Services& services);

/// What the owner of a key reads when his request failed, in OpenAI's shape.
Reply key_refusal(const Error& error, Language language, std::string_view request_id);

}    // namespace opusclaw::api
