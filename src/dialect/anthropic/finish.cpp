// dialect/anthropic/finish.cpp: the rows of spec 06 section 18.
#include "dialect/anthropic/finish.h"

#include <array>

#include "base/json/writer.h"
#include "base/text.h"

namespace opusclaw::dialect::anthropic {
namespace {

using chat::Finish;

struct Row {
    std::string_view name;
    Finish finish;
};
constexpr std::array kRead = {Row{"end_turn", Finish::Natural},
                              Row{"pause_turn", Finish::Natural},
                              Row{"stop_sequence", Finish::StopSequence},
                              Row{"max_tokens", Finish::TokenLimit},
                              Row{"model_context_window_exceeded", Finish::TokenLimit},
                              Row{"tool_use", Finish::ToolCalls},
                              Row{"refusal", Finish::Filtered}};
constexpr int kBadGateway = 502;

}    // namespace

Finish read_finish(std::string_view stop_reason) {
    for (const Row& row : kRead) {
        if (text::iequals(row.name, stop_reason)) return row.finish;
    }
    return Finish::Unknown;
}

std::string_view write_finish(std::optional<Finish> finish, std::string_view text) {
    switch (finish.value_or(Finish::Natural)) {
        case Finish::Natural: break;
        case Finish::StopSequence: return "stop_sequence";
        case Finish::TokenLimit: return "max_tokens";
        case Finish::ToolCalls: return "tool_use";
        case Finish::Filtered: return "refusal";
        case Finish::Unknown:
            if (!text.empty()) return text;
            break;
    }
    return "end_turn";
}

ClientError read_error_inside(const json::View& answer) {
    ClientError error = read_upstream_error(answer.raw(), kBadGateway);
    if (error.code_json == "null") {
        error.code = error.type;
        error.code_json.reset();
        json::append_quoted(error.code_json.emplace(), error.type);
    }
    return error;
}

}    // namespace opusclaw::dialect::anthropic
