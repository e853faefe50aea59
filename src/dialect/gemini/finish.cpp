// dialect/gemini/finish.cpp: the rows of spec 06 section 18.
#include "dialect/gemini/finish.h"

namespace opusclaw::dialect::gemini {

using chat::Finish;

std::optional<Finish> read_finish(std::string_view finish_reason) {
    if (finish_reason.empty() || finish_reason == "FINISH_REASON_UNSPECIFIED") return std::nullopt;
    if (finish_reason == "STOP") return Finish::Natural;
    return finish_reason == "MAX_TOKENS" ? Finish::TokenLimit : Finish::Filtered;
}

std::string_view write_finish(std::optional<Finish> finish) {
    switch (finish.value_or(Finish::Natural)) {
        case Finish::TokenLimit: return "MAX_TOKENS";
        case Finish::Filtered: return "SAFETY";
        case Finish::Natural:
        case Finish::StopSequence:
        case Finish::ToolCalls:
        case Finish::Unknown: break;
    }
    return "STOP";
}

std::string reject_reason(std::string_view block_reason) {
    return "gemini_block_reason=" + std::string(block_reason);
}

}    // namespace opusclaw::dialect::gemini
