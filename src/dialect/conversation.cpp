// dialect/conversation.cpp: pairing of calls and results by hash maps and queues, so that a thousand calls cost a thousand steps
// (spec 06 section 10).
#include "dialect/conversation.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "base/crypto.h"
#include "base/text.h"
#include "dialect/media.h"

namespace opusclaw::dialect {
namespace {

using chat::ToolCall;
using chat::ToolResult;

constexpr std::size_t kLongestId = 64;
constexpr std::size_t kIdDigits = 24;

template <class Kind, class Use>
void each_part(const Turn* turn, Use use) {
    if (turn == nullptr) return;
    for (const chat::Message& message : turn->messages) {
        for (const chat::Part& part : message.parts) {
            if (const auto* const found = std::get_if<Kind>(&part)) use(*found);
        }
    }
}

/// The calls of one turn that wait for a result.
class OpenCalls {
public:
    explicit OpenCalls(const Turn* assistant) {
        each_part<ToolCall>(assistant, [this](const ToolCall& call) { calls_.push_back(&call); });
        answered_.resize(calls_.size());
        for (std::size_t i = 0; i < calls_.size(); ++i) {
            by_id_[calls_[i]->id].push_back(i);
            by_name_[calls_[i]->name].push_back(i);
        }
    }

    /// The call that `result` answers; nullptr: none.
    const ToolCall* answer(const ToolResult& result) {
        if (!result.call_id.empty()) return take(by_id_, result.call_id);
        if (!result.name.empty()) return take(by_name_, result.name);
        while (first_ < calls_.size() && answered_[first_]) ++first_;
        if (first_ == calls_.size()) return nullptr;
        answered_[first_] = true;
        return calls_[first_];
    }

    std::vector<const ToolCall*> rest() const {
        std::vector<const ToolCall*> open;
        for (std::size_t i = 0; i < calls_.size(); ++i) {
            if (!answered_[i]) open.push_back(calls_[i]);
        }
        return open;
    }

private:
    using Queues = std::unordered_map<std::string_view, std::deque<std::size_t>>;

    const ToolCall* take(Queues& queues, std::string_view key) {
        const auto found = queues.find(key);
        if (found == queues.end()) return nullptr;
        std::deque<std::size_t>& waiting = found->second;
        while (!waiting.empty() && answered_[waiting.front()]) waiting.pop_front();
        if (waiting.empty()) return nullptr;
        const std::size_t index = waiting.front();
        answered_[index] = true;
        return calls_[index];
    }

    std::vector<const ToolCall*> calls_;
    std::vector<bool> answered_;
    Queues by_id_, by_name_;
    std::size_t first_ = 0;
};

bool is_word(std::string_view id) {
    return !id.empty() && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-';
    });
}

bool usable(std::string_view id, IdRule rule) {
    if (rule == IdRule::WordCharacters) return is_word(id);
    return id.size() <= kLongestId || text::count_characters(id) <= kLongestId;
}

}    // namespace

std::vector<Turn> turns_of(const chat::Request& request) {
    std::vector<Turn> turns;
    const std::span<const chat::Message> all = request.messages;
    for (std::size_t begin = 0, end = 0; begin < all.size(); begin = end) {
        while (end < all.size() && all[end].role == all[begin].role) ++end;
        turns.push_back({all[begin].role, all.subspan(begin, end - begin)});
    }
    return turns;
}

Pairing pair_calls(const Turn* assistant, const Turn* user) {
    Pairing pairing;
    OpenCalls open(assistant);
    each_part<ToolResult>(user, [&](const ToolResult& result) {
        if (const ToolCall* const call = open.answer(result)) {
            pairing.answers.push_back({call, &result});
        } else {
            pairing.unmatched.push_back(&result);
        }
    });
    pairing.unanswered = open.rest();
    return pairing;
}

CallNames::CallNames(const chat::Request& request) {
    for (const chat::Message& message : request.messages) {
        for (const chat::Part& part : message.parts) {
            if (const auto* const call = std::get_if<ToolCall>(&part)) names_[call->id] = call->name;
        }
    }
}

std::string_view CallNames::of(const ToolResult& result) const {
    if (!result.name.empty()) return result.name;
    const auto found = names_.find(result.call_id);
    return found != names_.end() && !result.call_id.empty() ? found->second : std::string_view();
}

std::string_view usable_id(std::string_view id, IdRule rule, chat::TextPool& pool) {
    if (usable(id, rule)) return id;
    return pool.keep("call_" + crypto::hex(crypto::sha256(id)).substr(0, kIdDigits));
}

std::string plain_text_of(const ToolResult& result) {
    std::string out;
    bool first = true;
    for (const chat::ResultPart& part : result.parts) {
        if (!std::exchange(first, false)) out.push_back('\n');
        if (const auto* const text = std::get_if<chat::Text>(&part)) {
            out.append(text->text);
        } else {
            out.append(media_reference(std::get<chat::Media>(part)));
        }
    }
    return out;
}

std::string unmatched_text(const ToolResult& result, std::string_view name) {
    return "[tool_response " + std::string(name) + "] " + plain_text_of(result);
}

}    // namespace opusclaw::dialect
