// dialect/gemini/thinking.cpp: `extra_body` decides before a suffix, a suffix before the client's effort or budget (spec 06 section
// 11.3); the tables of sections 11.2 and 22.2.
#include "dialect/gemini/thinking.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"

namespace opusclaw::dialect::gemini {
namespace {

using chat::Effort;

constexpr std::string_view kThinking = "-thinking";
constexpr std::string_view kNoThinking = "-nothinking";
constexpr std::string_view kThinkingWithin = "-thinking-";
constexpr std::array kSuffixOrder = {Effort::Max,    Effort::XHigh, Effort::High,
                                     Effort::Medium, Effort::Low,   Effort::Minimal};
constexpr std::int64_t kLeastOfPro = 128;

bool is_early_pro(std::string_view model) {
    return model.starts_with("gemini-2.5-pro-preview-05-06") ||
           model.starts_with("gemini-2.5-pro-preview-03-25");
}
bool is_new_pro(std::string_view model) {
    return model.starts_with("gemini-2.5-pro") && !is_early_pro(model);
}
bool is_second_generation(std::string_view model) { return model.starts_with("gemini-2.5"); }

struct Bounds {
    std::int64_t least, most;
};
Bounds bounds_of(std::string_view model) {
    if (model.starts_with("gemini-2.5-flash-lite")) return {512, 24576};
    if (is_new_pro(model)) return {kLeastOfPro, 32768};
    return {0, 24576};
}

std::optional<Effort> effort_suffix(std::string_view model) {
    for (const Effort effort : kSuffixOrder) {
        if (model.ends_with("-" + std::string(chat::effort_name(effort)))) return effort;
    }
    return std::nullopt;
}

/// A share of the model's most, for a client that names an effort or nothing.
std::int64_t budget_share(std::optional<Effort> effort, std::string_view model) {
    const std::int64_t most = bounds_of(model).most;
    switch (effort.value_or(Effort::Max)) {
        case Effort::High: return most * 80 / 100;
        case Effort::Medium: return most * 50 / 100;
        case Effort::Low: return most * 20 / 100;
        case Effort::Minimal: return most * 5 / 100;
        default: return most;
    }
}

/// `-thinking` at the end: no number, so the output limit or the effort tells how much.
void think_by_suffix(ThinkingPlan& plan, const chat::Request& request, const Target& target,
                     std::string_view base) {
    plan.include_thoughts = true;
    if (is_early_pro(base)) return;
    if (request.output_limit) {
        const double share = static_cast<double>(*request.output_limit) *
                             target.profile.gemini.thinking_share;
        plan.budget = clamp_budget(static_cast<std::int64_t>(std::floor(share)), base);
    } else if (request.source != Dialect::Gemini) {
        plan.budget = clamp_budget(budget_share(request.reasoning.effort, base), base);
    }
}

/// Without thoughts; a model that must think thinks as little as it can.
void think_not(ThinkingPlan& plan) {
    if (!is_second_generation(plan.model)) return;
    plan.budget = is_new_pro(plan.model) ? kLeastOfPro : 0;
}

std::int64_t budget_of(Effort effort) {
    if (effort == Effort::Minimal || effort == Effort::Low) return 1024;
    return effort == Effort::Medium ? 8192 : 24576;
}

std::string_view level_of(Effort effort, std::string_view model) {
    switch (effort) {
        case Effort::None:
        case Effort::Minimal: return model.find("flash") != std::string_view::npos ? "minimal" : "low";
        case Effort::Low: return "low";
        case Effort::Medium: return "medium";
        default: return "high";
    }
}

std::string_view level_of_budget(std::int64_t budget) {
    if (budget <= 2048) return "low";
    return budget <= 8192 ? "medium" : "high";
}

void follow_second_generation(ThinkingPlan& plan, const chat::ReasoningIntent& intent) {
    if (intent.thinking == chat::Thinking::Disabled || intent.effort == Effort::None) return think_not(plan);
    if (intent.budget) {
        plan.budget = *intent.budget < 0 ? *intent.budget : clamp_budget(*intent.budget, plan.model);
    } else if (intent.effort) {
        plan.budget = clamp_budget(budget_of(*intent.effort), plan.model);
    } else {
        plan.budget = -1;    // as the model likes
    }
    plan.include_thoughts = plan.budget != 0;
}

void follow_third_generation(ThinkingPlan& plan, const chat::ReasoningIntent& intent) {
    if (intent.thinking == chat::Thinking::Disabled) return;
    plan.include_thoughts = true;
    if (intent.budget && *intent.budget >= 0) {
        plan.level = level_of_budget(*intent.budget);
    } else if (intent.effort) {
        plan.level = level_of(*intent.effort, plan.model);
    }
}

void follow_intent(ThinkingPlan& plan, const chat::Request& request) {
    const chat::ReasoningIntent& intent = request.reasoning;
    const bool said = intent.effort || intent.budget || intent.thinking != chat::Thinking::Unsaid;
    if (said && is_second_generation(plan.model)) {
        follow_second_generation(plan, intent);
    } else if (said && is_third_generation(plan.model)) {
        follow_third_generation(plan, intent);
    } else {
        plan.unheard = said && intent.thinking != chat::Thinking::Disabled;
    }
    if (request.gemini.include_thoughts) plan.include_thoughts = request.gemini.include_thoughts;
}

void follow_extra(ThinkingPlan& plan, const ExtraBody& extra) {
    plan.budget = extra.budget;
    if (extra.budget) plan.include_thoughts = *extra.budget > 0;
    if (extra.include_thoughts) plan.include_thoughts = extra.include_thoughts;
    plan.level = extra.level;
}

}    // namespace

std::int64_t clamp_budget(std::int64_t budget, std::string_view model) {
    const Bounds bounds = bounds_of(model);
    return std::clamp(budget, bounds.least, bounds.most);
}

bool is_third_generation(std::string_view model) {
    constexpr std::string_view kFamily = "gemini-";
    if (!model.starts_with(kFamily)) return false;
    const std::string_view version = model.substr(kFamily.size());
    const std::size_t digits = version.find_first_not_of("0123456789");
    const auto number = text::parse_int(version.substr(0, digits));
    return number && *number >= 3;
}

NamePlan plan_by_name(const chat::Request& request, const Target& target) {
    NamePlan out{.plan = {.model = std::string(target.model)}};
    const std::string_view name = target.model;
    if (!target.profile.gemini.thinking_adapter) return out;
    ThinkingPlan& plan = out.plan;
    std::string_view base = name;
    if (const std::size_t within = name.find(kThinkingWithin); within != std::string_view::npos) {
        base = name.substr(0, within);
        const auto budget = text::parse_int(name.substr(within + kThinkingWithin.size()));
        if (budget) {
            plan.budget = clamp_budget(*budget, base);
            plan.include_thoughts = true;
        }
    } else if (name.ends_with(kNoThinking)) {
        base.remove_suffix(kNoThinking.size());
        if (!is_new_pro(base)) plan.budget = 0;
    } else if (name.ends_with(kThinking)) {
        base.remove_suffix(kThinking.size());
        think_by_suffix(plan, request, target, base);
    } else if (const auto effort = effort_suffix(name)) {
        plan.level = chat::effort_name(*effort);
        base.remove_suffix(plan.level.size() + 1);
        plan.include_thoughts = true;
    } else {
        return out;
    }
    out.speaks = true;
    if (!target.profile.keep_thinking_suffix) plan.model = base;
    return out;
}

ThinkingPlan plan_thinking(const chat::Request& request, const ExtraBody& extra, const Target& target) {
    NamePlan named = plan_by_name(request, target);
    const bool silent = target.model.ends_with(kNoThinking);
    if (extra.thinking && !silent) {
        ThinkingPlan plan{.model = std::move(named.plan.model)};
        follow_extra(plan, extra);
        return plan;
    }
    if (!named.speaks) follow_intent(named.plan, request);
    return std::move(named.plan);
}

}    // namespace opusclaw::dialect::gemini
