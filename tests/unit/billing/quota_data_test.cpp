// Tests of billing/quota_data.h: what is summed up, when it is in the database, and that a failure loses nothing.
#include "billing/quota_data.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/error.h"

namespace opusclaw::billing {
namespace {

Settlement settlement(std::int64_t created_at, std::int64_t quota) {
    store::LogRow row;
    row.user_id = 7;
    row.username = "ann";
    row.model_name = "m";
    row.created_at = created_at;
    row.quota = quota;
    row.prompt_tokens = 3;
    row.completion_tokens = 4;
    Settlement made;
    made.log = row;
    made.in_quota_data = true;
    return made;
}

class QuotaDataTest : public testing::Test {
protected:
    QuotaDataTest() { loops_.start(); }
    ~QuotaDataTest() override {
        loops_.stop();
        std::filesystem::remove_all(folder_);
    }
    static std::filesystem::path make_folder() {
        const auto folder = std::filesystem::temp_directory_path() /
                            ("quota-data-" + random_alphanumeric(12));
        std::filesystem::create_directories(folder);
        return folder;
    }
    std::vector<store::QuotaDataRow> rows() {
        std::vector<store::QuotaDataRow> found;
        database_.read_now([&found](store::Reader& db) {
            found = store::quota_data_of_user(db, 7, {.from = 0, .to = 100'000});
        });
        return found;
    }

    std::filesystem::path folder_ = make_folder();
    store::Database database_{{.dsn = {}, .sqlite_path = (folder_ / "one-api.db").string(), .readers = 1}};
    settings::SettingsStore settings_{database_};
    net::Loops loops_{1};
    QuotaData quota_data_{loops_[0], database_, settings_};
};

TEST_F(QuotaDataTest, SumsByHourWhatCounts) {
    store::migrate(database_);
    Settlement off = settlement(3601, 1000);
    off.in_quota_data = false;
    Settlement unlogged = settlement(3601, 1000);
    unlogged.log.reset();
    const std::vector<Settlement> group = {settlement(3600, 1), settlement(7199, 2), settlement(7200, 4), off,
                                           unlogged};
    quota_data_.add(group);
    EXPECT_TRUE(rows().empty()) << "in memory until it is merged";
    net::run_and_wait(loops_[0], quota_data_.merge());
    ASSERT_EQ(rows().size(), 2U);
    EXPECT_EQ(rows()[0].created_at, 3600);
    EXPECT_EQ(rows()[0].count, 2);
    EXPECT_EQ(rows()[0].quota, 3);
    EXPECT_EQ(rows()[0].token_used, 14);
    EXPECT_EQ(rows()[1].quota, 4);
    net::run_and_wait(loops_[0], quota_data_.merge());
    EXPECT_EQ(rows()[1].quota, 4) << "nothing is merged twice";
}

TEST_F(QuotaDataTest, KeepsWhatCouldNotBeStored) {
    const std::vector<Settlement> group = {settlement(3600, 5)};
    quota_data_.add(group);
    EXPECT_THROW(net::run_and_wait(loops_[0], quota_data_.merge()), Error) << "there are no tables yet";
    store::migrate(database_);
    quota_data_.add(group);
    net::run_and_wait(loops_[0], quota_data_.merge());
    ASSERT_EQ(rows().size(), 1U);
    EXPECT_EQ(rows()[0].quota, 10);
}

TEST_F(QuotaDataTest, MergesManyInSeveralTransactions) {
    store::migrate(database_);
    std::vector<Settlement> group;
    constexpr std::int64_t kHours = 1200;
    for (std::int64_t hour = 0; hour < kHours; ++hour) group.push_back(settlement(hour * 3600, 1));
    quota_data_.add(group);
    net::run_and_wait(loops_[0], quota_data_.merge());
    std::size_t found = 0;
    database_.read_now([&found](store::Reader& db) {
        found = store::quota_data_of_user(db, 7, {.from = 0, .to = kHours * 3600}).size();
    });
    EXPECT_EQ(found, std::size_t{kHours});
}

TEST_F(QuotaDataTest, MergesTheRestWhenItStops) {
    store::migrate(database_);
    quota_data_.start();
    const std::vector<Settlement> group = {settlement(3600, 5)};
    quota_data_.add(group);
    quota_data_.stop();
    EXPECT_EQ(rows().size(), 1U);
}

}    // namespace
}    // namespace opusclaw::billing
