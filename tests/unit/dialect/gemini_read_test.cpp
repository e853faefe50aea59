// Tests of dialect/gemini/read.h: usage, output, the end and blocked prompts of answers that pass through (spec 05 section 7.1; 06 sections
// 6.4, 19.2).
#include "dialect/gemini/read.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace opusclaw::dialect::gemini {
namespace {

ChunkFacts read(std::string_view payload) {
    OutputCounter counter("gemini-3-pro");
    return read_chunk(payload, counter);
}
std::string chunk(std::string_view part, std::string_view more = {}) {
    return R"({"candidates":[{"content":{"role":"model","parts":[)" + std::string(part) + "]}" +
           std::string(more) + "}]}";
}

TEST(GeminiChunks, TellOutputFromShells) {
    for (const std::string_view part :
         {R"({"text":"a"})", R"({"text":"a","thought":true})", R"({"functionCall":{"name":"f"}})",
          R"({"function_call":{"name":"f","args":{}}})",
          R"({"inlineData":{"mimeType":"image/png","data":"A"}})", R"({"fileData":{"fileUri":"gs://a"}})",
          R"({"executableCode":{"code":"1"}})", R"({"codeExecutionResult":{"output":"1"}})"}) {
        EXPECT_TRUE(read(chunk(part)).output) << part;
    }
    for (const std::string_view part : {R"({"text":""})", R"({"thoughtSignature":"S"})", "", "{}", "null"})
        EXPECT_FALSE(read(chunk(part)).output) << part;
    EXPECT_TRUE(read(chunk("", R"(,"groundingMetadata":{"groundingChunks":[{"web":{"uri":"u"}}]})")).output);
    EXPECT_FALSE(read(chunk("", R"(,"groundingMetadata":{"groundingChunks":[]})")).output);
    EXPECT_FALSE(read(R"({"usageMetadata":{"totalTokenCount":1}})").output);
}

TEST(GeminiChunks, EndWithAReason) {
    EXPECT_TRUE(read(chunk("", R"(,"finishReason":"STOP")")).finished);
    EXPECT_FALSE(read(chunk("", R"(,"finishReason":"STOP")")).answer_without_output);
    EXPECT_TRUE(read(chunk("", R"(,"finishReason":"SAFETY")")).answer_without_output);
    EXPECT_TRUE(read(chunk("", R"(,"finishReason":"PROHIBITED_CONTENT")")).answer_without_output);
    EXPECT_FALSE(read(chunk("", R"(,"finishReason":"MALFORMED_FUNCTION_CALL")")).answer_without_output);
    EXPECT_FALSE(read(chunk("", R"(,"finishReason":null)")).finished);
    EXPECT_FALSE(read(chunk("", R"(,"finishReason":"FINISH_REASON_UNSPECIFIED")")).finished);
    EXPECT_FALSE(read(chunk("", R"(,"finishReason":"STOP")")).terminal) << "usage may follow";
}

TEST(GeminiChunks, OfABlockedPromptAreAnAnswer) {
    const ChunkFacts facts = read(
        R"({"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":4,"totalTokenCount":4}})");
    EXPECT_TRUE(facts.finished);
    EXPECT_TRUE(facts.answer_without_output);
    EXPECT_FALSE(facts.output);
    EXPECT_EQ(facts.usage->prompt, 4);
    EXPECT_EQ(facts.reject_reason, "gemini_block_reason=SAFETY");
    EXPECT_FALSE(read(R"({"promptFeedback":{"safetyRatings":[]}})").finished);
}

TEST(GeminiChunks, CountWhatIsSaid) {
    OutputCounter counter("m");
    read_chunk(chunk(R"({"text":"one two"},{"functionCall":{"name":"f","args":{"a":1}}})"), counter);
    OutputCounter expected("m");
    expected.add("one two");
    expected.add("f");
    expected.add(R"({"a":1})");
    expected.tool_calls(1);
    EXPECT_EQ(counter.tokens(), expected.tokens());
    EXPECT_EQ(read(chunk(R"({"inlineData":{"data":"A"}},{"inlineData":{"data":"B"}})")).media, 2U);
}

TEST(GeminiUsage, AddsThoughtsAndThePromptsOfTools) {
    const Usage usage = read_answer(R"({"candidates":[],"usageMetadata":{"promptTokenCount":10,
        "toolUsePromptTokenCount":2,"candidatesTokenCount":5,"thoughtsTokenCount":3,"totalTokenCount":20,
        "cachedContentTokenCount":4,"promptTokensDetails":[{"modality":"TEXT","tokenCount":6},
        {"modality":"AUDIO","tokenCount":4},{"modality":"IMAGE","tokenCount":9}],
        "toolUsePromptTokensDetails":[{"modality":"TEXT","tokenCount":2}],
        "candidatesTokensDetails":[{"modality":"IMAGE","tokenCount":1},{"modality":"TEXT","tokenCount":3},
        {"modality":"AUDIO","tokenCount":1}]}})")
                            .usage.value();
    EXPECT_EQ(usage, (Usage{.prompt = 12,
                            .completion = 8,
                            .total = 20,
                            .cached_read = 4,
                            .image_output = 1,
                            .audio_input = 4,
                            .audio_output = 1,
                            .text_input = 8,
                            .text_output = 3,
                            .reasoning = 3}));
}

