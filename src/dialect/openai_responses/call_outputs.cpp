// dialect/openai_responses/call_outputs.cpp: one pass in the order of the request, one over what it left (spec 06 section 8.5).
#include "dialect/openai_responses/call_outputs.h"

namespace opusclaw::dialect::openai_responses {

using chat::ToolCall;
using chat::ToolResult;

bool is_writable(const ToolCall& call) { return !call.id.empty() && !call.name.empty(); }

CallOutputs::CallOutputs(const chat::Request& request) {
    for (const chat::Message& message : request.messages) {
        for (const chat::Part& part : message.parts) {
            if (const auto* const call = std::get_if<ToolCall>(&part)) take(*call);
            if (const auto* const result = std::get_if<ToolResult>(&part)) take(*result);
        }
    }
    for (const auto& [id, same] : by_id_) {
        for (std::size_t i = same.taken; i < same.early.size() && !same.calls.empty(); ++i)
            pair(*same.calls.back(), *same.early[i]);
    }
}

void CallOutputs::take(const ToolCall& call) {
    if (!is_writable(call)) return;
    Calls& same = by_id_[call.id];
    same.calls.push_back(&call);
    if (same.taken == same.early.size()) return;
    ++same.answered;
    pair(call, *same.early[same.taken++]);
}

void CallOutputs::take(const ToolResult& result) {
    if (result.call_id.empty()) return;
    Calls& same = by_id_[result.call_id];
    if (same.answered == same.calls.size()) {
        same.early.push_back(&result);
    } else {
        pair(*same.calls[same.answered++], result);
    }
}

void CallOutputs::pair(const ToolCall& call, const ToolResult& result) {
    outputs_[&call].push_back(&result);
    answering_.insert(&result);
}

std::span<const ToolResult* const> CallOutputs::of(const ToolCall& call) const {
    const auto found = outputs_.find(&call);
    if (found == outputs_.end()) return {};
    return found->second;
}

}    // namespace opusclaw::dialect::openai_responses
