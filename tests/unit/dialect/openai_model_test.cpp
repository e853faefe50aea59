// Tests of dialect/openai_model.h (spec 06 sections 6.1, 22.3).
#include "dialect/openai_model.h"

#include <gtest/gtest.h>

namespace opusclaw::dialect {
namespace {

TEST(OpenaiModel, FamiliesGoByTheBeginningOfTheName) {
    for (const char* name : {"o1", "o3-mini", "o4-mini-deep-research", "o9"})
        EXPECT_EQ(openai_family(name), OpenaiFamily::OSeries) << name;
    for (const char* name : {"gpt-5", "gpt-5-mini", "gpt-5.1"})
        EXPECT_EQ(openai_family(name), OpenaiFamily::Gpt5) << name;
    for (const char* name :
         {"", "o", "o0", "olmo-2", "openchat-3.5", "open-mistral-7b", "gpt-4o", "openai/o1"})
        EXPECT_EQ(openai_family(name), OpenaiFamily::Other) << name;
}

TEST(OpenaiModel, TheFirstOfTheSeriesHaveNoDeveloperRole) {
    for (const char* name : {"o1", "o3", "gpt-5"}) EXPECT_TRUE(has_developer_role(name)) << name;
    for (const char* name : {"o1-mini", "o1-preview-2024-09-12", "gpt-4o"})
        EXPECT_FALSE(has_developer_role(name)) << name;
}

TEST(OpenaiModel, AnEffortIsASuffixOfTheseFamiliesOnly) {
    const auto split = [](std::string_view model) {
        const EffortName parts = split_effort(model);
        return std::pair(parts.name, parts.effort);
    };
    using Parts = std::pair<std::string_view, std::string_view>;
    EXPECT_EQ(split("o3-mini-high"), Parts("o3-mini", "high"));
    EXPECT_EQ(split("gpt-5-minimal"), Parts("gpt-5", "minimal"));
    EXPECT_EQ(split("gpt-5.1-none"), Parts("gpt-5.1", "none"));
    EXPECT_EQ(split("gpt-5.1-xhigh"), Parts("gpt-5.1", "xhigh"));
    EXPECT_EQ(split("gpt-5-low"), Parts("gpt-5", "low"));
    EXPECT_EQ(split("gpt-5-medium"), Parts("gpt-5", "medium"));
    EXPECT_EQ(split("gpt-5"), Parts("gpt-5", ""));
    EXPECT_EQ(split("grok-3-mini-high"), Parts("grok-3-mini-high", ""));
}

}    // namespace
}    // namespace opusclaw::dialect
