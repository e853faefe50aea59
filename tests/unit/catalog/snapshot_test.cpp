// Tests of catalog/catalog.h and catalog/channel.h: what becomes of a row, and which channel is chosen (spec 04 sections 7, 10, 15.2).
// Rows are made here; nothing is read from a database.
#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "base/error.h"
#include "base/log.h"
#include "catalog/catalog.h"
#include "catalog/channel_types.h"

namespace opusclaw::catalog {
namespace {

store::ChannelRow row(std::int64_t id, std::string models, std::int64_t priority = 0,
                      std::int64_t weight = 0) {
    store::ChannelRow row;
    row.id = id;
    row.type = 1;
    row.key = "sk-" + std::to_string(id);
    row.models = std::move(models);
    row.priority = priority;
    row.weight = weight;
    return row;
}

std::shared_ptr<const Snapshot> snapshot(const std::vector<store::ChannelRow>& rows) {
    return Snapshot::build(rows, {});
}

std::uint64_t first(std::uint64_t) { return 0; }

const Snapshot::Wish kAny{
    .group = "default", .model = "m", .retry_index = 0, .tried = {}, .left_out = {}, .at_most = {}};

TEST(Channel, EmptyAndMissingBaseUrlsAreTheTypesDefault) {
    store::ChannelRow empty = row(1, "m");
    empty.base_url = "";
    EXPECT_EQ(read_channel(empty, {}).base_url, "https://api.openai.com");
    const Channel missing = read_channel(row(1, "m"), {});
    EXPECT_EQ(missing.base_url, "https://api.openai.com");
    ASSERT_NE(missing.target, nullptr);
    EXPECT_EQ(missing.target->parts().host, "api.openai.com");
    EXPECT_TRUE(missing.target->parts().tls);
}

TEST(Channel, ATextThatIsNoObjectIsLoggedOnceAndNotAtEachReload) {
    const auto logged = [](const std::vector<store::ChannelRow>& rows, const Snapshot* before) {
        testing::internal::CaptureStdout();
        auto built = Snapshot::build(rows, {}, before);
        log::flush();
        return std::pair(std::move(built), testing::internal::GetCapturedStdout());
    };
    std::vector<store::ChannelRow> rows = {row(7, "m")};
    rows[0].setting = "[1]";
    const auto [first, at_start] = logged(rows, nullptr);
    EXPECT_NE(at_start.find("channel #7: column setting holds no JSON object"), std::string::npos);
    const auto [second, again] = logged(rows, first.get());
    EXPECT_EQ(again, "");
    rows[0].model_mapping = "{";
    const auto [third, one_more] = logged(rows, second.get());
    EXPECT_EQ(one_more.find("column setting"), std::string::npos);
    EXPECT_NE(one_more.find("column model_mapping"), std::string::npos);
}

TEST(Channel, TheBaseUrlsPathIsKeptWithoutItsLastSlash) {
    store::ChannelRow with_path = row(1, "m");
    with_path.base_url = "http://10.0.0.1:8080/openai/";
    const Channel channel = read_channel(with_path, {});
    EXPECT_EQ(channel.base_path, "/openai");
    EXPECT_EQ(channel.target->parts().port, 8080);
}

TEST(Channel, ACustomBaseUrlIsKeptAsItIsWritten) {
    store::ChannelRow custom = row(1, "m");
    custom.type = 8;
    custom.base_url = "http://10.0.0.1:8080/run/{model}/?v=1#top";
    const Channel channel = read_channel(custom, {});
    EXPECT_EQ(channel.base_path, "/run/{model}/?v=1");
    EXPECT_EQ(channel.target->parts().port, 8080);
    custom.base_url = "http://10.0.0.1?model={model}";
    EXPECT_EQ(read_channel(custom, {}).base_path, "/?model={model}");
    custom.base_url = "http://10.0.0.1";
    EXPECT_EQ(read_channel(custom, {}).base_path, "");
}

TEST(Channel, AUrlThatCannotBeUsedIsToldWhenTheChannelIs) {
    store::ChannelRow bad = row(1, "m");
    bad.base_url = "ftp://x";
    const Channel channel = read_channel(bad, {});
    EXPECT_EQ(channel.target, nullptr);
    EXPECT_FALSE(channel.target_error.empty());
}

TEST(Channel, TextThatDoesNotParseCountsAsEmpty) {
    store::ChannelRow bad = row(1, " a , ,b,a");
    bad.model_mapping = "{";
    bad.status_code_mapping = "[1]";
    bad.setting = "nonsense";
    bad.channel_info = "{\"is_multi_key\":";
    const Channel channel = read_channel(bad, {});
    EXPECT_EQ(channel.models, (std::vector<std::string>{"a", "b"}));
    EXPECT_TRUE(channel.model_mapping.empty());
    EXPECT_TRUE(channel.status_code_mapping.empty());
    EXPECT_EQ(channel.keys, std::vector<std::string>{"sk-1"});
}

TEST(Channel, StatusMappingTakesNumbersAndTextsButNever200) {
    store::ChannelRow mapped = row(1, "m");
    mapped.status_code_mapping = R"({"429":"503","404":410,"200":500,"500":"x","x":1,)"
                                 R"("401":4294967496,"402":"4294967496","4294967699":500})";
    EXPECT_EQ(read_channel(mapped, {}).status_code_mapping, (std::map<int, int>{{404, 410}, {429, 503}}));
}

TEST(Channel, MultiKeyChannelsOfferTheirEnabledKeys) {
    store::ChannelRow multi = row(1, "m");
    multi.key = "k0\nk1\n\nk3";
    multi.channel_info = R"({"is_multi_key":true,"multi_key_status_list":{"1":3}})";
    EXPECT_EQ(read_channel(multi, {}).keys, (std::vector<std::string>{"k0", "k3"}));
    multi.key = R"(["a","b"])";
    EXPECT_EQ(read_channel(multi, {}).keys, std::vector<std::string>{"a"});
}

TEST(Channel, AProxyOfTheChannelGoesBeforeThatOfTheEnvironment) {
    store::ChannelRow own = row(1, "m");
    own.setting = R"({"proxy":"socks5://127.0.0.1:1080"})";
    const TargetOptions environment{.https_proxy = "http://proxy.test:3128", .no_proxy = "api.example.test"};
    EXPECT_EQ(read_channel(own, environment).target->parts().proxy->kind, net::ProxyKind::Socks5);
    EXPECT_EQ(read_channel(row(2, "m"), environment).target->parts().proxy->host, "proxy.test");
    store::ChannelRow exempt = row(3, "m");
    exempt.base_url = "https://api.example.test";
    EXPECT_FALSE(read_channel(exempt, environment).target->parts().proxy);
}

TEST(ModelMapping, FollowsChainsAndStopsAtLoops) {
    Channel channel;
    channel.model_mapping = {{"a", "b"}, {"b", "c"},   {"self", "self"}, {"x", "y"},
                             {"y", "y"}, {"l1", "l2"}, {"l2", "l1"}};
    EXPECT_EQ(map_model(channel, "a").name, "c");
    EXPECT_TRUE(map_model(channel, "a").mapped);
    EXPECT_FALSE(map_model(channel, "other").mapped);
    EXPECT_FALSE(map_model(channel, "self").mapped);
    EXPECT_EQ(map_model(channel, "x").name, "y");
    EXPECT_THROW(map_model(channel, "l1"), Error);
}

TEST(Choice, TakesTheHighestPriorityAndGoesDownWithRetries) {
    const auto channels = snapshot({row(1, "m", 1), row(2, "m", 5), row(3, "m", 5), row(4, "m", -1)});
    const auto chosen = [&](unsigned retry, std::vector<ChannelId> tried) {
        return channels
            ->choose({.group = "default",
                      .model = "m",
                      .retry_index = retry,
                      .tried = tried,
                      .left_out = {},
                      .at_most = {}},
                     first)
            ->id.value;
    };
    EXPECT_EQ(chosen(0, {}), 2);
    EXPECT_EQ(chosen(0, {ChannelId{2}}), 3) << "one that was not tried yet";
    EXPECT_EQ(chosen(1, {}), 1);
    EXPECT_EQ(chosen(2, {}), 4);
    EXPECT_EQ(chosen(9, {}), 4) << "stays on the lowest";
    EXPECT_EQ(chosen(0, {ChannelId{2}, ChannelId{3}}), 2) << "all of the tier were tried";
}

TEST(Choice, PassesOverWhatIsLeftOut) {
    const auto channels = snapshot({row(1, "m", 1), row(2, "m", 5), row(3, "m", 5), row(4, "m", -1)});
    const auto chosen = [&](std::vector<ChannelId> left_out, unsigned retry,
                            std::optional<std::int64_t> most) {
        const Channel* channel = channels->choose({.group = "default",
                                                   .model = "m",
                                                   .retry_index = retry,
                                                   .tried = {},
                                                   .left_out = left_out,
                                                   .at_most = most},
                                                  first);
        return channel == nullptr ? 0 : channel->id.value;
    };
    EXPECT_EQ(chosen({ChannelId{2}}, 0, 5), 3) << "the same tier";
    EXPECT_EQ(chosen({ChannelId{2}, ChannelId{3}}, 0, 5), 1) << "then the next lower one";
    EXPECT_EQ(chosen({ChannelId{2}, ChannelId{3}}, 1, std::nullopt), 4) << "tiers of what is left";
    EXPECT_EQ(chosen({ChannelId{4}}, 2, -1), 0) << "never a higher one";
    EXPECT_EQ(chosen({ChannelId{1}, ChannelId{2}, ChannelId{3}, ChannelId{4}}, 0, std::nullopt), 0);
}

TEST(Choice, FollowsTheWeights) {
    const auto channels = snapshot({row(1, "m", 0, 3), row(2, "m", 0, 1), row(3, "m", 0, 0)});
    std::map<std::int64_t, int> hits;
    for (std::uint64_t point = 0; point < 4; ++point) {
        ++hits[channels->choose(kAny, [point](std::uint64_t) { return point; })->id.value];
    }
    EXPECT_EQ(hits, (std::map<std::int64_t, int>{{1, 3}, {2, 1}}))
        << "weight 0 beside a positive one is never chosen";
}

TEST(Choice, WithoutWeightsAllAreEven) {
    const auto channels = snapshot({row(1, "m"), row(2, "m")});
    std::uint64_t bound = 0;
    channels->choose(kAny, [&bound](std::uint64_t asked) {
        bound = asked;
        return 0;
    });
    EXPECT_EQ(bound, 200U);
}

TEST(Choice, DisabledChannelsServeNobody) {
    store::ChannelRow off = row(1, "m");
    off.status = 2;
    const auto channels = snapshot({off});
    EXPECT_FALSE(channels->serves("default", "m"));
    EXPECT_EQ(channels->choose(kAny, first), nullptr);
    EXPECT_NE(channels->find(ChannelId{1}), nullptr) << "but can be found";
}

TEST(Choice, FallsBackToTheFamilysName) {
    const auto channels = snapshot({row(1, "gpt-4-gizmo-*")});
    EXPECT_TRUE(channels->serves("default", "gpt-4-gizmo-g-123"));
}

TEST(Lists, AreSortedAndWithoutRepeats) {
    store::ChannelRow other = row(2, "b,a");
    const auto channels = snapshot({row(1, "c,a"), other});
    EXPECT_EQ(channels->models_of("default"), (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_TRUE(channels->models_of("nobody").empty());
    EXPECT_EQ(channels->endpoint_types("a"), std::vector<std::string_view>{"openai"});
    EXPECT_EQ(model_owner("gpt-4o"), "openai");
    EXPECT_EQ(model_owner("no-such-model"), "custom");
}

}    // namespace
}    // namespace opusclaw::catalog
