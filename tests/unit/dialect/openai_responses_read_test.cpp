// Tests of dialect/openai_responses/read.h: usage, output, ends and errors in Responses answers and events (spec 05 sections 7, 9; 06
// sections 16.4, 19.2, 20.3). The events are written after the vendor's reference.
#include "dialect/openai_responses/read.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace opusclaw::dialect::openai_responses {
namespace {

ChunkFacts event(std::string_view payload) {
    OutputCounter counter("gpt-4o");
    return read_event(payload, counter);
}

constexpr std::string_view kUsage =
    R"({"input_tokens":30,"input_tokens_details":{"cached_tokens":12},"output_tokens":9,)"
    R"("output_tokens_details":{"reasoning_tokens":4},"total_tokens":39})";

std::string ended(std::string_view type, std::string_view members) {
    return R"({"type":")" + std::string(type) + R"(","sequence_number":9,"response":{"id":"resp_1",)" +
           std::string(members) + "}}";
}

TEST(ResponsesUsage, HasNamesOfItsOwn) {
    const std::string payload = ended("response.completed", R"("output":[],"usage":)" + std::string(kUsage));
    const ChunkFacts facts = event(payload);
    ASSERT_TRUE(facts.usage);
    EXPECT_EQ(*facts.usage,
              (Usage{.prompt = 30, .completion = 9, .total = 39, .cached_read = 12, .reasoning = 4}));
    EXPECT_TRUE(facts.terminal && facts.finished);
    EXPECT_FALSE(facts.error);
    EXPECT_EQ(facts.name, "response.completed");
}

TEST(ResponsesUsage, ATotalThatIsNotToldIsTheSum) {
    const AnswerFacts facts = read_answer(R"({"output":[],"usage":{"input_tokens":3,"output_tokens":4}})");
    EXPECT_EQ(facts.usage->total, 7);
}

TEST(ResponsesUsage, IsReadOfIncompleteAndFailedAnswersToo) {
    for (const std::string_view type : {"response.incomplete", "response.failed"}) {
        const ChunkFacts facts = event(ended(type, R"("output":[],"usage":)" + std::string(kUsage)));
        ASSERT_TRUE(facts.usage) << type;
        EXPECT_EQ(facts.usage->completion, 9) << type;
        EXPECT_TRUE(facts.terminal) << type;
    }
}

struct OutputCase {
    std::string_view name;
    std::string_view payload;
    bool output;
};
class ResponsesOutput : public testing::TestWithParam<OutputCase> {};
TEST_P(ResponsesOutput, IsWhatTheNoOutputRuleCounts) {
    EXPECT_EQ(event(GetParam().payload).output, GetParam().output);
}
INSTANTIATE_TEST_SUITE_P(
    Events, ResponsesOutput,
    testing::Values(
        OutputCase{"created", R"({"type":"response.created","response":{"id":"resp_1","output":[]}})", false},
        OutputCase{"text", R"({"type":"response.output_text.delta","delta":"a"})", true},
        OutputCase{"empty_text", R"({"type":"response.output_text.delta","delta":""})", false},
        OutputCase{"refusal", R"({"type":"response.refusal.delta","delta":"no"})", true},
        OutputCase{"reasoning", R"({"type":"response.reasoning_summary_text.delta","delta":"hm"})", true},
        OutputCase{"arguments", R"({"type":"response.function_call_arguments.delta","delta":"{"})", true},
        OutputCase{"sound", R"({"type":"response.audio.delta","delta":"UklGRg=="})", true},
        OutputCase{"image",
                   R"({"type":"response.image_generation_call.partial_image","partial_image_b64":"x"})",
                   true},
        OutputCase{"citation", R"({"type":"response.output_text.annotation.added","annotation":{}})", true},
        OutputCase{"message_shell",
                   R"({"type":"response.output_item.added","item":{"type":"message","content":[]}})", false},
        OutputCase{"call_name",
                   R"({"type":"response.output_item.added","item":{"type":"function_call","name":"f"}})",
                   true},
        OutputCase{"empty_message",
                   R"({"type":"response.output_item.done","item":{"type":"message","content":[]}})", false},
        OutputCase{"message",
                   R"({"type":"response.output_item.done","item":{"type":"message","content":)"
                   R"([{"type":"output_text","text":"a"}]}})",
                   true},
        OutputCase{
            "search",
            R"({"type":"response.output_item.done","item":{"type":"web_search_call","status":"completed"}})",
            true},
        OutputCase{"only_completed",
                   R"({"type":"response.completed","response":{"output":[{"type":"message","content":)"
                   R"([{"type":"output_text","text":"a"}]}]}})",
                   true},
        OutputCase{"completed_empty", R"({"type":"response.completed","response":{"output":[]}})", false}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(ResponsesOutput, IsCountedOnce) {
    const std::string_view text = "one two three four";
    OutputCounter streamed("gpt-4o");
    const std::string delta = R"({"type":"response.output_text.delta","delta":")" + std::string(text) +
                              R"("})";
    const std::string item = R"({"type":"message","content":[{"type":"output_text","text":")" +
                             std::string(text) + R"("}]})";
    const std::string done = R"({"type":"response.output_item.done","item":)" + item + "}";
    const std::string completed = ended("response.completed", R"("output":[)" + item + "]");
    for (const std::string& payload : {delta, done, completed}) read_event(payload, streamed);
    EXPECT_EQ(streamed.tokens(), estimate_tokens("gpt-4o", text));

    OutputCounter late("gpt-4o");    // a provider that sends no deltas
    for (const std::string& payload : {done, completed}) read_event(payload, late);
    EXPECT_EQ(late.tokens(), streamed.tokens());

    OutputCounter whole("gpt-4o");
    count_answer(R"({"output":[)" + item + "]}", whole);
    EXPECT_EQ(whole.tokens(), streamed.tokens());
}

