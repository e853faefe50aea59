// relay/model_rules.cpp: see the header. What the rules do not name stays as the client wrote it.
#include "relay/model_rules.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/error.h"
#include "base/json/edit.h"
#include "base/json/first_item.h"
#include "base/json/view.h"
#include "base/json/writer.h"
#include "base/text.h"
#include "dialect/openai_model.h"
#include "relay/body_edit.h"
#include "relay/request_form.h"

namespace opusclaw::relay {
namespace {

/// `max_tokens` becomes `max_completion_tokens`, unless that is given or there is nothing to move.
void move_token_limit(json::Splice& body, const Facts& facts) {
    const json::Found* const old_limit = facts.found(Member::MaxTokens);
    const auto old_value = given(facts, Member::MaxTokens);
    if (!old_limit || !old_value || old_value->as_int() == 0) return;
    const json::Found* const new_limit = facts.found(Member::MaxCompletionTokens);
    if (!new_limit) {
        body.replace(old_limit->key(), json::quoted("max_completion_tokens"));
        return;
    }
    const auto value = given(facts, Member::MaxCompletionTokens);
    if (value && value->as_int() != 0) return;
    body.replace(*new_limit, std::string(old_value->raw()));
    body.remove(*old_limit);
}

/// A system message at the beginning becomes a developer message. Only that message is looked at.
void rename_first_role(json::Splice& body, const Facts& facts) {
    const json::Found* const messages = facts.found(Member::Messages);
    if (!messages) return;
    const std::string_view text = facts.peeked.text;
    const auto first = json::first_item(text.substr(messages->value().begin, messages->value().size()));
    if (!first || !first->starts_with('{')) return;
    const auto role = json::view_of(*first).find("role");
    if (!role || role->as_string() != "system") return;
    const auto begin = static_cast<std::size_t>(role->raw().data() - text.data());
    body.replace(json::Range{.begin = begin, .end = begin + role->raw().size()}, R"("developer")");
}

void remove(json::Splice& body, const Facts& facts, std::initializer_list<Member> members) {
    for (const Member member : members) {
        remove_member(body, facts, member);
    }
}

void set_effort(json::Splice& body, const Facts& facts, std::string_view effort) {
    if (facts.form->effort == EffortMember::ReasoningEffort) {
        set_member(body, facts, Member::ReasoningEffort, json::quoted(effort));
        return;
    }
    const auto given_reasoning = given(facts, Member::Reasoning);
    const bool object = given_reasoning && given_reasoning->type() == json::Type::Object;
    json::Node reasoning = object ? json::Node::parse(given_reasoning->raw()) : json::Node::object();
    reasoning.set("effort", json::Node::of(effort));
    set_member(body, facts, Member::Reasoning, reasoning.str());
}

}    // namespace

void keep_compact_members(json::Splice& body, const Facts& facts, const Route&) {
    constexpr std::array<std::string_view, 4> kKept = {"model", "input", "instructions",
                                                       "previous_response_id"};
    const std::string_view text = facts.peeked.text;
    const auto is_between = [](char c) {
        return c == ',' || c == ' ' || c == '\n' || c == '\r' || c == '\t';
    };
    std::size_t at = facts.peeked.object.begin + 1;
    const json::Document document = json::Document::over(text);
    document.root().each_member([&](std::string_view name, const json::View& value) {
        while (is_between(text[at])) ++at;
        const auto begin = static_cast<std::size_t>(value.raw().data() - text.data());
        const json::Range member{at, begin + value.raw().size()};
        if (std::ranges::find(kKept, name) == kKept.end()) body.remove(member);
        at = member.end;
        return true;
    });
}

bool keeps_suffix(const settings::Settings& settings, std::string_view requested, std::string_view sent) {
    const auto& names = settings.thinking_model_blacklist;
    return std::ranges::any_of(names, [&](const std::string& name) {
        return name == text::trim(requested) || name == text::trim(sent);
    });
}

void apply_chat_rules(json::Splice& body, const Facts& facts, const Route& route) {
    const std::string_view model = route.model.name;
    const dialect::OpenaiFamily family = dialect::openai_family(model);
    if (family == dialect::OpenaiFamily::Other) return;
    move_token_limit(body, facts);
    if (dialect::has_developer_role(model)) rename_first_role(body, facts);
    if (family == dialect::OpenaiFamily::OSeries) remove(body, facts, {Member::Temperature});
    if (family == dialect::OpenaiFamily::Gpt5)
        remove(body, facts, {Member::Temperature, Member::TopP, Member::Logprobs});
}

void split_effort(Route& route, const Facts& facts, const settings::Settings& settings) {
    route.effort = {};
    if (facts.form->effort == EffortMember::None) return;
    const dialect::EffortName split = dialect::split_effort(route.model.name);
    if (split.effort.empty() || keeps_suffix(settings, facts.model, route.model.name)) return;
    route.model.name = split.name;
    route.effort = split.effort;
}

void apply_model_rules(json::Splice& body, const Facts& facts, const Route& route) {
    if (facts.form->model_rules != nullptr) facts.form->model_rules(body, facts, route);
    // OpenRouter's way of telling it is a rule of its own.
    const bool plain = route.provider->chat.reasoning != dialect::ReasoningForm::OpenRouter ||
                       facts.form->effort == EffortMember::ReasoningObject;
    if (!route.effort.empty() && plain && facts.form->effort != EffortMember::None)
        set_effort(body, facts, route.effort);
}

std::string effort_of(const Facts& facts, const Route& route) {
    if (!route.effort.empty()) return std::string(route.effort);
    if (route.name_rule != nullptr && !route.name_rule->effort.empty())
        return std::string(route.name_rule->effort);
    if (dialect::openai_family(route.model.name) == dialect::OpenaiFamily::Other) return {};
    try {
        std::optional<json::View> effort;
        if (facts.form->effort == EffortMember::ReasoningEffort)
            effort = given(facts, Member::ReasoningEffort);
        if (const auto reasoning = given(facts, Member::Reasoning);
            reasoning && facts.form->effort == EffortMember::ReasoningObject) {
            effort = reasoning->find("effort");
        }
        return effort ? effort->as_string().value_or("") : std::string();
    } catch (const Error&) {
        return {};    // of a body that the provider took though nobody can read it: no reason to lose the bill
    }
}

}    // namespace opusclaw::relay
