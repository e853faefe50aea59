// dialect/openai_chat/finish.h: why an answer ended, as Chat names it (spec 06 section 18).
#pragma once

#include <optional>
#include <string_view>

#include "dialect/chat.h"

namespace opusclaw::dialect::openai_chat {

chat::Finish read_finish(std::string_view finish_reason);
/// `text` is the provider's own word for a reason unknown to us.
std::string_view write_finish(std::optional<chat::Finish> finish, std::string_view text);

}    // namespace opusclaw::dialect::openai_chat
