// Tests of dialect/usage.h and dialect/model_name.h: the sanity of token counts (spec 05 section 9.2) and the names that share
// a key (spec 04 section 7.3).
#include "dialect/usage.h"

#include <gtest/gtest.h>

#include "dialect/model_name.h"

namespace opusclaw::dialect {
namespace {

TEST(Usage, SaneNumbersStay) {
    Usage usage{.prompt = 100,
                .completion = 5,
                .cached_read = 60,
                .cache_write = 10,
                .image_input = 20,
                .audio_input = 10};
    const Usage before = usage;
    usage.clamp();
    EXPECT_EQ(usage, before);
}

TEST(Usage, PartsBeyondThePromptAreReducedAudioFirst) {
    Usage usage{.prompt = 100, .cached_read = 60, .cache_write = 30, .image_input = 20, .audio_input = 10};
    usage.clamp();
    EXPECT_TRUE(usage.clamped);
    EXPECT_EQ(usage.cached_read, 60);
    EXPECT_EQ(usage.cache_write, 30);
    EXPECT_EQ(usage.image_input, 10);
    EXPECT_EQ(usage.audio_input, 0);
}

TEST(Usage, UnderAnthropicSemanticsCachesStandBesideThePrompt) {
    Usage usage{.prompt = 1, .cached_read = 5000, .cache_write = 300, .semantics = UsageSemantics::Anthropic};
    usage.clamp();
    EXPECT_FALSE(usage.clamped);
}

TEST(ModelName, FamiliesShareAKey) {
    EXPECT_EQ(normalise_model("gemini-2.5-flash-lite-thinking-512"), "gemini-2.5-flash-lite-thinking-*");
    EXPECT_EQ(normalise_model("gemini-2.5-flash-preview-thinking-1"), "gemini-2.5-flash-thinking-*");
    EXPECT_EQ(normalise_model("gemini-2.5-pro-thinking-128"), "gemini-2.5-pro-thinking-*");
    EXPECT_EQ(normalise_model("gpt-4-gizmo-g-abc"), "gpt-4-gizmo-*");
    EXPECT_EQ(normalise_model("gpt-4o-gizmo-g-abc"), "gpt-4o-gizmo-*");
    EXPECT_EQ(normalise_model("gpt-4o"), "gpt-4o");
}

}    // namespace
}    // namespace opusclaw::dialect
