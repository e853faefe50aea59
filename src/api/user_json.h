// api/user_json.h: how users are written (spec 02 sections 8.2 and 9.1). Pure.
#pragma once

#include <string_view>

#include "base/json/writer.h"
#include "store/users.h"

namespace opusclaw::api {

/// Who has just signed in.
void write_signed_in(json::Writer& writer, const store::UserRow& user);
/// What a user sees of himself: no password, access token, remark or times.
void write_self(json::Writer& writer, const store::UserProfile& user);

}    // namespace opusclaw::api
