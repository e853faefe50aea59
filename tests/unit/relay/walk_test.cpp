// Tests of relay/walk.h and relay/route.h: to which channels a request goes, one after the other (spec 04 sections 6.2, 7.2, 7.4, 13.2).
#include "relay/walk.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "base/unfit.h"

namespace opusclaw::relay {
namespace {

store::ChannelRow channel(std::int64_t id, std::int64_t priority, std::string groups = "default") {
    store::ChannelRow row;
    row.id = id;
    row.type = 1;
    row.key = "sk-" + std::to_string(id);
    row.models = "m";
    row.priority = priority;
    row.group = std::move(groups);
    return row;
}

Failure failed(int status, std::string code = "") {
    Failure failure;
    failure.client.status = status;
    failure.client.code = std::move(code);
    return failure;
}

Failure unfit() { return Failure::of(Unfit("invalid_request", "not offered"), Language::English); }

/// A request whose attempts all fail as the test says.
class WalkTest : public testing::Test {
protected:
    WalkTest() {
        user_->group = "default";
        caller_.user = user_;
        caller_.token = token_;
        caller_.group = "default";
        settings_.retry_times = 0;
    }
    void among(const std::vector<store::ChannelRow>& rows) { snapshot_ = catalog::Snapshot::build(rows, {}); }
    void automatic(std::vector<std::string> groups) {
        caller_.group = "auto";
        for (const std::string& group : groups) settings_.user_usable_groups[group] = group;
        settings_.auto_groups = std::move(groups);
    }
    /// `1 3`: the channels in the order in which they are asked; each fails with the failure of its id, or `all`.
    std::string way(const Failure& all, const std::map<std::int64_t, Failure>& of = {}) {
        Walk walk(caller_, "m", settings_);
        const catalog::Draw draw = [](std::uint64_t) { return 0; };
        std::string shown;
        std::optional<Route> route = walk.first({.snapshot = snapshot_, .draw = draw});
        while (route) {
            shown += (shown.empty() ? "" : " ") + std::to_string(route->channel->id.value);
            if (caller_.group == "auto") shown += route->group;
            const auto own = of.find(route->channel->id.value);
            route = walk.next(own == of.end() ? all : own->second, *route,
                              {.snapshot = snapshot_, .draw = draw});
        }
        return shown;
    }
    std::string refusal() {
        try {
            way(failed(500));
        } catch (const Error& error) {
            return std::to_string(error.status) + " " + error.code + " " + error.message.text;
        }
        return "";
    }

