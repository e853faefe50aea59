// dialect/openai_responses/call_outputs.h: which results answer which call anywhere in a request (spec 06 sections 8.5, 10.4): they are
// written directly behind it. Linear in the request. Internal to this folder.
#pragma once

#include <span>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "dialect/chat.h"

namespace opusclaw::dialect::openai_responses {

class CallOutputs {
public:
    explicit CallOutputs(const chat::Request& request);

    /// A result answers the first open call with its id, an earlier call before a later one; what remains answers the last one too.
    std::span<const chat::ToolResult* const> of(const chat::ToolCall& call) const;
    /// Whether `result` is among the outputs of a call.
    bool answers(const chat::ToolResult& result) const { return answering_.contains(&result); }

private:
    /// The calls with one id, and the results that no open call among them was there for yet.
    struct Calls {
        std::vector<const chat::ToolCall*> calls;
        std::size_t answered = 0;
        std::vector<const chat::ToolResult*> early;
        std::size_t taken = 0;    // of `early`
    };
    void take(const chat::ToolCall& call);
    void take(const chat::ToolResult& result);
    void pair(const chat::ToolCall& call, const chat::ToolResult& result);

    std::unordered_map<std::string_view, Calls> by_id_;
    std::unordered_map<const chat::ToolCall*, std::vector<const chat::ToolResult*>> outputs_;
    std::unordered_set<const chat::ToolResult*> answering_;
};

/// Calls that the dialect has a form for.
bool is_writable(const chat::ToolCall& call);

}    // namespace opusclaw::dialect::openai_responses
