// relay/system_prompt.cpp: finds the first system or developer message, and the bytes where the prompt belongs. Members of
// their own: system_prompt_member.cpp.
#include "relay/system_prompt.h"

#include <optional>
#include <string>

#include "base/json/view.h"
#include "base/json/writer.h"
#include "dialect/openai_model.h"

namespace opusclaw::relay {
namespace {

std::string_view role_for(std::string_view model) {
    return dialect::has_developer_role(model) ? "developer" : "system";
}

/// Edits by where bytes of the body stand.
class Inserting {
public:
    Inserting(json::Splice& body, const Facts& facts) : body_(body), text_(facts.peeked.text) {}
    /// Behind the first byte of a value: its bracket or quotation mark.
    void behind_first(std::string_view value, std::string json) { put(value.substr(1, 0), std::move(json)); }
    void instead_of(std::string_view value, std::string json) { put(value, std::move(json)); }

private:
    void put(std::string_view place, std::string json) {
        const auto begin = static_cast<std::size_t>(place.data() - text_.data());
        body_.replace(json::Range{begin, begin + place.size()}, std::move(json));
    }
    json::Splice& body_;
    std::string_view text_;
};

bool is_system(const json::View& message) {
    const auto role = message.find("role");
    const auto name = role ? role->as_string() : std::nullopt;
    return name == "system" || name == "developer";
}

void put_before(Inserting& inserting, const json::View& message, const std::string& prompt) {
    const auto content = message.find("content");
    if (!content) {
        inserting.behind_first(message.raw(), R"("content":)" + json::quoted(prompt) + ",");
    } else if (content->type() == json::Type::String) {
        const std::string text = json::quoted(prompt + "\n");
        inserting.behind_first(content->raw(), text.substr(1, text.size() - 2));
    } else if (content->type() == json::Type::Array) {
        inserting.behind_first(content->raw(), R"({"type":"text","text":)" + json::quoted(prompt) +
                                                   (content->empty() ? "}" : "},"));
    } else {
        inserting.instead_of(content->raw(), json::quoted(prompt));
    }
}

}    // namespace

PromptEdit add_system_prompt(json::Splice& body, const Facts& facts, const catalog::Channel& channel,
                             std::string_view model) {
    const auto messages = facts.value(Member::Messages);
    if (channel.system_prompt.empty() || !messages || messages->type() != json::Type::Array)
        return PromptEdit::None;
    std::optional<json::View> present;
    messages->each_item([&present](const json::View& message) {
        if (is_system(message)) present = message;
        return !present;
    });
    Inserting inserting(body, facts);
    if (!present) {
        inserting.behind_first(messages->raw(), R"({"role":")" + std::string(role_for(model)) +
                                                    R"(","content":)" + json::quoted(channel.system_prompt) +
                                                    (messages->empty() ? "}" : "},"));
        return PromptEdit::Added;
    }
    if (!channel.system_prompt_override) return PromptEdit::None;
    put_before(inserting, *present, channel.system_prompt);
    return PromptEdit::Overwritten;
}

}    // namespace opusclaw::relay
