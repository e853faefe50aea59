// Tests of api/option_migration.h: what becomes of each old key (spec 02 section 22.4).
#include "api/option_migration.h"

#include <gtest/gtest.h>

namespace opusclaw::api {
namespace {

using Texts = std::map<std::string, std::string>;

TEST(OptionMigration, MovesNothingWhereNothingIs) {
    const OptionMigration migration = migrate_console_settings({{"SystemName", "x"}});
    EXPECT_TRUE(migration.stored.empty());
    EXPECT_TRUE(migration.removed.empty());
}

TEST(OptionMigration, KeepsTheFirstFiftyItems) {
    std::string items = "[0";
    for (int i = 1; i < 60; ++i) items += "," + std::to_string(i);
    const OptionMigration migration = migrate_console_settings({{"ApiInfo", items + "]"}});
    const std::string& kept = migration.stored.at("console_setting.api_info");
    EXPECT_TRUE(kept.ends_with(",49]")) << kept;
    EXPECT_EQ(migration.removed, std::vector<std::string_view>{"ApiInfo"});
}

TEST(OptionMigration, DropsWhatIsNoList) {
    const OptionMigration migration = migrate_console_settings(
        {{"ApiInfo", "{"}, {"Announcements", "[1,"}, {"FAQ", "{}"}, {"UptimeKumaUrl", "https://x"}});
    EXPECT_TRUE(migration.stored.empty());
    EXPECT_EQ(migration.removed.size(), 4U);
}

TEST(OptionMigration, ReadsQuestionsUnderBothNames) {
    const OptionMigration migration = migrate_console_settings(
        {{"FAQ",
          R"([{"question":"q","title":"t","answer":"a"},{"title":"t","content":"c"},{"question":""},7])"}});
    EXPECT_EQ(migration.stored.at("console_setting.faq"),
              R"([{"question":"q","answer":"a"},{"question":"t","answer":"c"}])");
}

TEST(OptionMigration, KeepsAnnouncementsVerbatimAndMakesAGroupOfTheUptimePage) {
    const OptionMigration migration = migrate_console_settings({{"Announcements", R"([ {"content": "x"} ])"},
                                                                {"UptimeKumaUrl", "https://up"},
                                                                {"UptimeKumaSlug", "s\"x"}});
    EXPECT_EQ(
        migration.stored,
        (Texts{{"console_setting.announcements", R"([ {"content": "x"} ])"},
               {"console_setting.uptime_kuma_groups",
                R"([{"id":1,"categoryName":"old","url":"https://up","slug":"s\"x","description":""}])"}}));
}

}    // namespace
}    // namespace opusclaw::api
