// relay/system_instruction.cpp: the channel's prompt in `systemInstruction` of a Gemini request (spec 06 section 4.4), in whichever
// spelling the client has it.
#include <optional>
#include <string>

#include "base/json/edit.h"
#include "base/json/view.h"
#include "base/json/writer.h"
#include "relay/system_prompt.h"

namespace opusclaw::relay {
namespace {

std::string text_of(const json::Node& part) {
    const json::Node* const text = part.find("text");
    return text == nullptr ? std::string() : text->as_string().value_or("");
}

/// The first part that says something; nullptr: none does.
json::Node* first_text(json::Node& instruction) {
    json::Node* const parts = instruction.find("parts");
    if (parts == nullptr) return nullptr;
    if (parts->type() == json::Type::Object) return text_of(*parts).empty() ? nullptr : parts;
    for (std::size_t i = 0; i < parts->size(); ++i) {
        json::Node* const part = parts->item(i);
        if (part != nullptr && !text_of(*part).empty()) return part;
    }
    return nullptr;
}

std::string instruction_of(const std::string& prompt) {
    return R"({"parts":[{"text":)" + json::quoted(prompt) + "}]}";
}

}    // namespace

PromptEdit add_system_instruction(json::Splice& body, const Facts& facts, const catalog::Channel& channel,
                                  std::string_view) {
    const std::string& prompt = channel.system_prompt;
    const auto place = gemini_place(facts, GeminiMember::SystemInstruction);
    const auto value = place ? facts.value(*place) : std::nullopt;
    if (!value) {
        if (prompt.empty()) return PromptEdit::None;
        body.add("systemInstruction", instruction_of(prompt));
        return PromptEdit::Added;
    }
    if (value->type() != json::Type::Object && !value->is_null()) return PromptEdit::None;    // refused there
    const json::Found& found = *facts.found(*place);
    json::Node instruction = json::Node::parse(value->raw());
    json::Node* const own = first_text(instruction);
    if (own == nullptr) {
        if (prompt.empty()) {
            body.remove(found);
            return PromptEdit::None;
        }
        body.replace(found, instruction_of(prompt));
        return PromptEdit::Added;
    }
    if (prompt.empty() || !channel.system_prompt_override) return PromptEdit::None;
    own->set("text", json::Node::of(prompt + "\n" + text_of(*own)));
    body.replace(found, instruction.str());
    return PromptEdit::Overwritten;
}

}    // namespace opusclaw::relay
