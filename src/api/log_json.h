// api/log_json.h: how rows of the log are written: whole for administrators, cleaned for users (spec 03 sections 14.1, 14.2). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json/writer.h"
#include "store/logs.h"

namespace opusclaw::api {

void write_log(json::Writer& writer, const store::LogRow& row, std::string_view channel_name);

/// What a user may see of a row of his own: `position` in place of its id, nothing of channels and of what only administrators
/// may know.
store::LogRow cleaned_log(store::LogRow row, std::int64_t position);

}    // namespace opusclaw::api
