// catalog/status_note.h: why a channel is off, as its column `other_info` says (spec 03 sections 2.1, 2.8): a JSON object in which
// members of others survive. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace opusclaw::catalog {

/// The reason that a channel gets with its last key.
inline constexpr std::string_view kAllKeysDisabled = "All keys are disabled";

/// "" when there is none, or the text is no JSON object.
std::string status_reason(std::string_view other_info);
/// The text with reason and time (unix seconds). What is no JSON object is replaced.
std::string with_status_note(std::string_view other_info, std::string_view reason, std::int64_t now);
/// The text without the reason; nullopt: there was none.
std::optional<std::string> without_status_reason(std::string_view other_info);

}    // namespace opusclaw::catalog
