// dialect/gemini/finish.h: why an answer ended, as Gemini names it (spec 06 section 18).
#pragma once

#include <optional>
#include <string_view>

#include "dialect/chat.h"

namespace opusclaw::dialect::gemini {

/// nullopt: the reason is none (empty, or unspecified). Every word that is not known stands for a filter.
std::optional<chat::Finish> read_finish(std::string_view finish_reason);
std::string_view write_finish(std::optional<chat::Finish> finish);

}    // namespace opusclaw::dialect::gemini
