// api/token_json.h: how API tokens are written and read (spec 02 sections 20.1 and 20.3). Pure.
#pragma once

#include <cstdint>
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

/// The fields of POST /api/token/, checked in the order of spec 02 section 20.3; whose it is, the key and the times are left to
/// the caller. Throws Error(InvalidRequest).
store::TokenRow read_new_token(const JsonBody& body, const settings::Settings& settings);

}    // namespace opusclaw::api