TEST(GeminiUsage, FillsWhatIsLeftOut) {
    const auto usage = [](std::string_view members) {
        return read_answer(R"({"usageMetadata":{)" + std::string(members) + "}}").usage.value();
    };
    EXPECT_EQ(usage(R"("promptTokenCount":5,"totalTokenCount":12)").completion, 7);
    EXPECT_EQ(usage(R"("promptTokenCount":5,"totalTokenCount":12)").text_input, 5);
    EXPECT_EQ(usage(R"("promptTokenCount":-5,"candidatesTokenCount":"x","totalTokenCount":0)"), Usage{});
    EXPECT_EQ(usage(R"("promptTokenCount":9e18)").prompt, 1'000'000'000'000);
    OutputCounter counter("m");
    EXPECT_FALSE(read_chunk(R"({"usageMetadata":{"promptTokenCount":5,"totalTokenCount":0}})", counter).usage)
        << "a total of zero is no count";
}

TEST(GeminiAnswers, CarryErrorsAndBlocks) {
    EXPECT_TRUE(read_answer(R"({"error":{"code":500,"message":"no"}})").error);
    EXPECT_TRUE(read_answer(R"({"promptFeedback":{"blockReason":"OTHER"}})").answer_without_output);
    EXPECT_FALSE(read_answer(R"({"candidates":[]})").output);
    EXPECT_TRUE(read_answer(chunk(R"({"text":"a"})")).output);
    for (const std::string_view body : {"", "[]", "7", "{\"candidates\":"})
        EXPECT_THROW(read_answer(body), Error);
}

TEST(GeminiReader, EndsStreamsWithAnErrorOrNothing) {
    EXPECT_EQ(kReader.end_stream({}), "");
    EXPECT_EQ(kReader.keep_opening("{}"), "");
    EXPECT_EQ(kReader.without_usage, nullptr);
    ClientError error;
    error.status = 503;
    error.message = "gone";
    error.code = "c";
    EXPECT_EQ(
        kReader.end_stream({.error = &error, .request_id = "r"}),
        "data: {\"error\":{\"code\":503,\"message\":\"gone (request id: r)\",\"status\":\"UNAVAILABLE\","
        "\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"c\","
        "\"domain\":\"opusclaw\",\"metadata\":{\"type\":\"new_api_error\"}}]}}\n\n");
    EXPECT_EQ(kReader.clean_end, CleanEnd::IsNormal);
}

}    // namespace
}    // namespace opusclaw::dialect::gemini
