// provider/answer_message_rules.cpp: rules on what an answer says, and on errors in the place of one (spec 07 section 13; 08 sections 1.4, 6, 9).
#include <array>
#include <functional>
#include <utility>

#include "base/json/edit.h"
#include "provider/answer_rules.h"

namespace opusclaw::provider {
namespace {

using json::Node;

void each_choice(Node& root, const std::function<void(Node&)>& visit) {
    Node* const choices = root.find("choices");
    if (choices == nullptr || choices->type() != json::Type::Array) return;
    for (std::size_t i = 0; i < choices->size(); ++i) visit(*choices->item(i));
}

std::string text_at(const Node& holder, std::string_view name) {
    const Node* const value = holder.find(name);
    return value == nullptr ? std::string() : value->as_string().value_or("");
}

std::string error_body(std::string_view message, std::string_view type, std::string_view code) {
    Node error = Node::object();
    error.set("message", Node::of(message));
    error.set("type", Node::of(type));
    error.set("code", Node::of(code));
    Node root = Node::object();
    root.set("error", std::move(error));
    return root.str();
}

bool says_something(const Node& choice) {
    const Node* const message = choice.find("message");
    if (message == nullptr) return false;
    const Node* const calls = message->find("tool_calls");
    return !text_at(*message, "content").empty() || !text_at(*message, "reasoning_content").empty() ||
           (calls != nullptr && calls->size() > 0);
}

/// The texts of the parts of one kind.
struct Split {
    std::string thinking, text;
};
void take_part(const Node& part, Split& split) {
    if (text_at(part, "type") != "thinking") {
        split.text += text_at(part, "text");
        return;
    }
    const Node* const thinking = part.find("thinking");
    if (thinking == nullptr) return;
    split.thinking += thinking->as_string().value_or("");
    if (thinking->type() != json::Type::Array) return;
    for (std::size_t i = 0; i < thinking->size(); ++i) split.thinking += text_at(*thinking->item(i), "text");
}

bool split_content(Node* message) {
    if (message == nullptr) return false;
    const Node* const content = message->find("content");
    if (content == nullptr || content->type() != json::Type::Array) return false;
    Split split;
    for (std::size_t i = 0; i < content->size(); ++i) take_part(*content->item(i), split);
    message->set("content", Node::of(split.text));
    if (!split.thinking.empty()) message->set("reasoning_content", Node::of(split.thinking));
    return true;
}

}    // namespace

std::optional<std::string> thinking_parts(std::string_view payload, const AnswerFacts&) {
    Node root = Node::parse(payload);
    bool any = false;
    each_choice(root, [&any](Node& choice) {
        for (const std::string_view holder : {"delta", "message"})
            any = split_content(choice.find(holder)) || any;
    });
    return any ? std::optional(root.str()) : std::nullopt;
}

std::optional<std::string> zhipu_finish(std::string_view payload, const AnswerFacts& facts) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kReasons = {
        {{"sensitive", "content_filter"},
         {"model_context_window_exceeded", "length"},
         {"network_error", "stop"}}};
    Node root = Node::parse(payload);
    bool any = false, failed = false;
    each_choice(root, [&](Node& choice) {
        const std::string reason = text_at(choice, "finish_reason");
        for (const auto& [theirs, ours] : kReasons) {
            if (reason != theirs) continue;
            // A stream without output fails by itself.
            failed = failed || (facts.payload == Payload::WholeBody && reason == "network_error" &&
                                !says_something(choice));
            choice.set("finish_reason", Node::of(ours));
            any = true;
        }
    });
    if (failed) return error_body("network_error", "upstream_error", "network_error");
    return any ? std::optional(root.str()) : std::nullopt;
}

std::optional<std::string> base_resp_error(std::string_view payload, const AnswerFacts&) {
    const Node root = Node::parse(payload);
    const Node* const told = root.find("base_resp");
    const Node* const code = told == nullptr ? nullptr : told->find("status_code");
    const std::int64_t number = code == nullptr ? 0 : code->as_int().value_or(0);
    if (number == 0) return std::nullopt;
    std::string message = text_at(*told, "status_msg");
    if (message.empty()) message = "minimax error " + std::to_string(number);
    return error_body(message, "minimax_error", std::to_string(number));
}

std::optional<std::string> minimax_chunk(std::string_view payload, const AnswerFacts& facts) {
    if (facts.payload == Payload::WholeBody) return std::nullopt;
    Node root = Node::parse(payload);
    const bool whole = text_at(root, "object") == "chat.completion";
    bool any = whole;
    each_choice(root, [&](Node& choice) {
        if (whole && choice.erase("message") && choice.find("delta") == nullptr)
            choice.set("delta", Node::object());
        Node* const delta = choice.find("delta");
        const Node* const role = delta == nullptr ? nullptr : delta->find("role");
        if (role != nullptr && role->as_string() == "") any = delta->erase("role") || any;
    });
    if (whole) root.set("object", Node::of("chat.completion.chunk"));
    return any ? std::optional(root.str()) : std::nullopt;
}

}    // namespace opusclaw::provider
