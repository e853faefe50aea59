// base/text_mask.h: what may stand in a log line that an operator reads but nobody else. What clients see: mask_secrets() in base/text.h.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace opusclaw::text {

/// Only these secrets masked, as mask_secrets() does; addresses stay. Of a key in parts, between bars or as members of an object (a
/// service account), each part of 16 bytes or more is a secret, too.
std::string without_secrets(std::string_view text, std::span<const std::string_view> secrets);
/// The longest beginning of `text` with at most `max_bytes`; never cuts inside a character.
std::string_view cut_bytes(std::string_view text, std::size_t max_bytes);

}    // namespace opusclaw::text
