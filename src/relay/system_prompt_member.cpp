// relay/system_prompt_member.cpp: the prompt where system texts are a member of their own: `system` of Messages, `instructions` of
// Responses. The first message of a Chat: system_prompt.cpp.
#include <optional>
#include <string>

#include "base/json/view.h"
#include "base/json/writer.h"
#include "base/text.h"
#include "relay/system_prompt.h"

namespace opusclaw::relay {
namespace {

/// `<prompt>\n<text without blanks around it>`
std::string before(const std::string& prompt, std::string_view text) {
    const std::string_view own = text::trim(text);
    return own.empty() ? prompt : (prompt + "\n").append(own);
}

struct Place {
    Member member;
    std::string_view name;
};

void put(json::Splice& body, const Facts& facts, const Place& place, std::string json) {
    if (const json::Found* const found = facts.found(place.member)) {
        body.replace(*found, std::move(json));
    } else {
        body.add(place.name, json);
    }
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
    constexpr Place kPlace{Member::System, "system"};
    const std::string& prompt = channel.system_prompt;
    if (prompt.empty()) return PromptEdit::None;
    const auto own = given(facts, kPlace.member);
    if (says_nothing(own)) {
        put(body, facts, kPlace, json::quoted(prompt));
        return PromptEdit::Added;
    }
    if (!channel.system_prompt_override) return PromptEdit::None;
    if (own->type() == json::Type::Array) {
        std::string blocks(own->raw());
        blocks.insert(1, R"({"type":"text","text":)" + json::quoted(prompt) + "},");
        put(body, facts, kPlace, std::move(blocks));
    } else {
        put(body, facts, kPlace, json::quoted(before(prompt, own->as_string().value_or(""))));
    }
    return PromptEdit::Overwritten;
}

PromptEdit add_instructions(json::Splice& body, const Facts& facts, const catalog::Channel& channel,
                            std::string_view) {
    constexpr Place kPlace{Member::Instructions, "instructions"};
    const std::string& prompt = channel.system_prompt;
    if (prompt.empty()) return PromptEdit::None;
    const auto own = given(facts, kPlace.member);
    if (says_nothing(own)) {
        put(body, facts, kPlace, json::quoted(prompt));
        return PromptEdit::Added;
    }
    if (!channel.system_prompt_override) return PromptEdit::None;
    put(body, facts, kPlace, json::quoted(before(prompt, own->as_string().value_or(""))));
    return PromptEdit::Overwritten;
}

}    // namespace opusclaw::relay
