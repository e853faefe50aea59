// Tests of dialect/anthropic/thinking.h beyond the converted requests of requests_thinking.json (spec 06 sections 11.2, 12).
#include "dialect/anthropic/thinking.h"

#include <gtest/gtest.h>

namespace opusclaw::dialect::anthropic {
namespace {

TEST(OutputFormat, IsKnownFromFourFive) {
    for (const std::string_view model : {"claude-sonnet-4-5", "claude-opus-4-5-20251101", "claude-haiku-4-5",
                                         "claude-opus-4-6", "claude-opus-5", "claude-sonnet-5-20270101",
                                         "claude-haiku-6", "claude-fable-1", "claude-mythos-preview"}) {
        EXPECT_TRUE(has_output_format(model)) << model;
    }
    for (const std::string_view model : {"claude-sonnet-4", "claude-sonnet-4-20250514", "claude-opus-4-1",
                                         "claude-3-5-sonnet-20241022", "claude-opus-", "gpt-5", ""}) {
        EXPECT_FALSE(has_output_format(model)) << model;
    }
}

TEST(ThinkingByName, LowersWhatTheProviderDoesNotKnow) {
    const Profile profile;
    const ThinkingPlan plan = plan_by_name("claude-opus-4-7-minimal", 100, profile);
    EXPECT_EQ(plan.model, "claude-opus-4-7");
    EXPECT_EQ(plan.effort, chat::Effort::Low);
    EXPECT_EQ(plan.sampling, SamplingRule::Removed);
    EXPECT_EQ(plan.max_tokens, 100);
}

TEST(ThinkingByRequest, AGeminiBudgetIsBoundedOrDynamic) {
    const Profile profile;
    const FetchedFiles files;
    const auto budget_for = [&](std::int64_t budget) {
        chat::Request request;
        request.source = Dialect::Gemini;
        request.output_limit = 10000;
        request.reasoning.budget = budget;
        return plan_thinking(request, {"claude-3-7-sonnet", profile, files});
    };
    EXPECT_EQ(budget_for(0).kind, ThinkingKind::None);
    EXPECT_EQ(budget_for(-1).budget, 8000);
    EXPECT_EQ(budget_for(5).budget, 1024);
    EXPECT_EQ(budget_for(4000).budget, 4000);
}

}    // namespace
}    // namespace opusclaw::dialect::anthropic
