// dialect/conversation.h: what encoders ask about a conversation as a whole: turns, which result answers which call, ids that
// a dialect takes (spec 06 sections 8 and 10). Linear in the request.
#pragma once

#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dialect/chat.h"

namespace opusclaw::dialect {

/// Consecutive messages of one side.
struct Turn {
    chat::Role role = chat::Role::User;
    std::span<const chat::Message> messages;
};
std::vector<Turn> turns_of(const chat::Request& request);

/// How the results of a user's turn meet the calls of the assistant's turn before it. A result without an id answers the first
/// open call of its name, or the first open call when it has no name either; an id that is answered twice is answered once.
struct Pairing {
    struct Answer {
        const chat::ToolCall* call;
        const chat::ToolResult* result;
    };
    std::vector<Answer> answers;                       // in the order of the results
    std::vector<const chat::ToolCall*> unanswered;     // in the order of the calls
    std::vector<const chat::ToolResult*> unmatched;    // results of no call of that turn
};
/// Either may be nullptr: there is no such turn.
Pairing pair_calls(const Turn* assistant, const Turn* user);

/// The names of all calls of a request by id.
class CallNames {
public:
    explicit CallNames(const chat::Request& request);
    /// The result's own name, else the one of the call with its id; empty when neither is known.
    std::string_view of(const chat::ToolResult& result) const;

private:
    std::unordered_map<std::string_view, std::string_view> names_;
};

/// What a dialect takes as the id of a call: any text up to 64 characters, or letters, digits, `_` and `-`.
enum class IdRule { UpTo64Characters, WordCharacters };
/// `id`, or the stand-in that spec 06 section 10.8 makes of it; kept in `pool`.
std::string_view usable_id(std::string_view id, IdRule rule, chat::TextPool& pool);

/// The texts of a result's parts joined by line ends; media as their references.
std::string plain_text_of(const chat::ToolResult& result);
/// What stands for a result that answers no call: `[tool_response <name>] <content>`.
std::string unmatched_text(const chat::ToolResult& result, std::string_view name);

}    // namespace opusclaw::dialect
