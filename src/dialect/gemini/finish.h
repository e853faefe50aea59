// dialect/gemini/finish.h: why an answer ended, as Gemini names it (spec 06 section 18).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dialect/chat.h"

namespace opusclaw::dialect::gemini {

/// nullopt: the reason is none (empty, or unspecified). Every word that is not known stands for a filter.
std::optional<chat::Finish> read_finish(std::string_view finish_reason);
std::string_view write_finish(std::optional<chat::Finish> finish);

/// What the log row says of a prompt that was blocked for that reason.
std::string reject_reason(std::string_view block_reason);

}    // namespace opusclaw::dialect::gemini
