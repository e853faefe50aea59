// Tests of dialect/anthropic/reader.h: what a gateway sees in Messages answers that pass through (spec 05 sections 7, 9, 10.2; 06 sections
// 16.4, 19.2).
#include "dialect/anthropic/reader.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/error.h"
#include "dialect/prompt_estimate.h"

namespace opusclaw::dialect::anthropic {
namespace {

ChunkFacts chunk(std::string_view payload) {
    OutputCounter counter("claude-x");
    const PaddedBuffer padded(payload);
    return kReader.read_chunk(padded.view(), counter);
}

TEST(AnthropicReader, KnowsOutputWhenItSeesIt) {
    const std::pair<std::string_view, bool> cases[] = {
        {R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})", false},
        {R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":"a"}})", true},
        {R"({"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}})",
         false},
        {R"({"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}})",
         true},
        {R"({"type":"content_block_start","index":0,"content_block":{"type":"redacted_thinking","data":"x"}})",
         true},
        {R"({"type":"content_block_start","index":0,"content_block":{"type":"web_search_tool_result","content":[]}})",
         true},
        {R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a"}})", true},
        {R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":""}})", false},
        {R"({"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"a"}})",
         true},
        {R"({"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":""}})",
         false},
        {R"({"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{"}})",
         true},
        {R"({"type":"content_block_delta","index":0,"delta":{"type":"citations_delta","citation":{"url":"u"}}})",
         true},
        {R"({"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"s"}})",
         false},
        {R"({"type":"content_block_stop","index":0})", false},
        {R"({"type":"ping"})", false},
        {R"({"type":"from the future","text":"a"})", false},
    };
    for (const auto& [payload, output] : cases) EXPECT_EQ(chunk(payload).output, output) << payload;
}

TEST(AnthropicReader, KnowsHowStreamsEnd) {
    const auto finish = chunk(
        R"({"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":5}})");
    EXPECT_TRUE(finish.finished);
    EXPECT_FALSE(finish.terminal || finish.answer_without_output);
    EXPECT_EQ(finish.usage->completion, 5);
    EXPECT_TRUE(chunk(R"({"type":"message_delta","delta":{"stop_reason":"refusal"}})").answer_without_output);
    EXPECT_FALSE(chunk(R"({"type":"message_delta","delta":{"stop_reason":null}})").finished);
    EXPECT_TRUE(chunk(R"({"type":"message_stop"})").terminal);
    EXPECT_TRUE(chunk(R"({"type":"error","error":{"type":"overloaded_error","message":"m"}})").error);
    EXPECT_TRUE(chunk(R"({"error":{"message":"m"}})").error);
    EXPECT_THROW(chunk("[1]"), Error);
    EXPECT_THROW(chunk("{"), Error);
}

TEST(AnthropicReader, TakesNoFinalFigureFromTheOpening) {
    const auto opening = chunk(
        R"({"type":"message_start","message":{"usage":{"input_tokens":7,"cache_read_input_tokens":3,"output_tokens":1,)"
        R"("cache_creation_input_tokens":9,"cache_creation":{"ephemeral_1h_input_tokens":4}}}})");
    ASSERT_TRUE(opening.usage);
    EXPECT_EQ(opening.usage->completion, 0);
    Usage sum;
    sum.take_later(*opening.usage);
    sum.take_later(
        *chunk(R"({"type":"message_delta","delta":{},"usage":{"input_tokens":0,"output_tokens":5}})").usage);
    EXPECT_EQ(sum.prompt, 7);
    EXPECT_EQ(sum.completion, 5);
    EXPECT_EQ(sum.total, 12);
    EXPECT_EQ(sum.cached_read, 3);
    EXPECT_EQ(sum.cache_write, 9);
    EXPECT_EQ(sum.cache_write_1h, 4);
    EXPECT_EQ(sum.written_for_5m(), 5);
    EXPECT_EQ(sum.semantics, UsageSemantics::Anthropic);
}

TEST(AnthropicReader, FillsInWhatTheLastUsageLacks) {
    Usage so_far;
    so_far.prompt = 7;
    so_far.cached_read = 3;
    so_far.cache_write = 9;
    so_far.cache_write_1h = 4;
    const auto completed = [&so_far](std::string_view payload) {
        const PaddedBuffer padded(payload);
        return kReader.complete_usage(padded.view(), so_far);
    };
    EXPECT_EQ(
        completed(
            R"({"type":"message_delta", "x":1.0,"usage":{"output_tokens":5,"input_tokens":0},"y":[ ]})"),
        R"({"type":"message_delta", "x":1.0,"usage":{"output_tokens":5,"input_tokens":7,)"
        R"("cache_read_input_tokens":3,"cache_creation_input_tokens":9,)"
        R"("cache_creation":{"ephemeral_5m_input_tokens":5,"ephemeral_1h_input_tokens":4}},"y":[ ]})");
    const std::string_view whole =
        R"({"type":"message_delta","usage":{"input_tokens":8,"cache_read_input_tokens":1,)"
        R"("cache_creation_input_tokens":2,"cache_creation":{"ephemeral_5m_input_tokens":1,"ephemeral_1h_input_tokens":1}}})";
    EXPECT_EQ(completed(whole), "");
    EXPECT_EQ(completed(R"({"type":"message_start","usage":{}})"), "");
    EXPECT_EQ(completed(R"({"type":"message_delta","usage":null})"), "");
}

TEST(AnthropicReader, ReadsWholeAnswers) {
    const auto facts = [](std::string_view body) {
        const PaddedBuffer padded(body);
        return kReader.read_answer(padded.view());
    };
    const auto answer = facts(
        R"({"type":"message","content":[{"type":"text","text":"a"}],"usage":{"input_tokens":2,"output_tokens":3}})");
    EXPECT_TRUE(answer.output);
    EXPECT_EQ(answer.usage->completion, 3);
    EXPECT_FALSE(facts(R"({"content":[]})").output);
    EXPECT_TRUE(facts(R"({"content":[],"stop_reason":"refusal"})").answer_without_output);
    EXPECT_TRUE(facts(R"({"type":"error","error":{"type":"t","message":"m"}})").error);
}

TEST(AnthropicReader, CountsTheTextsOfAPrompt) {
    const auto count = [](std::string_view body) {
        const PaddedBuffer padded(body);
        return estimate_messages_prompt("claude-x", padded.view(), Counting::Exact);
    };
    const std::string joined =
        "s1\ns2\nuser\nhello\nassistant\nlook\nf\n{\"a\":1}\nuser\nr\nf\nd\n{\"type\":\"object\"}";
    EXPECT_EQ(count(R"({"system":[{"type":"text","text":"s1"},{"type":"text","text":"s2"}],"messages":[)"
                    R"({"role":"user","content":"hello"},)"
                    R"({"role":"assistant","content":[{"type":"text","text":"look"},)"
                    R"({"type":"tool_use","id":"t","name":"f","input":{"a":1}}]},)"
                    R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"r"}]}],)"
                    R"("tools":[{"name":"f","description":"d","input_schema":{"type":"object"}}]})"),
              estimate_tokens("claude-x", joined));
    EXPECT_EQ(count(R"({"messages":[{"content":[{"type":"image","source":{"data":"AAAA"}}]}]})"), 0);
    EXPECT_EQ(count("{}"), 0);
}

}    // namespace
}    // namespace opusclaw::dialect::anthropic
