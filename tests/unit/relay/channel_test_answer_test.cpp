// Tests of relay/channel_test_answer.h and relay/auto_disable.h: verdicts on answers, and what follows from them (spec 03 sections
// 2.8, 4.3).
#include "relay/channel_test_answer.h"

#include <gtest/gtest.h>

#include "relay/auto_disable.h"

namespace opusclaw::relay {
namespace {

TestAnswer judged(std::string_view body, TestKind kind = TestKind::Chat) {
    dialect::OutputCounter counter("m");
    return judge_body(body, kind, counter);
}

std::string verdict(const TestAnswer& answer) {
    if (!answer.failure) return "works";
    return answer.failure->client.code + ": " + answer.failure->client.message;
}

TEST(TestVerdict, OfBodies) {
    const std::pair<std::string, std::string> cases[] = {
        {R"({"choices":[{"message":{"content":"x"}}],"usage":{"prompt_tokens":1,"completion_tokens":1}})",
         "works"},
        {R"({"choices":[{"message":{"content":"x"}}]})", "works"},
        {R"({"choices":[],"usage":{"prompt_tokens":1}})", "works"},
        {R"({"choices":[]})", "bad_response_body: usage is nil"},
        {R"({"error":null,"choices":[]})", "bad_response_body: usage is nil"},
        {R"({"error":{"message":"m","code":"c"}})", "c: upstream error: m"},
        {R"({"error":{"message":"m","code":null}})", "unknown_error: upstream error: m"},
        {R"({"error":{"error":{"message":"inner"}}})", "bad_response_body: upstream error: inner"},
        {R"({"error":"text"})", "bad_response_body: upstream error: text"},
        {R"({"error":{"odd":1}})", R"(bad_response_body: upstream error: {"odd":1})"},
        {R"([{"error":{"message":"in a list"}}])", "bad_response_body: upstream error: in a list"},
    };
    for (const auto& [body, expected] : cases) EXPECT_EQ(verdict(judged(body)), expected) << body;
    for (const char* const odd : {"", "hello", "{", "[]", "5"}) {
        EXPECT_TRUE(verdict(judged(odd)).starts_with("bad_response_body: ")) << odd;
        EXPECT_TRUE(verdict(judged(odd, TestKind::Embeddings)).starts_with("bad_response_body: ")) << odd;
    }
}

TEST(TestVerdict, OfOtherKindsTakesUsageOrResults) {
    const TestAnswer embedding = judged(R"({"data":[{}],"usage":{"prompt_tokens":2,"total_tokens":2}})",
                                        TestKind::Embeddings);
    EXPECT_EQ(embedding.usage->prompt, 2);
    EXPECT_EQ(judged(R"({"output":[],"usage":{"input_tokens":3,"output_tokens":4}})", TestKind::Responses)
                  .usage->completion,
              4);
    EXPECT_EQ(verdict(judged(R"({"data":[{"url":"x"}]})", TestKind::Image)), "works");
    EXPECT_EQ(verdict(judged(R"({"results":[]})", TestKind::Rerank)), "bad_response_body: usage is nil");
    EXPECT_EQ(judged(R"({"results":[{}],"usage":{"total_tokens":9}})", TestKind::Rerank).usage->prompt, 9);
}

TestAnswer streamed(std::initializer_list<std::string_view> payloads, TestKind kind = TestKind::Chat) {
    dialect::OutputCounter counter("m");
    TestStream stream(kind, counter);
    std::size_t bytes = 0;
    for (const std::string_view payload : payloads) {
        stream.take(payload);
        bytes += payload.size();
    }
    return stream.finish(bytes);
}

TEST(TestVerdict, OfStreams) {
    EXPECT_EQ(verdict(streamed({})), "bad_response_body: stream response body is empty");
    EXPECT_EQ(verdict(streamed({"[DONE]"})),
              "bad_response_body: stream response body does not contain a valid stream event");
    EXPECT_EQ(verdict(streamed({R"({"choices":[]})", R"({"error":{"message":"m"}})", "[DONE]"})),
              "unknown_error: upstream error: m");
    const TestAnswer chat = streamed(
        {R"({"choices":[{"delta":{"content":"x"}}]})", R"({"choices":[],"usage":{"prompt_tokens":5}})"});
    EXPECT_EQ(chat.usage->prompt, 5);
    const TestAnswer responses = streamed(
        {R"({"type":"response.created","response":{"error":null}})",
         R"({"type":"response.completed","response":{"usage":{"input_tokens":6,"output_tokens":1}}})"},
        TestKind::Responses);
    EXPECT_EQ(responses.usage->prompt, 6);
}

TEST(TestVerdict, OfErrorStatusesQuotesTheBody) {
    EXPECT_EQ(refused_test("nope", 503).client.message, "bad response status code 503, body: nope");
    const Failure told = refused_test(R"({"error":{"message":"m","code":7}})", 429);
    EXPECT_EQ(told.client.message,
              R"(bad response status code 429, message: m, body: {"error":{"message":"m","code":7}})");
    EXPECT_EQ(told.client.code, "7");
}

Failure failure(int status, std::string code, std::string message = "m") {
    Failure made;
    made.client.status = status;
    made.client.code = std::move(code);
    made.client.message = std::move(message);
    return made;
}

TEST(AutoDisable, DecidesByCodeThenStatusThenWords) {
    settings::Settings settings = settings::default_settings();
    EXPECT_FALSE(should_disable(failure(401, ""), settings)) << "off unless the option is on";
    settings.automatic_disable_channel_enabled = true;
    EXPECT_TRUE(should_disable(failure(401, ""), settings));
    EXPECT_FALSE(should_disable(failure(500, ""), settings));
    EXPECT_TRUE(should_disable(failure(500, "channel:no_available_key"), settings));
    for (const char* const mistake :
         {"channel:param_override_invalid", "channel:header_override_invalid", "channel:model_mapped_error"})
        EXPECT_FALSE(should_disable(failure(401, mistake), settings)) << mistake;
    EXPECT_TRUE(should_disable(failure(400, "", "Oh: PERMISSION denied."), settings));
    Failure ours = failure(401, "model_price_error");
    ours.retry = Retry::Forbidden;
    EXPECT_FALSE(should_disable(ours, settings));
    Failure gone = failure(401, "");
    gone.client_gone = true;
    EXPECT_FALSE(should_disable(gone, settings));
}

}    // namespace
}    // namespace opusclaw::relay
