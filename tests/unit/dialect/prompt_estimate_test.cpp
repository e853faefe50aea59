// Tests of dialect/prompt_estimate.h: which texts of a request count (spec 05 section 10.2).
#include "dialect/prompt_estimate.h"

#include <gtest/gtest.h>

#include "dialect/token_estimate.h"

namespace opusclaw::dialect {
namespace {

constexpr std::string_view kModel = "some-model";

std::int64_t count(std::string_view text) { return estimate_tokens(kModel, text); }

TEST(EmbeddingsPrompt, IsTheInputs) {
    EXPECT_EQ(estimate_embeddings_prompt(kModel, R"({"model":"m","input":"one two"})"), count("one two"));
    EXPECT_EQ(estimate_embeddings_prompt(kModel, R"({"input":["one","t\u0077o",[1,2]]})"), count("one\ntwo"));
    EXPECT_EQ(estimate_embeddings_prompt(kModel, R"({"input":[[1,2,3]]})"), 0);
    EXPECT_EQ(estimate_embeddings_prompt(kModel, R"({"user":"somebody"})"), 0);
}

TEST(ResponsesPrompt, IsTheItemsAndTheRawMembers) {
    EXPECT_EQ(estimate_responses_prompt(kModel, R"({"input":"one two"})"), count("one two"));
    EXPECT_EQ(
        estimate_responses_prompt(
            kModel,
            R"({"tools":[{"type":"web_search"}],"input":[{"role":"user","content":[{"type":"input_text",)"
            R"("text":"one"},{"type":"input_image","image_url":"data:..."}]},{"role":"user","content":"two"},)"
            R"({"type":"function_call_output","call_id":"c","output":"rain"}],"instructions":"be brief",)"
            R"("user":"u","metadata":null})"),
        count("one\ntwo\nrain\n\"be brief\"\n[{\"type\":\"web_search\"}]"));
}

}    // namespace
}    // namespace opusclaw::dialect
