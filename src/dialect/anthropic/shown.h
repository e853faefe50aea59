// dialect/anthropic/shown.h: what whole answers and streams show alike to a Messages client (spec 06 sections 15.2, 21).
#pragma once

#include <string>
#include <string_view>

#include "dialect/chat.h"

namespace opusclaw::dialect::anthropic {

/// The provider's id as one of this dialect; without one it is made of the request's.
std::string shown_id(std::string_view id, std::string_view request_id);
/// Media in an answer, as Markdown: the dialect has no block for it.
std::string shown_media(const chat::Media& media);

}    // namespace opusclaw::dialect::anthropic
