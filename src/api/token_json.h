// api/token_json.h: how API tokens are written and read (spec 02 sections 20.1 and 20.3). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/json_body.h"
#include "base/json/writer.h"
#include "settings/settings.h"
#include "store/tokens.h"

namespace opusclaw::api {

/// The key as every answer but a reveal shows it.
std::string masked_key(std::string_view key);
void write_token(json::Writer& writer, const store::TokenRow& token);

/// The body of PUT /api/token/.
struct TokenUpdate {
    store::TokenRow token;                       // id and what the owner may choose; absent is the zero value
    std::optional<std::int64_t> remain_quota;    // as sent
    std::int64_t status = 0;                     // 0: absent
};
/// Checked as a new one (spec 02 section 20.4). Throws Error(InvalidRequest).
TokenUpdate read_token_update(const JsonBody& body, const settings::Settings& settings);
/// Whether a token with this status may be enabled, judged by its expiry and quota. Throws Error(InvalidRequest).
void check_enabling(const store::TokenRow& token, std::int64_t now);

/// The fields of POST /api/token/, checked in the order of spec 02 section 20.3; whose it is, the key and the times are left to
/// the caller. Throws Error(InvalidRequest).
store::TokenRow read_new_token(const JsonBody& body, const settings::Settings& settings);

}    // namespace opusclaw::api
