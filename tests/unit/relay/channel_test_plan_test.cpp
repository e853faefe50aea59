// Tests of relay/channel_test_plan.h: which endpoint and body a model is tested with (spec 03 section 4.2).
#include "relay/channel_test_plan.h"

#include <gtest/gtest.h>

namespace opusclaw::relay {
namespace {

constexpr int kOpenAi = 1, kJina = 38, kMokaAi = 44, kVolcEngine = 45, kReplicate = 56, kCodex = 57;

TestPlan plan(std::string model, int type = kOpenAi, std::string endpoint = "", bool stream = false) {
    catalog::Channel channel;
    channel.type = type;
    return plan_test(channel,
                     {.model = std::move(model), .endpoint_type = std::move(endpoint), .stream = stream});
}

struct Ruled {
    int type;
    std::string model, path, body;
};
const Ruled kRuled[] = {
    {kOpenAi, "gpt-4o", "/v1/chat/completions",
     R"({"model":"gpt-4o","stream":false,"messages":[{"role":"user","content":"hi"}],"max_tokens":16})"},
    {kOpenAi, "o3", "/v1/chat/completions",
     R"({"model":"o3","stream":false,"messages":[{"role":"user","content":"hi"}],"max_completion_tokens":16})"},
    {kOpenAi, "x-thinking", "/v1/chat/completions",
     R"({"model":"x-thinking","stream":false,"messages":[{"role":"user","content":"hi"}],"max_tokens":50})"},
    {kOpenAi, "claude-thinking", "/v1/chat/completions",
     R"({"model":"claude-thinking","stream":false,"messages":[{"role":"user","content":"hi"}]})"},
    {kOpenAi, "gemini-pro", "/v1/chat/completions",
     R"({"model":"gemini-pro","stream":false,"messages":[{"role":"user","content":"hi"}],"max_tokens":3000})"},
    {kOpenAi, "bge-reranker-v2", "/v1/rerank", ""},
    {kOpenAi, "BAAI/bge-m3", "/v1/embeddings", R"({"model":"BAAI/bge-m3","input":["hello world"]})"},
    {kOpenAi, "Text-Embedding-3", "/v1/embeddings", ""},
    {kOpenAi, "m3e-base", "/v1/embeddings", ""},
    {kMokaAi, "anything", "/v1/embeddings", ""},
    {kJina, "anything", "/v1/embeddings", ""},
    {kVolcEngine, "seedream-4", "/v1/images/generations",
     R"({"model":"seedream-4","prompt":"a cute cat","n":1,"size":"1024x1024"})"},
    {kOpenAi, "seedream-4", "/v1/chat/completions", ""},
    {kReplicate, "anything", "/v1/images/generations", ""},
    {kOpenAi, "gpt-5-openai-compact", "/v1/responses/compact",
     R"({"model":"gpt-5","input":[{"role":"user","content":"hi"}]})"},
    {kOpenAi, "GPT-5-Codex", "/v1/responses",
     R"({"model":"GPT-5-Codex","input":[{"role":"user","content":"hi"}],"stream":false})"},
    {kCodex, "gpt-5", "/v1/responses", ""},
};

TEST(TestPlan, FollowsOneRuleForPathAndBody) {
    for (const Ruled& ruled : kRuled) {
        const TestPlan made = plan(ruled.model, ruled.type);
        EXPECT_EQ(made.path, ruled.path) << ruled.model;
        EXPECT_EQ(made.model, ruled.model);
        if (!ruled.body.empty()) EXPECT_EQ(made.body, ruled.body);
    }
}

TEST(TestPlan, TakesTheEndpointThatIsAskedFor) {
    EXPECT_EQ(plan("m", kOpenAi, "anthropic").path, "/v1/messages");
    EXPECT_EQ(plan("m", kOpenAi, "gemini").path, "/v1beta/models/m:generateContent");
    EXPECT_NE(plan("o3", kOpenAi, "openai").body.find(R"("max_tokens":16)"), std::string::npos);
    EXPECT_EQ(plan("embed", kOpenAi, "openai").kind, TestKind::Chat);
    EXPECT_EQ(plan("embed", kOpenAi, "whatever").kind, TestKind::Embeddings) << "unknown: by the rule";
    const TestPlan compact = plan("gpt-5", kOpenAi, "openai-response-compact");
    EXPECT_EQ(compact.model, "gpt-5-openai-compact");
    EXPECT_EQ(compact.sent_model, "gpt-5");
    EXPECT_EQ(
        plan("m", kOpenAi, "jina-rerank").body,
        R"({"model":"m","query":"What is Deep Learning?","documents":["Deep Learning is a subset of machine learning.",)"
        R"("Machine learning is a field of artificial intelligence."],"top_n":2})");
}

TEST(TestPlan, StreamsOnlyWhatCanBeStreamed) {
    EXPECT_EQ(
        plan("m", kOpenAi, "", true).body,
        R"({"model":"m","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"hi"}],"max_tokens":16})");
    EXPECT_TRUE(plan("m", kOpenAi, "openai-response", true).stream);
    for (const char* const endpoint :
         {"embeddings", "jina-rerank", "image-generation", "openai-response-compact"}) {
        const TestPlan made = plan("m", kOpenAi, endpoint, true);
        EXPECT_FALSE(made.stream);
        EXPECT_EQ(made.body.find("stream"), std::string::npos) << endpoint;
    }
}

TEST(TestPlan, FallsBackFromOneModelToTheNext) {
    catalog::Channel channel;
    EXPECT_EQ(plan_test(channel, {}).model, "gpt-4o-mini");
    channel.models = {"first", "second"};
    EXPECT_EQ(plan_test(channel, {.model = " "}).model, "first");
    channel.test_model = "own";
    EXPECT_EQ(plan_test(channel, {}).model, "own");
    EXPECT_EQ(plan_test(channel, {.model = " asked "}).model, "asked");
}

TEST(TestPlan, LeavesTaskTypesOut) {
    for (const int type : {2, 5, 36, 50, 51, 52, 54, 55}) EXPECT_FALSE(can_be_tested(type)) << type;
    for (const int type : {0, 1, 14, 53, 57}) EXPECT_TRUE(can_be_tested(type)) << type;
}

}    // namespace
}    // namespace opusclaw::relay
