// Tests of catalog/channel_keys.h and of the choice of a key in catalog/channel.h: several keys in one text, their states, and which
// one is next (spec 03 sections 2.4, 2.5; 04 section 9).
#include "catalog/channel_keys.h"

#include <gtest/gtest.h>

#include "catalog/catalog.h"

namespace opusclaw::catalog {
namespace {

using Keys = std::vector<std::string>;

TEST(StoredKeys, AreLinesOrItemsOfAnArray) {
    EXPECT_EQ(stored_keys(""), Keys{});
    EXPECT_EQ(stored_keys("\n k0 \nk1\n\nk3\n"), (Keys{"k0", "k1", "", "k3"})) << "states go by the index";
    EXPECT_EQ(stored_keys(R"(["a", {"b": " c"}, "d\ne"])"), (Keys{"a", R"({"b":" c"})", "d\ne"}));
    EXPECT_EQ(stored_keys("[not json\nk1"), (Keys{"[not json", "k1"}));
}

TEST(StoredKeys, CountLinesAsNewApiDoes) {
    // It takes line feeds off both ends and nothing else: lines of blanks have an index there too.
    EXPECT_EQ(stored_keys(" \nk1"), (Keys{"", "k1"}));
    EXPECT_EQ(stored_keys("\r\n\r\nk2\r\n"), (Keys{"", "", "k2"}));
    EXPECT_EQ(stored_keys("\n\nk0\n \n"), (Keys{"k0", ""}));
    EXPECT_EQ(stored_keys(" \n\t"), (Keys{"", ""}));
    EXPECT_EQ(stored_keys("\n\n"), Keys{});
    EXPECT_EQ(stored_keys(" \n [\"a\"] "), Keys{"a"}) << "an array is found behind any blanks";
}

TEST(StoredKeys, AreReadAsTheyWereWritten) {
    for (const Keys& keys :
         {Keys{"a"}, Keys{"a", "b"}, Keys{R"({"x":1})", R"({"y":"\n"})"}, Keys{"a\nb", "c"}})
        EXPECT_EQ(stored_keys(keys_text(keys)), keys);
}

TEST(ChannelInfo, IsWrittenInNewApisForm) {
    constexpr std::string_view kText =
        R"({"is_multi_key":true,"multi_key_size":3,"multi_key_status_list":{"0":3,"2":2},)"
        R"("multi_key_disabled_reason":{"0":"why"},"multi_key_disabled_time":{"0":5},)"
        R"("multi_key_polling_index":1,"multi_key_mode":"polling"})";
    EXPECT_EQ(ChannelInfo::parse(kText).text(), kText);
    EXPECT_EQ(
        ChannelInfo{}.text(),
        R"({"is_multi_key":false,"multi_key_size":0,"multi_key_status_list":null,"multi_key_polling_index":0,"multi_key_mode":""})");
}

TEST(ChannelInfo, TakesOddTextsAsEmpty) {
    for (const char* const odd : {"", "null", "[]", "{", R"({"multi_key_status_list":5})"})
        EXPECT_EQ(ChannelInfo::parse(odd).text(), ChannelInfo{}.text()) << odd;
    const ChannelInfo info = ChannelInfo::parse(R"({"multi_key_status_list":{"x":3,"1":1,"2":"3","3":9}})");
    EXPECT_TRUE(info.enabled(1) && info.enabled(2));
    EXPECT_EQ(info.status_of(3), 9);
}

TEST(ChannelInfo, StatesFollowTheirKeys) {
    ChannelInfo info;
    info.disable(0, {.status = 3, .reason = "r", .time = 1});
    info.disable(2, {.status = 2});
    info.disable(9, {.status = 2});
    info.follow({"a", "b", "c"}, {"c", "x", "a", "c"});
    EXPECT_EQ(info.size, 4);
    EXPECT_EQ(info.status_of(0), 2);
    EXPECT_EQ(info.status_of(2), 3);
    EXPECT_EQ(info.states.at(2).reason, "r");
    EXPECT_TRUE(info.enabled(1) && info.enabled(3)) << "one state is for one key";
    EXPECT_EQ(info.states.size(), 2U);
}

store::ChannelRow multi(std::string_view mode, std::string_view states = "null", int polling_index = 0) {
    store::ChannelRow row;
    row.id = 1;
    row.type = 1;
    row.models = "m";
    row.key = "k0\nk1\nk2";
    row.channel_info = R"({"is_multi_key":true,"multi_key_status_list":)" + std::string(states) +
                       R"(,"multi_key_polling_index":)" + std::to_string(polling_index) +
                       R"(,"multi_key_mode":")" + std::string(mode) + "\"}";
    return row;
}

std::string picks(
    const Channel& channel, int times, const Draw& draw = [](std::uint64_t) { return 0U; }) {
    std::string places;
    for (int i = 0; i < times; ++i) {
        const auto picked = pick_key(channel, draw);
        places += picked ? std::to_string(picked->place) : "-";
    }
    return places;
}

TEST(PickKey, TakesTheFirstUnlessAModeSaysOtherwise) {
    EXPECT_EQ(picks(read_channel(multi(""), {}), 3), "000");
    EXPECT_EQ(picks(read_channel(multi("sideways", R"({"0":2})"), {}), 2), "11");
}

TEST(PickKey, DrawsAmongTheEnabledOnes) {
    const Channel channel = read_channel(multi("random", R"({"1":3})"), {});
    std::uint64_t asked = 0;
    EXPECT_EQ(picks(channel, 1,
                    [&asked](std::uint64_t bound) {
                        asked = bound;
                        return bound - 1;
                    }),
              "2");
    EXPECT_EQ(asked, 2U);
}

TEST(PickKey, PollsFromTheStoredPlaceAndWraps) {
    EXPECT_EQ(picks(read_channel(multi("polling"), {}), 5), "01201");
    EXPECT_EQ(picks(read_channel(multi("polling", "null", 2), {}), 3), "201");
    EXPECT_EQ(picks(read_channel(multi("polling", "null", 7), {}), 2), "01") << "out of range is the first";
    EXPECT_EQ(picks(read_channel(multi("polling", "null", -7), {}), 1), "0");
    EXPECT_EQ(picks(read_channel(multi("polling", R"({"0":2,"2":3})"), {}), 3), "111");
}

TEST(PickKey, FindsNothingWhenAllAreOff) {
    EXPECT_EQ(picks(read_channel(multi("polling", R"({"0":2,"1":2,"2":3})"), {}), 1), "-");
}

TEST(Snapshots, GoOnPollingWhereTheLastOneStood) {
    const std::vector rows = {multi("polling")};
    const auto first = Snapshot::build(rows, {});
    EXPECT_EQ(picks(*first->find(ChannelId{1}), 2), "01");
    const auto second = Snapshot::build(rows, {}, first.get());
    EXPECT_EQ(picks(*second->find(ChannelId{1}), 2), "20");
    EXPECT_EQ(picks(*first->find(ChannelId{1}), 1), "1") << "requests of the old one count too";
}

TEST(Snapshots, LeaveOutChannelsWithoutAKeyThatIsOn) {
    const std::vector rows = {multi("polling", R"({"0":2,"1":2,"2":3})")};
    const auto snapshot = Snapshot::build(rows, {});
    EXPECT_FALSE(snapshot->serves("default", "m"));
    EXPECT_NE(snapshot->find(ChannelId{1}), nullptr);
}

}    // namespace
}    // namespace opusclaw::catalog
