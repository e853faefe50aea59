// dialect/openai_effort.cpp: efforts first, then budgets in tokens (spec 06 section 11.2); each vendor counts these on a scale of its
// own.
#include "dialect/openai_effort.h"

namespace opusclaw::dialect {
namespace {

using chat::Effort;

Effort effort_of_budget(std::int64_t budget, Dialect source) {
    const bool anthropic = source == Dialect::Anthropic;
    if (budget <= (anthropic ? 1280 : 1024)) return Effort::Low;
    return budget <= (anthropic ? 2048 : 8192) ? Effort::Medium : Effort::High;
}

}    // namespace

std::optional<Effort> effort_for_openai(const chat::Request& request) {
    const chat::ReasoningIntent& intent = request.reasoning;
    if (intent.thinking == chat::Thinking::Disabled) return std::nullopt;
    const bool openai = request.source == Dialect::OpenaiChat || request.source == Dialect::OpenaiResponses;
    if (intent.effort == Effort::None && !openai) return std::nullopt;
    if (intent.effort == Effort::Max) return Effort::XHigh;
    if (intent.effort) return intent.effort;
    if (intent.budget.value_or(0) <= 0) return std::nullopt;
    return effort_of_budget(*intent.budget, request.source);
}

}    // namespace opusclaw::dialect
