// dialect/anthropic/thinking.cpp: suffixes first, then the client's effort, then its budget: the last one that speaks decides; what
// the provider would refuse is left out (spec 06 sections 11.3, 11.4).
#include "dialect/anthropic/thinking.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "dialect/conversation.h"
#include "dialect/envelope.h"

namespace opusclaw::dialect::anthropic {
namespace {

using chat::Effort;

constexpr std::array<std::string_view, 6> kAdaptiveOnly = {"claude-opus-4-7", "claude-opus-4-8",
                                                           "claude-opus-5",   "claude-sonnet-5",
                                                           "claude-fable-",   "claude-mythos-"};
/// They take an effort, and budgets too.
constexpr std::array<std::string_view, 2> kAdaptiveToo = {"claude-opus-4-6", "claude-sonnet-4-6"};
constexpr std::array kSuffixOrder = {Effort::Max,    Effort::XHigh, Effort::High,
                                     Effort::Medium, Effort::Low,   Effort::Minimal};
constexpr std::string_view kThinking = "-thinking";
constexpr std::int64_t kLeastBudget = 1024;
constexpr std::int64_t kLeastLimitWithThinking = 1280;

bool starts_with_any(std::string_view model, std::span<const std::string_view> prefixes) {
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [model](std::string_view prefix) { return model.starts_with(prefix); });
}

std::optional<Effort> effort_suffix(std::string_view model) {
    for (const Effort effort : kSuffixOrder) {
        if (model.ends_with("-" + std::string(chat::effort_name(effort)))) return effort;
    }
    return std::nullopt;
}

/// What the provider knows: low, medium, high, xhigh, max.
Effort known_effort(Effort effort) { return effort == Effort::Minimal ? Effort::Low : effort; }

void think_adaptively(ThinkingPlan& plan, Effort effort) {
    plan.kind = ThinkingKind::Adaptive;
    plan.effort = known_effort(effort);
    plan.summarized = is_adaptive_only(plan.model);
    plan.sampling = plan.summarized ? SamplingRule::Removed : SamplingRule::TemperatureOne;
}

void think_within(ThinkingPlan& plan, std::int64_t budget) {
    plan.kind = ThinkingKind::Enabled;
    plan.budget = budget;
    plan.effort.reset();
    plan.sampling = SamplingRule::TemperatureOne;
}

void think_not(ThinkingPlan& plan) {
    plan.kind = ThinkingKind::None;
    plan.effort.reset();
    plan.sampling = SamplingRule::Free;
}

std::int64_t share_of(std::int64_t tokens, double share) {
    return static_cast<std::int64_t>(std::floor(static_cast<double>(tokens) * share));
}

std::int64_t budget_of(Effort effort) {
    switch (effort) {
        case Effort::None: return 0;
        case Effort::Minimal: return 1024;
        case Effort::Low: return 1280;
        case Effort::Medium: return 2048;
        case Effort::High: return 4096;
        case Effort::XHigh: return 8192;
        case Effort::Max: break;
    }
    return 16384;
}

Effort effort_of(std::int64_t budget) {
    if (budget <= 2048) return Effort::Low;
    return budget <= 8192 ? Effort::Medium : Effort::High;
}

void follow_effort(ThinkingPlan& plan, Effort effort) {
    if (effort == Effort::None) return think_not(plan);
    if (is_adaptive_only(plan.model)) return think_adaptively(plan, effort);
    think_within(plan, budget_of(effort));
}

void follow_budget(ThinkingPlan& plan, std::int64_t budget, Dialect source) {
    constexpr double kDynamicShare = 0.8;
    if (budget == 0) return think_not(plan);
    if (budget < 0) budget = share_of(plan.max_tokens, kDynamicShare);
    if (is_adaptive_only(plan.model)) return think_adaptively(plan, effort_of(budget));
    think_within(plan, source == Dialect::Gemini ? std::max(budget, kLeastBudget) : budget);
}

bool has_readable_thinking(const Turn& turn, std::string_view model) {
    for (const chat::Message& message : turn.messages) {
        for (const chat::Part& part : message.parts) {
            const auto* const reasoning = std::get_if<chat::Reasoning>(&part);
            if (reasoning != nullptr && reasoning->opaque &&
                readable_by(*reasoning->opaque, Dialect::Anthropic, model))
                return true;
        }
    }
    return false;
}

/// The provider wants the thinking before a call back together with the call's result.
bool lacks_thinking_of_open_call(const chat::Request& request, std::string_view model) {
    const std::vector<Turn> turns = turns_of(request);
    if (turns.size() < 2 || turns.back().role != chat::Role::User) return false;
    const Turn& assistant = turns[turns.size() - 2];
    if (pair_calls(&assistant, &turns.back()).answers.empty()) return false;
    return !has_readable_thinking(assistant, model);
}

bool forces_a_tool(const chat::Request& request) {
    if (!request.tool_choice || request.tools.empty()) return false;
    const chat::ChoiceMode mode = request.tool_choice->mode;
    return mode == chat::ChoiceMode::Required || mode == chat::ChoiceMode::Named;
}

/// Section 11.4. An effort without thinking is allowed beside everything.
void keep_acceptable(ThinkingPlan& plan, const chat::Request& request) {
    const bool enabled = plan.kind == ThinkingKind::Enabled;
    if (enabled) plan.budget = std::min(plan.budget, plan.max_tokens - 1);
    const bool too_small = enabled && plan.budget < kLeastBudget;
    const bool refused = too_small || forces_a_tool(request) ||
                         (enabled && lacks_thinking_of_open_call(request, plan.model));
    if (plan.kind == ThinkingKind::None || !refused) return;
    const auto effort = plan.effort;
    think_not(plan);
    plan.effort = effort;
    plan.left_out = true;
}

}    // namespace

