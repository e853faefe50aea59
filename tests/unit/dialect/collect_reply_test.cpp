// Tests of dialect/collect_reply.h by way of StreamCollection: a stream that was read to its end is the reply that the provider would have
// given whole (spec 06 section 15).
#include "dialect/collect_reply.h"

#include <gtest/gtest.h>

#include <memory>

#include "dialect/envelope.h"
#include "dialect/translate.h"

namespace opusclaw::dialect {
namespace {

struct Collected {
    std::string body;
    bool complete = false;
    AnswerFindings findings;
};

/// Payloads of an Anthropic stream for a client of Chat.
Collected collected(std::initializer_list<std::string_view> payloads) {
    const Pair pair{*find_codec(Dialect::Anthropic), *find_codec(Dialect::OpenaiChat)};
    StreamCollection collection(pair);
    for (const std::string_view payload : payloads) collection.feed(payload);
    Collected made{.body = {}, .complete = collection.complete(), .findings = {}};
    OutputCounter counter("m");
    AnswerTranslation translation(pair, collection.take(), counter);
    made.findings = translation.findings();
    if (!made.findings.error)
        made.body = translation.write(ToolMap(), Reply{.request_id = "r", .model = "m", .created = 1});
    return made;
}

constexpr std::string_view kStart =
    R"({"type":"message_start","message":{"id":"msg_1","model":"claude-x","usage":{"input_tokens":4,"output_tokens":1}}})";
constexpr std::string_view kEnd =
    R"({"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":6}})";

TEST(ReplyCollector, JoinsDeltasToParts) {
    const Collected made = collected(
        {kStart,
         R"({"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}})",
         R"({"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"h"}})",
         R"({"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"m"}})",
         R"({"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"s"}})",
         R"({"type":"content_block_stop","index":0})",
         R"({"type":"content_block_start","index":1,"content_block":{"type":"text","text":"He"}})",
         R"({"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"llo"}})",
         R"({"type":"content_block_stop","index":1})",
         R"({"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t1","name":"f","input":{}}})",
         R"({"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"a\""}})",
         R"({"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":":1}"}})",
         R"({"type":"content_block_stop","index":2})", kEnd, R"({"type":"message_stop"})"});
    EXPECT_TRUE(made.complete);
    EXPECT_TRUE(made.findings.output);
    EXPECT_EQ(made.findings.usage->prompt, 4);
    EXPECT_EQ(made.findings.usage->completion, 6);
    for (const std::string_view piece :
         {R"("id":"msg_1")", R"("content":"Hello")", R"("reasoning_content":"hm")",
          R"("finish_reason":"tool_calls")", R"("function":{"name":"f","arguments":"{\"a\":1}"})",
          R"("signature":"s")"}) {
        EXPECT_NE(made.body.find(piece), std::string::npos) << piece << " in " << made.body;
    }
}

TEST(ReplyCollector, KnowsAStreamThatBrokeOff) {
    EXPECT_FALSE(collected({kStart}).complete);
    EXPECT_TRUE(collected({kStart, kEnd}).complete);
}

TEST(ReplyCollector, KeepsAnErrorOfTheProvider) {
    const Collected made = collected(
        {kStart, R"({"type":"error","error":{"type":"overloaded_error","message":"busy"}})"});
    ASSERT_TRUE(made.findings.error);
    EXPECT_EQ(made.findings.error->message, "busy");
}

// What a provider bills is not lost because it streamed unasked: `candidateCount` of a Gemini client is `n` of a Chat provider.
TEST(ReplyCollector, KeepsEveryChoice) {
    const Pair pair{*find_codec(Dialect::OpenaiChat), *find_codec(Dialect::Gemini)};
    StreamCollection collection(pair);
    const auto chunk = [](int index, std::string_view inside) {
        return R"({"id":"c","model":"m","choices":[{"index":)" + std::to_string(index) + "," +
               std::string(inside) + "}]}";
    };
    collection.feed(chunk(0, R"("delta":{"content":"one"})"));
    collection.feed(chunk(1, R"("delta":{"content":"tw"})"));
    collection.feed(chunk(0, R"("delta":{},"finish_reason":"stop")"));
    EXPECT_FALSE(collection.complete()) << "the other is in the middle";
    collection.feed(chunk(1, R"("delta":{"content":"o"},"finish_reason":"length")"));
    EXPECT_TRUE(collection.complete());
    collection.feed(
        R"({"id":"c","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}})");
    OutputCounter counter("m");
    AnswerTranslation translation(pair, collection.take(), counter);
    EXPECT_EQ(translation.findings().usage->completion, 2);
    const std::string body = translation.write(ToolMap(),
                                               Reply{.request_id = "r", .model = "m", .created = 1});
    for (const std::string_view piece : {R"("text":"one")", R"("text":"two")", "MAX_TOKENS", R"("index":1)"})
        EXPECT_NE(body.find(piece), std::string::npos) << piece << " in " << body;
}

/// Each payload is gone when the next one comes, as on a connection.
TEST(ReplyCollector, KeepsWhatPayloadsSaid) {
    const Pair pair{*find_codec(Dialect::OpenaiResponses), *find_codec(Dialect::OpenaiChat)};
    StreamCollection collection(pair);
    for (
        const std::string_view payload :
        {R"({"type":"response.created","response":{"id":"resp_1","model":"gpt-5"}})",
         R"({"type":"response.output_item.added","output_index":0,"item":{"type":"reasoning","id":"rs_of_the_item"}})",
         R"({"type":"response.output_item.done","output_index":0,"item":{"type":"reasoning","id":"rs_of_the_item","summary":[],"encrypted_content":"c2VjcmV0"}})",
         R"({"type":"response.output_text.delta","output_index":1,"delta":"hi"})",
         R"({"type":"response.completed","response":{"id":"resp_1","model":"gpt-5","status":"completed","usage":{"input_tokens":3,"output_tokens":2}}})"}) {
        const auto passing = std::make_unique<std::string>(payload);
        collection.feed(*passing);
    }
    OutputCounter counter("m");
    AnswerTranslation translation(pair, collection.take(), counter);
    const std::string body = translation.write(ToolMap(),
                                               Reply{.request_id = "r", .model = "m", .created = 1});
    const std::size_t begin = body.find("oc1.");
    ASSERT_NE(begin, std::string::npos) << body;
    chat::TextPool pool;
    const std::string sealed = body.substr(begin, body.find('"', begin) - begin);
    const auto opaque = open_opaque(sealed, pool);
    ASSERT_TRUE(opaque);
    EXPECT_EQ(opaque->item, "rs_of_the_item");
    EXPECT_EQ(opaque->value, "c2VjcmV0");
}

}    // namespace
}    // namespace opusclaw::dialect
