// Tests of relay/responses_policy.h: which conversations go over /v1/responses (spec 06 section 3.3), and in which form the channel's
// rules meet them.
#include "relay/responses_policy.h"

#include <gtest/gtest.h>

#include "relay/prepare.h"
#include "relay/request_form.h"

namespace opusclaw::relay {
namespace {

using provider::Endpoint;

constexpr std::string_view kEverything = R"({"enabled":true,"model_patterns":["^gpt"]})";

/// A request on its way to a channel of some type.
struct Sent {
    explicit Sent(Endpoint endpoint, int type = 1)
        : body(R"({"model":"gpt-4o","messages":[{"role":"user","content":"hi"}],"safety_identifier":"s"})"),
          facts(read_facts(
              body, {.form = form_of(endpoint), .content_type = "application/json", .path_model = {}})) {
        channel.id = ChannelId{7};
        channel.type = type;
        channel.keys = {"sk-upstream"};
        channel.key_places = {0};
        const auto origin = catalog::origin_of("https://provider.example", "", {});
        channel.target = origin.target;
        route.channel = &channel;
    }
    Endpoint endpoint(std::string_view policy) {
        settings.chat_completions_to_responses_policy.text = policy;
        const catalog::Draw draw = [](std::uint64_t) { return std::uint64_t{0}; };
        EXPECT_FALSE(complete_route(route, facts.model, facts.form->endpoint, draw));
        rules.apply(route, facts, settings);
        return route.form->endpoint;
    }

    settings::Settings settings = settings::default_settings();
    ResponsesPolicy rules;
    catalog::Channel channel;
    PaddedBuffer body;
    Facts facts;
    Route route;
};

TEST(ResponsesPolicy, CoversWhatTheOptionNames) {
    const std::pair<std::string_view, bool> cases[] = {
        {R"({"enabled":false,"all_channels":true})", false},
        {kEverything, true},
        {R"({"enabled":true})", false},
        {R"({"enabled":true,"model_patterns":["","(","pt-4"]})", true},
        {R"({"enabled":true,"model_patterns":["^o3","("]})", false},
        {R"({"enabled":true,"all_channels":false,"model_patterns":["gpt"]})", false},
        {R"({"enabled":true,"all_channels":false,"channel_ids":[3,7],"model_patterns":["gpt"]})", true},
        {R"({"enabled":true,"all_channels":false,"channel_types":[1],"model_patterns":["gpt"]})", true},
        {R"({"enabled":true,"all_channels":false,"channel_types":[2],"model_patterns":["gpt"]})", false},
        {R"({"enabled":"yes","model_patterns":"gpt"})", false},
        {"", false},
    };
    Sent sent(Endpoint::ChatCompletions);
    for (const auto& [policy, covered] : cases) {
        EXPECT_EQ(sent.endpoint(policy) == Endpoint::Responses, covered) << policy;
        EXPECT_EQ(by_policy(sent.route, sent.facts), covered);
        EXPECT_EQ(sent.route.path, covered ? "/v1/responses" : "/v1/chat/completions");
    }
}

TEST(ResponsesPolicy, IsForConversationsOfOtherDialects) {
    EXPECT_EQ(Sent(Endpoint::Messages).endpoint(kEverything), Endpoint::Responses);
    EXPECT_EQ(Sent(Endpoint::Completions).endpoint(kEverything), Endpoint::Completions);
    EXPECT_EQ(Sent(Endpoint::Messages, 14).endpoint(kEverything), Endpoint::Messages)
        << "the provider has no such endpoint";
}

TEST(ResponsesPolicy, IsForgottenWhereBodiesArePassedOn) {
    Sent channel(Endpoint::ChatCompletions);
    channel.channel.pass_through_body = true;
    EXPECT_EQ(channel.endpoint(kEverything), Endpoint::ChatCompletions);
    Sent all(Endpoint::ChatCompletions);
    all.settings.pass_through_request_enabled = true;
    EXPECT_EQ(all.endpoint(kEverything), Endpoint::ChatCompletions);
}

TEST(ResponsesPolicy, KnowsServersWithoutResponses) {
    Sent chat(Endpoint::ChatCompletions);
    chat.channel.responses_via_chat = true;
    EXPECT_EQ(chat.endpoint(kEverything), Endpoint::ChatCompletions);
    Sent responses(Endpoint::Responses);
    responses.channel.responses_via_chat = true;
    EXPECT_EQ(responses.endpoint("{}"), Endpoint::ChatCompletions);
    EXPECT_TRUE(translates(responses.route, responses.facts));
}

TEST(ResponsesPolicy, MeetsTheChannelsRulesInTheClientsForm) {
    Sent sent(Endpoint::ChatCompletions);
    sent.channel.system_prompt = "p";
    sent.endpoint(kEverything);
    const ChannelForm form = with_channel_rules(sent.facts, sent.route);
    EXPECT_EQ(
        form.body,
        R"({"model":"gpt-4o","messages":[{"role":"system","content":"p"},{"role":"user","content":"hi"}]})");
    EXPECT_FALSE(form.prompt_overwritten);
}

}    // namespace
}    // namespace opusclaw::relay