    settings::Settings settings_ = settings::default_settings();
    std::shared_ptr<account::User> user_ = std::make_shared<account::User>();
    std::shared_ptr<account::Token> token_ = std::make_shared<account::Token>();
    account::Caller caller_;
    std::shared_ptr<const catalog::Snapshot> snapshot_;
};

TEST_F(WalkTest, GoesDownOneTierWithEachRetryAndEndsBehindTheLast) {
    among({channel(1, 9), channel(2, 5), channel(3, 1)});
    EXPECT_EQ(way(failed(500)), "1");
    settings_.retry_times = 1;
    EXPECT_EQ(way(failed(500)), "1 2");
    settings_.retry_times = 4;
    EXPECT_EQ(way(failed(500)), "1 2 3 3 3");
}

TEST_F(WalkTest, AsksStatusAndCodeWhetherToGoOn) {
    among({channel(1, 9), channel(2, 5)});
    settings_.retry_times = 1;
    EXPECT_EQ(way(failed(400)), "1") << "not in the retry set";
    EXPECT_EQ(way(failed(504)), "1");
    EXPECT_EQ(way(failed(429)), "1 2");
    EXPECT_EQ(way(failed(500, "bad_response_body")), "1");
    EXPECT_EQ(way(failed(500, "violation_fee.grok.csam")), "1");
    Failure ours = failed(500);
    ours.retry = Retry::Forbidden;
    EXPECT_EQ(way(ours), "1");
    ours.client.code = "channel:no_available_key";
    EXPECT_EQ(way(ours), "1 2") << "rule 2 goes before rule 3";
    Failure gone = failed(500);
    gone.client_gone = true;
    EXPECT_EQ(way(gone), "1");
}

TEST_F(WalkTest, CodesOfChannelsAreBoundByTheAttemptsToo) {
    among({channel(1, 9), channel(2, 5)});
    EXPECT_EQ(way(failed(500, "channel:no_available_key")), "1");
}

TEST_F(WalkTest, APinnedChannelIsTheOnlyOne) {
    among({channel(1, 9), channel(2, 5)});
    settings_.retry_times = 3;
    caller_.pinned = ChannelId{2};
    EXPECT_EQ(way(failed(500, "channel:no_available_key")), "2");
    EXPECT_EQ(way(unfit()), "2");
    caller_.pinned = ChannelId{7};
    EXPECT_EQ(refusal(), "400  distributor.invalid_channel_id");
}

TEST_F(WalkTest, AnUnfitChannelCostsNoAttemptAndIsLeftOut) {
    among({channel(1, 9), channel(2, 9), channel(3, 5), channel(4, 1)});
    EXPECT_EQ(way(failed(500), {{1, unfit()}}), "1 2") << "the same tier first";
    EXPECT_EQ(way(failed(500), {{1, unfit()}, {2, unfit()}}), "1 2 3") << "then the lower ones";
    EXPECT_EQ(way(unfit()), "1 2 3 4") << "until none is left";
    settings_.retry_times = 2;
    EXPECT_EQ(way(failed(500), {{1, unfit()}}), "1 2 3 4");
    EXPECT_EQ(way(failed(500), {{3, unfit()}}), "1 3 4 4") << "it never comes again";
}

TEST_F(WalkTest, WithoutAChannelTheModelIsNotFound) {
    among({channel(1, 9, "vip")});
    EXPECT_EQ(refusal(), "503 model_not_found distributor.no_available_channel");
    automatic({});
    EXPECT_EQ(refusal(), "503 model_not_found distributor.get_channel_failed");
}

TEST_F(WalkTest, AutoStaysInTheFirstGroupThatHasTheModel) {
    among({channel(1, 9, "b"), channel(2, 5, "b"), channel(3, 5, "c")});
    automatic({"a", "b", "c"});
    settings_.retry_times = 1;
    EXPECT_EQ(way(failed(500)), "1b 2b");
}

TEST_F(WalkTest, CrossGroupRetryGivesEachGroupItsAttempts) {
    among(
        {channel(1, 9, "a"), channel(2, 5, "a"), channel(3, 5, "b"), channel(4, 1, "b"), channel(5, 1, "c")});
    automatic({"a", "b", "c"});
    token_->cross_group_retry = true;
    EXPECT_EQ(way(failed(500)), "1a") << "no retry is allowed at all";
    settings_.retry_times = 1;
    EXPECT_EQ(way(failed(500)), "1a 2a 3b 4b 5c 5c");
    EXPECT_EQ(way(failed(400)), "1a");
    settings_.retry_times = 2;
    EXPECT_EQ(way(failed(500)).size(), std::string("1a 2a 2a 3b 4b 4b 5c 5c 5c").size());
}

TEST_F(WalkTest, CrossGroupRetryPassesOverWhatIsUnfit) {
    among({channel(1, 9, "a"), channel(2, 5, "a"), channel(3, 5, "b")});
    automatic({"a", "b"});
    token_->cross_group_retry = true;
    settings_.retry_times = 1;
    EXPECT_EQ(way(failed(500), {{1, unfit()}}), "1a 2a 2a 3b 3b");
    EXPECT_EQ(way(failed(500), {{2, unfit()}}), "1a 2a 3b 3b");
    EXPECT_EQ(way(unfit()), "1a 2a 3b");
}

TEST(Route, WhatAChannelLacksIsAFailureOfTheAttempt) {
    store::ChannelRow row = channel(1, 0);
    row.channel_info = R"({"is_multi_key":true,"multi_key_status_list":{"0":3}})";
    store::ChannelRow looping = channel(2, 0);
    looping.model_mapping = R"({"m":"n","n":"m"})";
    const auto snapshot = catalog::Snapshot::build(std::vector{row, looping}, {});
    const auto code = [&](std::int64_t id, provider::Endpoint endpoint) {
        Route route;
        route.snapshot = snapshot;
        route.channel = snapshot->find(ChannelId{id});
        const auto failure = complete_route(route, "m", endpoint, [](std::uint64_t) { return 0; });
        return failure ? std::to_string(failure->client.status) + " " + failure->client.code : "";
    };
    EXPECT_EQ(code(1, provider::Endpoint::ChatCompletions), "500 channel:no_available_key");
    EXPECT_EQ(code(2, provider::Endpoint::ChatCompletions), "500 channel:model_mapped_error");
}

TEST(Route, AnUnknownTypeHasNoProvider) {
    store::ChannelRow row = channel(1, 0);
    row.type = 4711;
    Route route;
    route.snapshot = catalog::Snapshot::build(std::vector{row}, {});
    route.channel = route.snapshot->find(ChannelId{1});
    const auto failure = complete_route(route, "m", provider::Endpoint::ChatCompletions,
                                        [](std::uint64_t) { return 0; });
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->retry, Retry::Elsewhere);
    EXPECT_EQ(failure->client.code, "invalid_api_type");
    EXPECT_EQ(failure->client.message, "invalid api type: 4711");
}

TEST(Failure, TellsUnfitFromOtherErrors) {
    EXPECT_EQ(unfit().retry, Retry::Elsewhere);
    EXPECT_EQ(unfit().client.status, 400);
    const Error wrong(ErrorKind::InvalidRequest, "invalid_request", Message::literal("wrong"));
    EXPECT_EQ(Failure::of(wrong, Language::English).retry, Retry::Forbidden);
    EXPECT_FALSE(should_retry(unfit(), 5, settings::default_settings()));
}

}    // namespace
}    // namespace opusclaw::relay
