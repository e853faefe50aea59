// Tests of billing/quota_data.h: what a group of settlements adds up to, by user, name, model and hour. That it is stored with its
// group is shown in journal_replay_test.cpp.
#include "billing/quota_data.h"

#include <gtest/gtest.h>

namespace opusclaw::billing {
namespace {

Settlement settlement(std::int64_t user, std::int64_t created_at, std::int64_t quota) {
    Settlement made;
    made.log = store::LogRow{.user_id = user,
                             .created_at = created_at,
                             .username = "ann",
                             .model_name = "m",
                             .quota = quota,
                             .prompt_tokens = 3,
                             .completion_tokens = 4};
    made.in_quota_data = true;
    return made;
}

TEST(QuotaDataSums, AreByHour) {
    const Settlement group[] = {settlement(7, 3600, 1), settlement(7, 7199, 2), settlement(7, 7200, 4)};
    const auto rows = quota_data_of(group);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].user_id, 7);
    EXPECT_EQ(rows[0].username, "ann");
    EXPECT_EQ(rows[0].model_name, "m");
    EXPECT_EQ(rows[0].created_at, 3600);
    EXPECT_EQ(rows[0].count, 2);
    EXPECT_EQ(rows[0].quota, 3);
    EXPECT_EQ(rows[0].token_used, 14);
    EXPECT_EQ(rows[1].created_at, 7200);
    EXPECT_EQ(rows[1].quota, 4);
}

TEST(QuotaDataSums, AreByUserNameAndModelInTheOrderOfUsers) {
    Settlement renamed = settlement(7, 3600, 1), other_model = settlement(7, 3600, 1);
    renamed.log->username = "anna";
    other_model.log->model_name = "n";
    const Settlement group[] = {settlement(12, 3600, 1), other_model, renamed, settlement(7, 3600, 1)};
    const auto rows = quota_data_of(group);
    ASSERT_EQ(rows.size(), 4U);
    for (const std::size_t own : {0U, 1U, 2U}) EXPECT_EQ(rows[own].user_id, 7);
    EXPECT_EQ(rows[3].user_id, 12);
}

TEST(QuotaDataSums, LeaveOutWhatDoesNotCount) {
    Settlement off = settlement(7, 3600, 1000), unlogged = settlement(7, 3600, 1000);
    off.in_quota_data = false;
    unlogged.log.reset();
    const Settlement group[] = {off, unlogged};
    EXPECT_TRUE(quota_data_of(group).empty());
}

}    // namespace
}    // namespace opusclaw::billing
