// Tests of relay/facts.h and relay/prepare.h: what is seen of a Chat request, what is refused, and which bytes leave (spec 04 sections
// 6.1, 11, 15; 06 sections 4.2, 4.3, 4.6, 6.1).
#include "relay/facts.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "relay/prepare.h"
#include "relay/request_checks.h"
#include "relay/request_form.h"
#include "unit/relay/chat_facts.h"

namespace opusclaw::relay {
namespace {

constexpr std::string_view kMessages = R"("messages":[{"role":"user","content":"hi"}])";

std::string request(std::string_view members) {
    return "{" + std::string(members) + "," + std::string(kMessages) + "}";
}

/// A body, its facts, and what leaves for a channel.
struct Sent {
    explicit Sent(const std::string& text) : body(text), facts(chat_facts(body)) {}
    std::string bytes(const catalog::Channel& channel, UsageDemand demand = UsageDemand::AskProvider,
                      BodyRule rule = BodyRule::Prepared) {
        Route route;
        route.channel = &channel;
        route.provider = provider::find_provider(1);
        route.key = "sk-upstream";
        route.path = "/v1/chat/completions";
        route.model = catalog::map_model(channel, facts.model);
        net::RequestHead head;
        head.query = query;
        Prepared prepared = prepare(facts, route, head, demand, rule);
        path = prepared.path;
        prompt_overwritten = prepared.prompt_overwritten;
        headers = prepared.headers.text();
        return prepared.body.str();
    }
    PaddedBuffer body;
    Facts facts;
    std::string_view query;
    std::string path, headers;
    bool prompt_overwritten = false;
};

TEST(Facts, AreReadInOneWalk) {
    const Sent sent(
        request(R"("model":"gpt-4\u006f","stream":true,"max_tokens":5,"max_completion_tokens":9)"));
    EXPECT_EQ(sent.facts.model, "gpt-4o");
    EXPECT_TRUE(sent.facts.stream);
    EXPECT_TRUE(sent.facts.wants_usage) << "absent means true";
    EXPECT_EQ(sent.facts.max_output, 9);
}

TEST(Facts, UsageIsUnwantedOnlyWhenSaidSo) {
    EXPECT_FALSE(Sent(request(R"("model":"m","stream_options":{"include_usage":false})")).facts.wants_usage);
    EXPECT_TRUE(Sent(request(R"("model":"m","stream_options":{"include_usage":null})")).facts.wants_usage);
    EXPECT_TRUE(Sent(request(R"("model":"m","stream_options":null)")).facts.wants_usage);
}

struct BadCase {
    std::string_view name, text;
};
class BadBody : public testing::TestWithParam<BadCase> {};
TEST_P(BadBody, Is400) {
    try {
        const Sent sent{std::string(GetParam().text)};
        check_chat_request(sent.facts);
        ADD_FAILURE() << "accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.status, 400);
    }
}
INSTANTIATE_TEST_SUITE_P(
    Bodies, BadBody,
    testing::Values(
        BadCase{"empty", ""}, BadCase{"array", "[]"}, BadCase{"cut", R"({"model":"m")"},
        BadCase{"trailing", R"({"model":"m"} x)"},
        BadCase{"twice", R"({"model":"a","model":"b","messages":[{}]})"},
        BadCase{"other_case", R"({"Model":"a","messages":[{}]})"},
        BadCase{"number_model", R"({"model":1,"messages":[{}]})"},
        BadCase{"text_stream", R"({"model":"m","stream":"yes","messages":[{}]})"},
        BadCase{"negative_limit", R"({"model":"m","max_tokens":-1,"messages":[{}]})"},
        BadCase{"huge_limit", R"({"model":"m","max_tokens":1073741824,"messages":[{}]})"},
        BadCase{"no_messages", R"({"model":"m"})"},
        BadCase{"empty_messages", R"({"model":"m","messages":[]})"},
        BadCase{"no_model", R"({"messages":[{}]})"},
        BadCase{"search_size",
                R"({"model":"m","messages":[{}],"web_search_options":{"search_context_size":"vast"}})"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Prepare, ABodyWithNothingToChangeLeavesAsItCame) {
    const std::string text =
        "{ \"model\" : "
        "\"m\",\n\"temperature\":1.0,\"n\":12345678901234567890123,\"x\":1e400,\"stop\":null, " +
        std::string(kMessages) + " } ";
    Sent sent(text);
    EXPECT_EQ(sent.bytes({}), text);
}

TEST(Prepare, AMappedModelIsTheOnlyChange) {
    catalog::Channel channel;
    channel.model_mapping = {{"m", "up\"stream"}};
    Sent sent(request(R"("model":"m","temperature":0.0)"));
    EXPECT_EQ(sent.bytes(channel), request(R"("model":"up\"stream","temperature":0.0)"));
}

TEST(Prepare, StreamOptionsAreForcedOnStreamsAndRemovedElsewhere) {
    Sent plain(request(R"("model":"m","stream_options":{"include_usage":true})"));
    EXPECT_EQ(plain.bytes({}), request(R"("model":"m")"));
    Sent absent(request(R"("model":"m","stream":true)"));
    EXPECT_EQ(absent.bytes({}), R"({"model":"m","stream":true,)" + std::string(kMessages) +
                                    R"(,"stream_options":{"include_usage":true}})");
    EXPECT_EQ(absent.bytes({}, UsageDemand::LeaveAsIs), request(R"("model":"m","stream":true)"));
    Sent unwanted(request(R"("model":"m","stream":true,"stream_options":{"x":1.0,"include_usage":false})"));
    EXPECT_EQ(unwanted.bytes({}),
              request(R"("model":"m","stream":true,"stream_options":{"x":1.0,"include_usage":true})"));
}

TEST(Prepare, FieldsThatTheChannelDoesNotAllowAreRemoved) {
    const std::string text = request(
        R"("model":"m","service_tier":"flex","store":true,"safety_identifier":"u")");
    Sent sent(text);
    EXPECT_EQ(sent.bytes({}), request(R"("model":"m","store":true)"));
    catalog::Channel allowing;
    allowing.fields = {.service_tier = true, .safety_identifier = true, .store = false};
    EXPECT_EQ(sent.bytes(allowing), request(R"("model":"m","service_tier":"flex","safety_identifier":"u")"));
}

TEST(Prepare, TheQueryGoesOnWithoutKeys) {
    Sent sent(request(R"("model":"m")"));
    sent.query = "key=sk-secret&x=1&%6bey=sk-secret&y";
    sent.bytes({});
    EXPECT_EQ(sent.path, "/v1/chat/completions?x=1&y");
    EXPECT_NE(sent.headers.find("Authorization: Bearer sk-upstream\r\n"), std::string::npos);
}

TEST(Prepare, AKeyThatWouldBreakOutOfItsHeaderIsRefused) {
    Sent sent(request(R"("model":"m")"));
    catalog::Channel channel;
    channel.organization = "org\r\nX-Evil: 1";
    EXPECT_THROW(sent.bytes(channel), Error);
}

TEST(Prepare, ABodyThatIsPassedOnKeepsEveryByte) {
    Sent sent(request(R"("model":"m","service_tier":"x","stream_options":{"a":1})"));
    catalog::Channel channel;
    channel.model_mapping = {{"m", "n"}};
    channel.system_prompt = "p";
    EXPECT_EQ(sent.bytes(channel, UsageDemand::AskProvider, BodyRule::PassedOn), sent.body.view());
    EXPECT_NE(sent.bytes(channel), sent.body.view());
    EXPECT_FALSE(sent.prompt_overwritten);
}

}    // namespace
}    // namespace opusclaw::relay
