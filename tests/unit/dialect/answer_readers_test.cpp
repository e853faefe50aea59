// Tests of the tables of readers: Completions, embeddings, moderations, and how Chat streams end (spec 04 section 19.5; 05 sections 6.3,
// 6.10; 06 sections 16.4, 20.3).
#include <gtest/gtest.h>

#include "base/error.h"
#include "dialect/openai_chat/reader.h"
#include "dialect/result_lists.h"

namespace opusclaw::dialect {
namespace {

TEST(CompletionsReader, FindsTextInChoices) {
    const AnswerReader& reader = openai_chat::kCompletionsReader;
    OutputCounter counter("gpt-3.5-turbo-instruct");
    const ChunkFacts facts = reader.read_chunk(
        R"({"object":"text_completion","choices":[{"text":"one two","index":0,"finish_reason":null}]})",
        counter);
    EXPECT_TRUE(facts.output);
    EXPECT_FALSE(facts.finished);
    EXPECT_EQ(counter.tokens(), estimate_tokens("gpt-3.5-turbo-instruct", "one two"));
    EXPECT_TRUE(reader.read_answer(R"({"choices":[{"text":"a","finish_reason":"stop"}]})").output);
    EXPECT_FALSE(reader.read_answer(R"({"choices":[{"text":"","finish_reason":"stop"}]})").output);
}

TEST(ChatReaders, EndWithTheUsageThatIsOwedAndTheirMarker) {
    const Usage usage{.prompt = 3, .completion = 4, .total = 7};
    const std::string opening = openai_chat::kCompletionsReader.keep_opening(
        R"({"id":"cmpl-1","created":9,"model":"m","system_fingerprint":"fp"})");
    EXPECT_EQ(
        openai_chat::kCompletionsReader.end_stream({.opening = opening, .owed_usage = &usage}),
        "data: {\"id\":\"cmpl-1\",\"object\":\"text_completion\",\"created\":9,\"model\":\"m\","
        "\"system_fingerprint\":\"fp\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4,"
        "\"total_tokens\":7}}\n\ndata: [DONE]\n\n");
    EXPECT_EQ(openai_chat::kChatReader.end_stream({}), "data: [DONE]\n\n");
    const std::string nameless = openai_chat::kChatReader.end_stream({.owed_usage = &usage});
    EXPECT_TRUE(nameless.starts_with(R"(data: {"id":"","object":"chat.completion.chunk","created":0,)"))
        << nameless;
    EXPECT_EQ(openai_chat::kChatReader.keep_opening(std::string(8192, ' ')), "");
}

TEST(EmbeddingsReader, BillsThePromptAlone) {
    const auto usage = [](std::string_view members) {
        return kEmbeddingsReader
            .read_answer(R"({"object":"list","data":[],"usage":{)" + std::string(members) + "}}")
            .usage.value();
    };
    EXPECT_EQ(usage(R"("prompt_tokens":8,"total_tokens":8)").prompt, 8);
    EXPECT_EQ(usage(R"("total_tokens":8)").prompt, 8) << "a total alone is the prompt";
    EXPECT_EQ(usage(R"("prompt_tokens":8,"completion_tokens":5,"total_tokens":13)").completion, 0);
    EXPECT_FALSE(kEmbeddingsReader.read_answer(R"({"data":[]})").usage);
    EXPECT_TRUE(kEmbeddingsReader.read_answer(R"({"data":[]})").output)
        << "whatever is no error is an answer";
    EXPECT_EQ(kEmbeddingsReader.read_chunk, nullptr);
}

TEST(ModerationsReader, SeesErrorsOnly) {
    EXPECT_FALSE(kModerationsReader.read_answer(R"({"id":"modr-1","results":[{"flagged":true}]})").error);
    EXPECT_TRUE(kModerationsReader.read_answer(R"({"error":{"message":"no"}})").error);
    EXPECT_THROW(kModerationsReader.read_answer("[]"), Error);
    EXPECT_EQ(kModerationsReader.estimated_usage, EstimatedUsage::PutIntoBody);
    EXPECT_EQ(kEmbeddingsReader.estimated_usage, EstimatedUsage::ForTheBillOnly);
}

}    // namespace
}    // namespace opusclaw::dialect
