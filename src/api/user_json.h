// api/user_json.h: how users are written (spec 02 sections 8.2, 9.1 and 12.2). Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/json/writer.h"
#include "store/users.h"

namespace opusclaw::api {

/// Who has just signed in.
void write_signed_in(json::Writer& writer, const store::UserRow& user);
/// What a user sees of himself: no password, access token, remark or times.
void write_self(json::Writer& writer, const store::UserProfile& user);
/// What administrators see of a user. Password and access token are never shown: their members are empty.
void write_user(json::Writer& writer, const store::UserProfile& user);
/// A time column as RFC 3339: `2026-01-01 00:00:00+00` and the like. What cannot be read is given as it is.
std::string rfc3339_of_column(std::string_view text);

}    // namespace opusclaw::api
