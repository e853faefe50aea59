// dialect/openai_chat/finish.cpp: the rows of spec 06 section 18.
#include "dialect/openai_chat/finish.h"

#include <array>

#include "base/text.h"

namespace opusclaw::dialect::openai_chat {
namespace {

using chat::Finish;

struct Row {
    std::string_view name;
    Finish finish;
};
constexpr std::array kRead = {
    Row{"stop", Finish::Natural},           Row{"stop_sequence", Finish::StopSequence},
    Row{"length", Finish::TokenLimit},      Row{"max_tokens", Finish::TokenLimit},
    Row{"tool_calls", Finish::ToolCalls},   Row{"function_call", Finish::ToolCalls},
    Row{"content_filter", Finish::Filtered}};

}    // namespace

Finish read_finish(std::string_view finish_reason) {
    for (const Row& row : kRead) {
        if (text::iequals(row.name, finish_reason)) return row.finish;
    }
    return Finish::Unknown;
}

std::string_view write_finish(std::optional<Finish> finish, std::string_view text) {
    switch (finish.value_or(Finish::Natural)) {
        case Finish::Natural:
        case Finish::StopSequence: break;
        case Finish::TokenLimit: return "length";
        case Finish::ToolCalls: return "tool_calls";
        case Finish::Filtered: return "content_filter";
        case Finish::Unknown:
            if (!text.empty()) return text;
            break;
    }
    return "stop";
}

}    // namespace opusclaw::dialect::openai_chat