/// What is counted of a stream of these events.
std::int64_t streamed_tokens(std::initializer_list<std::string> payloads) {
    OutputCounter counter("some-model");
    for (const std::string& payload : payloads) read_event(payload, counter);
    return counter.tokens();
}

TEST(ResponsesOutput, OfAnItemIsCountedWhateverCameOfOthers) {
    const std::string message = R"({"type":"message","content":[{"type":"output_text","text":"one two"}]})";
    const std::string call = R"({"type":"function_call","name":"f","arguments":"three four five"})";
    const std::string delta = R"({"type":"response.output_text.delta","output_index":0,"delta":"one two"})";
    const std::string added = R"({"type":"response.output_item.added","output_index":1,"item":)"
                              R"({"type":"function_call","name":"f","arguments":""}})";
    const std::string arguments = R"({"type":"response.function_call_arguments.delta","output_index":1,)"
                                  R"("delta":"three four five"})";
    const auto done = [](int number, const std::string& item) {
        return R"({"type":"response.output_item.done","output_index":)" + std::to_string(number) +
               R"(,"item":)" + item + "}";
    };
    const std::string completed = ended("response.completed", R"("output":[)" + message + "," + call + "]");
    const auto all = streamed_tokens({delta, done(0, message), added, arguments, done(1, call), completed});
    EXPECT_EQ(all, streamed_tokens({delta, added, arguments}));
    EXPECT_EQ(all, streamed_tokens({delta, done(0, message), added, done(1, call), completed}));
    EXPECT_EQ(all, streamed_tokens({delta, done(0, message), done(1, call)}));
    EXPECT_EQ(all, streamed_tokens({delta, completed})) << "only the whole response has the call";
    EXPECT_EQ(all, streamed_tokens({done(0, message), done(1, call), completed}));
    EXPECT_GT(all, streamed_tokens({delta, done(0, message), added}));
}

TEST(ResponsesErrors, KeepCodeAndMessage) {
    const ChunkFacts failed = event(
        ended("response.failed", R"("error":{"code":"rate_limit_exceeded","message":"slow"},"usage":null)"));
    EXPECT_TRUE(failed.error && failed.terminal);
    EXPECT_FALSE(failed.finished);
    const ClientError error = read_upstream_error(failed.error_body, 502);
    EXPECT_EQ(error.message, "slow");
    EXPECT_EQ(error.code, "rate_limit_exceeded");

    const ChunkFacts flat = event(R"({"type":"error","code":"server_error","message":"oops","param":null})");
    EXPECT_TRUE(flat.error);
    EXPECT_EQ(read_upstream_error(flat.error_body, 502).code, "server_error");

    const ChunkFacts bare = event(R"({"type":"response.failed","response":{"error":null}})");
    EXPECT_EQ(read_upstream_error(bare.error_body, 502).message, "responses stream error: response.failed");

    const ChunkFacts plain = event(R"({"error":{"message":"no","type":"invalid_request_error"}})");
    EXPECT_EQ(read_upstream_error(plain.error_body, 502).message, "no");
}

TEST(ResponsesErrors, WhatIsNoJsonIsTheProvidersFault) {
    for (const std::string_view payload : {"", "[]", "{", "hello"}) {
        try {
            event(payload);
            ADD_FAILURE() << payload;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind, ErrorKind::UpstreamBroken) << payload;
        }
    }
}

TEST(ResponsesAnswers, AreReadWhole) {
    const AnswerFacts queued = read_answer(R"({"status":"queued","error":null,"output":[],"usage":null})");
    EXPECT_FALSE(queued.output || queued.usage || queued.error || queued.answer_without_output);
    EXPECT_TRUE(read_answer(R"({"status":"failed","error":{"code":"x","message":"m"},"output":[]})").error);
    EXPECT_TRUE(read_answer(R"({"output":[],"incomplete_details":{"reason":"content_filter"}})")
                    .answer_without_output);
}

TEST(ResponsesStreams, EndWithWhatTheDialectWants) {
    EXPECT_EQ(kReader.end_stream({}), "") << "no [DONE]";
    ClientError error;
    error.message = "broken";
    error.code = "upstream_stream_interrupted";
    const std::string before = kReader.end_stream({.error = &error, .request_id = "r1"});
    EXPECT_TRUE(before.starts_with("event: error\ndata: {\"error\":{\"message\":\"broken (request id: r1)\""))
        << before;
    const std::string opening = kReader.keep_opening(
        R"({"type":"response.created","response":{"id":"resp_7","created_at":5,"model":"m","tools":[1,2]}})");
    EXPECT_EQ(opening, R"({"id":"resp_7","created_at":5,"model":"m"})");
    EXPECT_EQ(
        kReader.end_stream({.opening = opening, .payloads = 4, .error = &error, .request_id = "r1"}),
        "event: response.failed\ndata: {\"type\":\"response.failed\",\"sequence_number\":4,\"response\":{"
        "\"id\":\"resp_7\",\"object\":\"response\",\"created_at\":5,\"status\":\"failed\",\"error\":{"
        "\"code\":\"upstream_stream_interrupted\",\"message\":\"broken (request id: r1)\"},"
        "\"incomplete_details\":null,\"model\":\"m\",\"output\":[],\"usage\":null}}\n\n");
}

}    // namespace
}    // namespace opusclaw::dialect::openai_responses
