// relay/system_prompt_member.cpp: the prompt where system texts are a member of their own: `system` of Messages, `instructions` of
// Responses. The first message of a Chat: system_prompt.cpp.
#include <optional>
#include <string>

#include "base/json/view.h"
#include "base/json/writer.h"
#include "base/text.h"
#include "relay/body_edit.h"
#include "relay/system_prompt.h"

namespace opusclaw::relay {
namespace {

/// `<prompt>\n<text without blanks around it>`
std::string before(const std::string& prompt, std::string_view text) {
    const std::string_view own = text::trim(text);
    return own.empty() ? prompt : (prompt + "\n").append(own);
}

bool says_nothing(const std::optional<json::View>& own) {
    if (!own) return true;
    if (own->type() == json::Type::Array) return own->empty();
    const auto text = own->as_string();
    return text && text::trim(*text).empty();
}

}    // namespace

PromptEdit add_system_member(json::Splice& body, const Facts& facts, const catalog::Channel& channel,
                             std::string_view) {
    constexpr Member kPlace = Member::System;
    const std::string& prompt = channel.system_prompt;
    if (prompt.empty()) return PromptEdit::None;
    const auto own = given(facts, kPlace);
    if (says_nothing(own)) {
        set_member(body, facts, kPlace, json::quoted(prompt));
        return PromptEdit::Added;
    }
    if (!channel.system_prompt_override) return PromptEdit::None;
    if (own->type() == json::Type::Array) {
        std::string blocks(own->raw());
        blocks.insert(1, R"({"type":"text","text":)" + json::quoted(prompt) + "},");
        set_member(body, facts, kPlace, std::move(blocks));
    } else {
        set_member(body, facts, kPlace, json::quoted(before(prompt, own->as_string().value_or(""))));
    }
    return PromptEdit::Overwritten;
}

PromptEdit add_instructions(json::Splice& body, const Facts& facts, const catalog::Channel& channel,
                            std::string_view) {
    constexpr Member kPlace = Member::Instructions;
    const std::string& prompt = channel.system_prompt;
    if (prompt.empty()) return PromptEdit::None;
    const auto own = given(facts, kPlace);
    if (says_nothing(own)) {
        set_member(body, facts, kPlace, json::quoted(prompt));
        return PromptEdit::Added;
    }
    if (!channel.system_prompt_override) return PromptEdit::None;
    set_member(body, facts, kPlace, json::quoted(before(prompt, own->as_string().value_or(""))));
    return PromptEdit::Overwritten;
}

}    // namespace opusclaw::relay
