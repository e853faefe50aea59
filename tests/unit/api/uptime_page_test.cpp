// Tests of api/uptime_page.h: status pages as Uptime Kuma writes them, and as nobody should (spec 02 section 23).
#include "api/uptime_page.h"

#include <gtest/gtest.h>

#include "unit/base/work.h"

namespace opusclaw::api {
namespace {

constexpr std::string_view kPage =
    R"({"publicGroupList":[{"name":"core","monitorList":[{"id":1,"name":"api"},{"id":2,"name":"db"}]},)"
    R"({"name":"","monitorList":[{"id":3,"name":"new"}]}]})";
constexpr std::string_view kBeats =
    R"({"heartbeatList":{"1":[{"status":0},{"status":1}],"2":[{"status":1},{"status":3}]},)"
    R"("uptimeList":{"1_24":0.995,"2_24":1}})";

TEST(UptimePages, GiveTheLatestStatusOfEachMonitor) {
    const auto monitors = read_uptime_page(kPage, kBeats);
    ASSERT_TRUE(monitors);
    EXPECT_EQ(
        write_uptime({{.category = "site", .monitors = *monitors}}),
        R"([{"categoryName":"site","monitors":[{"name":"api","uptime":0.995,"status":1,"group":"core"},)"
        R"({"name":"db","uptime":1,"status":3,"group":"core"},{"name":"new","uptime":0,"status":0}]}])");
}

TEST(UptimePages, SurviveWhatIsNone) {
    for (const std::string_view bad : {"", "[]", "{", "null", "<html>"}) {
        EXPECT_FALSE(read_uptime_page(bad, kBeats)) << bad;
        EXPECT_FALSE(read_uptime_page(kPage, bad)) << bad;
    }
    for (const std::string_view odd :
         {R"({})", R"({"publicGroupList":7})", R"({"publicGroupList":[7,{"monitorList":{}}]})"})
        EXPECT_TRUE(read_uptime_page(odd, R"({"heartbeatList":[],"uptimeList":"x"})")->empty()) << odd;
}

TEST(UptimePages, TakeTheLastOfTwoEntriesOfAMonitor) {
    const auto monitors = read_uptime_page(
        R"({"publicGroupList":[{"monitorList":[{"id":1},{"id":1},{"id":"x"}]}]})",
        R"({"heartbeatList":{"1":[{"status":2}],"1":[{"status":3}],"0":[{"status":1}]},)"
        R"("uptimeList":{"1_24":0.5,"1_24":0.25,"1_720":1}})");
    ASSERT_TRUE(monitors && monitors->size() == 3);
    for (const std::size_t place : {0U, 1U}) {
        EXPECT_EQ((*monitors)[place].status, 3);
        EXPECT_EQ((*monitors)[place].uptime, 0.25);
    }
    EXPECT_EQ((*monitors)[2].status, 1) << "what has no number is monitor 0";
}

TEST(UptimePages, AreReadWithoutSearchingForEachMonitor) {
    const auto read = [](std::int64_t count) {
        std::string page = R"({"publicGroupList":[{"name":"g","monitorList":[)";
        std::string beats, uptimes;
        for (std::int64_t id = 0; id < count; ++id) {
            const std::string text = std::to_string(id);
            const std::string comma = id == 0 ? "" : ",";
            page += comma + R"({"id":)" + text + "}";
            beats += comma + "\"" + text + R"(":[{"status":1}])";
            uptimes += comma + "\"" + text + R"(_24":1)";
        }
        page += "]}]}";
        const std::string heartbeats = R"({"heartbeatList":{)" + beats + R"(},"uptimeList":{)" + uptimes +
                                       "}}";
        return cpu_time_of([&] { EXPECT_TRUE(read_uptime_page(page, heartbeats)); });
    };
    EXPECT_LT(growth(read, 100), kLinearGrowth);
}

TEST(UptimeGroups, AreReadInOrder) {
    const auto groups = read_uptime_groups(R"([{"categoryName":"a","url":"u","slug":"s"},7,{"url":5}])");
    ASSERT_EQ(groups.size(), 2U);
    EXPECT_EQ(groups[0].slug, "s");
    EXPECT_EQ(groups[1].url, "");
    EXPECT_TRUE(read_uptime_groups("").empty());
    EXPECT_TRUE(read_uptime_groups("{}").empty());
}

}    // namespace
}    // namespace opusclaw::api
