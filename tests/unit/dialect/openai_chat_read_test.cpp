// Tests of dialect/openai_chat/read.h: usage, output and ends in answers and chunks (spec 05 sections 7, 9; 06 section 19).
#include "dialect/openai_chat/read.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace opusclaw::dialect::openai_chat {
namespace {

ChunkFacts chunk(std::string_view payload) {
    OutputCounter counter("gpt-4o");
    return read_chunk(payload, counter);
}

TEST(OpenaiChatUsage, ReadsTotalsAndDetails) {
    const AnswerFacts facts = read_answer(
        R"({"choices":[{"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":20,)"
        R"("completion_tokens":7,"total_tokens":27,"prompt_tokens_details":{"cached_tokens":5,"audio_tokens":2},)"
        R"("completion_tokens_details":{"reasoning_tokens":3}}})");
    ASSERT_TRUE(facts.usage);
    EXPECT_EQ(
        *facts.usage,
        (Usage{
            .prompt = 20, .completion = 7, .total = 27, .cached_read = 5, .audio_input = 2, .reasoning = 3}));
    EXPECT_TRUE(facts.output);
    EXPECT_FALSE(facts.error);
}

TEST(OpenaiChatUsage, AbsurdNumbersAreClamped) {
    const AnswerFacts facts = read_answer(
        R"({"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":-5,"prompt_tokens_details":{"cached_tokens":900}}})");
    ASSERT_TRUE(facts.usage);
    EXPECT_EQ(facts.usage->completion, 0);
    EXPECT_EQ(facts.usage->cached_read, 10);
}

TEST(OpenaiChatUsage, OfEqualMembersTheLastCounts) {
    const AnswerFacts facts = read_answer(
        R"({"usage":{"prompt_tokens":1,"prompt_tokens":9,"completion_tokens":"5","total_tokens":9,)"
        R"("prompt_tokens_details":{"cached_tokens":5,"text_tokens":4},"prompt_tokens_details":{"cached_tokens":2}}})");
    ASSERT_TRUE(facts.usage);
    EXPECT_EQ(*facts.usage, (Usage{.prompt = 9, .total = 9, .cached_read = 2}));
}

struct OutputCase {
    std::string_view name;
    std::string_view payload;
    bool output;
};
class Output : public testing::TestWithParam<OutputCase> {};
TEST_P(Output, IsWhatTheNoOutputRuleCounts) {
    EXPECT_EQ(chunk(GetParam().payload).output, GetParam().output);
}
INSTANTIATE_TEST_SUITE_P(
    Deltas, Output,
    testing::Values(
        OutputCase{"role_only", R"({"choices":[{"index":0,"delta":{"role":"assistant"}}]})", false},
        OutputCase{"empty_text", R"({"choices":[{"delta":{"role":"assistant","content":""}}]})", false},
        OutputCase{"text", R"({"choices":[{"delta":{"content":"a"}}]})", true},
        OutputCase{"escaped_text", R"({"choices":[{"delta":{"content":"\n"}}]})", true},
        OutputCase{"reasoning", R"({"choices":[{"delta":{"reasoning_content":"hm"}}]})", true},
        OutputCase{"refusal", R"({"choices":[{"delta":{"refusal":"no"}}]})", true},
        OutputCase{"null_content", R"({"choices":[{"delta":{"content":null,"refusal":null}}]})", false},
        OutputCase{
            "tool_name",
            R"({"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":""}}]}}]})",
            true},
        OutputCase{"tool_arguments",
                   R"({"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{"}}]}}]})",
                   true},
        OutputCase{"tool_shell", R"({"choices":[{"delta":{"tool_calls":[{"index":0}]}}]})", false},
        OutputCase{"audio", R"({"choices":[{"delta":{"audio":{"data":"AAAA"}}}]})", true},
        OutputCase{"completions_text", R"({"choices":[{"text":"abc"}]})", true},
        OutputCase{"usage_only", R"({"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}})",
                   false},
        OutputCase{"no_choices", R"({"id":"x"})", false}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(OpenaiChatChunk, TellsUsageAloneFromUsageBesideChoices) {
    const ChunkFacts alone = chunk(R"({"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}})");
    EXPECT_TRUE(alone.usage_only);
    EXPECT_FALSE(alone.usage_beside_choices);
    const ChunkFacts beside = chunk(
        R"({"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":3}})");
    EXPECT_FALSE(beside.usage_only);
    EXPECT_TRUE(beside.usage_beside_choices);
    EXPECT_TRUE(beside.finished);
    EXPECT_FALSE(chunk(R"({"choices":[],"usage":null})").usage);
}

TEST(OpenaiChatChunk, ContentFilterIsAnAnswerWithoutOutput) {
    const ChunkFacts facts = chunk(R"({"choices":[{"delta":{},"finish_reason":"content_filter"}]})");
    EXPECT_TRUE(facts.answer_without_output);
    EXPECT_TRUE(facts.finished);
    EXPECT_FALSE(facts.output);
}

TEST(OpenaiChatChunk, ErrorsAreSeen) {
    EXPECT_TRUE(chunk(R"({"error":{"message":"overloaded"}})").error);
    EXPECT_TRUE(chunk(R"({"error":{"type":"server_error"}})").error);
    EXPECT_TRUE(chunk(R"({"error":"bad"})").error);
    EXPECT_FALSE(chunk(R"({"error":null,"choices":[]})").error);
    EXPECT_FALSE(chunk(R"({"error":{},"choices":[]})").error);
}

TEST(OpenaiChatChunk, WhatIsNoObjectIsTheProvidersFault) {
    for (const std::string_view payload : {"", "[1]", "<html>", "{\"a\":", "nonsense", "1"}) {
        try {
            chunk(payload);
            ADD_FAILURE() << "accepted: " << payload;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind, ErrorKind::UpstreamBroken) << payload;
            EXPECT_EQ(error.code, "bad_response_body") << payload;
        }
    }
}

TEST(OpenaiChatChunk, UsageCanBeTakenOut) {
    EXPECT_EQ(
        without_usage(R"({"id":"x","usage":{"prompt_tokens":1},"choices":[{"delta":{"content":"1.0"}}]})"),
        R"({"id":"x","choices":[{"delta":{"content":"1.0"}}]})");
}

TEST(OpenaiChatChunk, CountsOutputInPassing) {
    OutputCounter pieces("gpt-4o"), whole("gpt-4o");
    for (const std::string_view text : {"Hel", "lo wor", "ld"}) {
        read_chunk(R"({"choices":[{"delta":{"content":")" + std::string(text) + R"("}}]})", pieces);
    }
    whole.add("Hello world");
    EXPECT_EQ(pieces.tokens(), whole.tokens());
}

TEST(OpenaiChatAnswer, IsCountedWhenAsked) {
    OutputCounter answer("gpt-4o"), text("gpt-4o");
    count_answer(R"({"choices":[{"message":{"role":"assistant","content":"Hello world"}}]})", answer);
    text.add("Hello world");
    EXPECT_GT(text.tokens(), 0);
    EXPECT_EQ(answer.tokens(), text.tokens());
}

TEST(OpenaiChatAnswer, IsCountedByTheModelsTokenizerWhenWhole) {
    OutputCounter counter("gpt-4o", Counting::Exact);
    count_answer(
        R"({"choices":[{"message":{"content":"Tokenization isn't trivial","reasoning_content":" at all"}}]})",
        counter);
    EXPECT_EQ(counter.tokens(), count_tokens("gpt-4o", "Tokenization isn't trivial at all"));
}

}    // namespace
}    // namespace opusclaw::dialect::openai_chat
