// provider/openrouter_rules.cpp: how a Chat request says to OpenRouter how much to think, and that usage is wanted (spec 06 section 24.3; 07
// section 6.1). Converted requests say it already.
#include "base/error.h"
#include "base/json/writer.h"
#include "provider/body_rules.h"

namespace opusclaw::provider {
namespace {

std::string text_at(const Members& members, std::string_view name) {
    const auto value = members.find(name);
    return value ? value->as_string().value_or("") : std::string();
}

std::string reasoning(std::string_view effort) {
    if (effort == "none") return R"({"enabled":false})";
    std::string json = R"({"enabled":true)";
    if (!effort.empty()) json += R"(,"effort":)" + json::quoted(effort);
    return json + "}";
}

/// Claude's form of it, to Claude's models.
void take_thinking(Members& members, std::string_view model) {
    const auto thinking = members.find("thinking");
    const auto type = thinking ? thinking->find("type") : std::nullopt;
    if (model.starts_with("anthropic") && type && type->as_string() == "enabled") {
        const auto budget = thinking->find("budget_tokens");
        if (!budget || !budget->as_int()) {
            throw Error(ErrorKind::InvalidRequest, "convert_request_failed",
                        Message::literal("BudgetTokens is nil when thinking is enabled"));
        }
        members.set("reasoning",
                    R"({"enabled":true,"max_tokens":)" + std::to_string(*budget->as_int()) + "}");
    }
    members.remove("thinking");
}

}    // namespace

void apply_openrouter_rules(Members& members, const BodyFacts& facts) {
    if (!members.has("usage")) members.set("usage", R"({"include":true})");
    const std::string own = text_at(members, "reasoning_effort");
    const std::string_view effort = facts.effort.empty() ? std::string_view(own) : facts.effort;
    if (!members.find("reasoning") && (facts.asked_to_think || !effort.empty()))
        members.set("reasoning", reasoning(facts.asked_to_think && effort == "none" ? "" : effort));
    members.remove("reasoning_effort");
    take_thinking(members, facts.model);
}

}    // namespace opusclaw::provider