bool is_adaptive_only(std::string_view model) { return starts_with_any(model, kAdaptiveOnly); }

bool has_output_format(std::string_view model) {
    if (is_adaptive_only(model)) return true;
    for (const std::string_view family : {"claude-opus-", "claude-sonnet-", "claude-haiku-"}) {
        if (!model.starts_with(family)) continue;
        const std::string_view version = model.substr(family.size());
        // `4-5...`: a major version, and a minor one of one digit; what is longer is a date.
        if (version.empty() || version[0] < '4' || version[0] > '9') return false;
        if (version[0] > '4') return true;
        const bool minor = version.size() > 2 && version[1] == '-' &&
                           (version.size() == 3 || version[3] < '0' || version[3] > '9');
        return minor && version[2] >= '5' && version[2] <= '9';
    }
    return false;
}

ThinkingPlan plan_by_name(std::string_view model, std::int64_t max_tokens, const Profile& profile) {
    ThinkingPlan plan{.model = std::string(model), .max_tokens = max_tokens};
    const auto effort = effort_suffix(model);
    if (effort && (is_adaptive_only(model) || starts_with_any(model, kAdaptiveToo))) {
        plan.model.resize(model.size() - 1 - chat::effort_name(*effort).size());
        think_adaptively(plan, *effort);
        return plan;
    }
    if (!model.ends_with(kThinking) || !profile.anthropic.thinking_adapter) return plan;
    if (is_adaptive_only(model)) {
        think_adaptively(plan, Effort::High);
    } else {
        plan.max_tokens = std::max(max_tokens, kLeastLimitWithThinking);
        think_within(plan, share_of(plan.max_tokens, profile.anthropic.thinking_share));
    }
    if (!profile.keep_thinking_suffix) plan.model.resize(model.size() - kThinking.size());
    return plan;
}

ThinkingPlan plan_thinking(const chat::Request& request, const Target& target) {
    const std::int64_t limit = request.output_limit.value_or(target.profile.anthropic.default_max_tokens);
    ThinkingPlan plan = plan_by_name(target.model, limit, target.profile);
    const chat::ReasoningIntent& intent = request.reasoning;
    if (intent.effort) follow_effort(plan, *intent.effort);
    if (intent.budget) follow_budget(plan, *intent.budget, request.source);
    keep_acceptable(plan, request);
    return plan;
}

}    // namespace opusclaw::dialect::anthropic
