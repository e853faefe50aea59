// dialect/anthropic/finish.h: why an answer ended, and errors inside of answers, as Anthropic names them (spec 06 sections 18,
// 20.1).
#pragma once

#include <string_view>

#include "base/json/view.h"
#include "dialect/chat.h"

namespace opusclaw::dialect::anthropic {

chat::Finish read_finish(std::string_view stop_reason);
/// nullopt: the provider gave none; `text` is its word when it is unknown to us.
std::string_view write_finish(std::optional<chat::Finish> finish, std::string_view text);

/// An answer `{"type":"error","error":{...}}` that came with status 200 or in a stream.
ClientError read_error_inside(const json::View& answer);

}    // namespace opusclaw::dialect::anthropic
