// Tests of catalog/channel_types.h: facts of the table that are looked up by number or by model (spec 03 sections 2.6, 11, 12.1).
#include "catalog/channel_types.h"

#include <gtest/gtest.h>

#include <set>

namespace opusclaw::catalog {
namespace {

TEST(ChannelTypes, HaveAssignedNumbersOnly) {
    for (const int unassigned : {0, 28, 32, 999, -1}) EXPECT_EQ(channel_type(unassigned), nullptr);
    int last = 0;
    for (const ChannelTypeFacts* facts : channel_types()) {
        EXPECT_GT(facts->number, last);
        last = facts->number;
    }
    EXPECT_EQ(last, 57);
    EXPECT_TRUE(channel_type(1)->own_adapter);
    EXPECT_FALSE(channel_type(3)->own_adapter);
    EXPECT_FALSE(channel_type(21)->own_adapter);
    EXPECT_FALSE(channel_type(50)->task_models.empty());
    for (const auto& [number, kind] : {std::pair{1, 0}, {3, 0}, {14, 1}, {21, 7}, {57, 34}})
        EXPECT_EQ(channel_type(number)->kind, kind) << number;
}

TEST(ChannelTypes, ListBuiltInModelsOnceWithTheirFirstOwner) {
    std::set<std::string_view> names;
    for (const BuiltInModel& model : built_in_models()) {
        EXPECT_TRUE(names.insert(model.name).second) << model.name;
        EXPECT_FALSE(model.owner.empty()) << model.name;
    }
    EXPECT_EQ(built_in_models().front().owner, "openai");
    EXPECT_EQ(model_owner("mj_imagine"), "midjourney");
    EXPECT_EQ(model_owner("nobody's"), "custom");
}

TEST(ChannelTypes, KnowTheNamesThatStandForTwoBases) {
    ASSERT_NE(special_base("kimi-coding-plan"), nullptr);
    EXPECT_EQ(special_base("kimi-coding-plan")->openai, "https://api.kimi.com/coding/v1");
    EXPECT_EQ(special_base("https://api.kimi.com"), nullptr);
}

}    // namespace
}    // namespace opusclaw::catalog
