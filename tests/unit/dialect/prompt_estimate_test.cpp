// Tests of dialect/prompt_estimate.h: which texts of a request count (spec 05 section 10.2).
#include "dialect/prompt_estimate.h"

#include <gtest/gtest.h>

#include <cmath>

namespace opusclaw::dialect {
namespace {

constexpr std::string_view kModel = "some-model";

std::int64_t count(std::string_view text) { return estimate_tokens(kModel, text); }

std::int64_t chat_prompt(std::string_view model, std::string_view body) {
    return estimate_chat_prompt(model, body, Counting::Exact);
}
std::int64_t embeddings_prompt(std::string_view body) {
    return estimate_embeddings_prompt(kModel, body, Counting::Exact);
}
std::int64_t responses_prompt(std::string_view body) {
    return estimate_responses_prompt(kModel, body, Counting::Exact);
}

TEST(ChatPrompt, CountsTextsAndExtras) {
    // role "user" and text "hi", a line feed between; 3 per message and 3 once.
    EXPECT_EQ(chat_prompt("gpt-4o", R"({"messages":[{"role":"user","content":"hi"}]})"),
              count_tokens("gpt-4o", "user\nhi") + 3 + 3);
    EXPECT_EQ(chat_prompt("llama", R"({"messages":[{"role":"user","content":"hi"}]})"),
              static_cast<std::int64_t>(std::ceil(2 * 1.02 + 0.5)) + 3 + 3);
    EXPECT_EQ(chat_prompt("gpt-4o", R"({"messages":[]})"), 0);
    EXPECT_GT(chat_prompt(
                  "gpt-4o",
                  R"({"messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}],)"
                  R"("tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]})"),
              8 + 3 + 3);
}

TEST(ChatPrompt, IsEstimatedWhereThatIsWanted) {
    constexpr std::string_view kBody = R"({"messages":[{"role":"user","content":"hi"}]})";
    EXPECT_EQ(estimate_chat_prompt("gpt-4o", kBody, Counting::Fast), chat_prompt("llama", kBody));
}

TEST(EmbeddingsPrompt, IsTheInputs) {
    EXPECT_EQ(embeddings_prompt(R"({"model":"m","input":"one two"})"), count("one two"));
    EXPECT_EQ(embeddings_prompt(R"({"input":["one","t\u0077o",[1,2]]})"), count("one\ntwo"));
    EXPECT_EQ(embeddings_prompt(R"({"input":[[1,2,3]]})"), 0);
    EXPECT_EQ(embeddings_prompt(R"({"user":"somebody"})"), 0);
}

TEST(GeminiPrompt, IsTheTextsOfPartsCallsAndTools) {
    const auto prompt = [](std::string_view body) {
        return estimate_gemini_prompt(kModel, body, Counting::Exact);
    };
    EXPECT_EQ(
        prompt(R"({"contents":[{"role":"user","parts":[{"text":"one"},{"inlineData":{"data":"AAAA"}}]},)"
               R"({"role":"model","parts":[{"functionCall":{"name":"f","args":{"a":1}}}]},)"
               R"({"parts":[{"functionResponse":{"name":"f","response":{"b":2}}}]}],)"
               R"("system_instruction":{"parts":{"text":"be brief"}},"tools":[{"googleSearch":{}}]})"),
        count("one\nf\n{\"a\":1}\nf\n{\"b\":2}\n[{\"googleSearch\":{}}]\nbe brief"));
    EXPECT_EQ(prompt(R"({"content":{"parts":[{"text":"one"}]}})"), count("one"));
    EXPECT_EQ(
        prompt(R"({"requests":[{"content":{"parts":[{"text":"a"}]}},{"content":{"parts":[{"text":"b"}]}}]})"),
        count("a\nb"));
    EXPECT_EQ(prompt(R"({"generateContentRequest":{"contents":[{"parts":[{"text":"one"}]}]}})"),
              count("one"));
    EXPECT_EQ(prompt(R"({"instances":[{"prompt":"a cat"}]})"), count("a cat"));
    EXPECT_EQ(prompt(R"({"contents":7,"requests":"x","content":null})"), 0);
}

TEST(ResponsesPrompt, IsTheItemsAndTheRawMembers) {
    EXPECT_EQ(responses_prompt(R"({"input":"one two"})"), count("one two"));
    EXPECT_EQ(
        responses_prompt(
            R"({"tools":[{"type":"web_search"}],"input":[{"role":"user","content":[{"type":"input_text",)"
            R"("text":"one"},{"type":"input_image","image_url":"data:..."}]},{"role":"user","content":"two"},)"
            R"({"type":"function_call_output","call_id":"c","output":"rain"}],"instructions":"be brief",)"
            R"("user":"u","metadata":null})"),
        count("one\ntwo\nrain\n\"be brief\"\n[{\"type\":\"web_search\"}]"));
}

}    // namespace
}    // namespace opusclaw::dialect
