// Tests of the usage that clients read, from either semantics (spec 06 sections 19.2, 19.3), and of dialect/json_progress.h.
#include <gtest/gtest.h>

#include "dialect/anthropic/usage_json.h"
#include "dialect/json_progress.h"
#include "dialect/openai_chat/read.h"
#include "dialect/openai_chat/usage_json.h"

namespace opusclaw::dialect {
namespace {

Usage taken(std::initializer_list<std::string_view> objects) {
    Usage usage;
    for (const std::string_view object : objects)
        anthropic::take_usage(usage, json::Document::copy(object).root());
    return usage;
}

std::string written_for_claude(const Usage& usage) {
    std::string out;
    json::Writer writer(out);
    anthropic::write_usage(writer, usage);
    return out;
}

TEST(AnthropicUsage, LaterReportsOverwriteOnlyWithMoreThanZero) {
    const Usage usage = taken({R"({"input_tokens":10,"output_tokens":1,"cache_read_input_tokens":3})",
                               R"({"input_tokens":0,"output_tokens":25,"cache_read_input_tokens":null})"});
    EXPECT_EQ(usage, (Usage{.prompt = 10,
                            .completion = 25,
                            .total = 35,
                            .cached_read = 3,
                            .semantics = UsageSemantics::Anthropic}));
}

TEST(AnthropicUsage, NonsenseCountsAsNothing) {
    const Usage usage = taken({R"({"input_tokens":-5,"output_tokens":"9","cache_creation":7})"});
    EXPECT_TRUE(usage.empty());
}

TEST(AnthropicUsage, IsWrittenWithoutWhatWasCached) {
    EXPECT_EQ(
        written_for_claude({.prompt = 100, .completion = 5, .cached_read = 30, .cache_write = 20}),
        R"({"input_tokens":50,"output_tokens":5,"cache_creation_input_tokens":20,"cache_read_input_tokens":30})");
    EXPECT_EQ(
        written_for_claude({.prompt = 10, .cached_read = 30}),
        R"({"input_tokens":0,"output_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":30})");
}

TEST(AnthropicUsage, SplitsAreCompletedByFiveMinutes) {
    EXPECT_EQ(
        written_for_claude({.prompt = 1,
                            .cache_write = 9,
                            .cache_write_5m = 2,
                            .cache_write_1h = 3,
                            .semantics = UsageSemantics::Anthropic}),
        R"({"input_tokens":1,"output_tokens":0,"cache_creation_input_tokens":9,"cache_read_input_tokens":0,)"
        R"("cache_creation":{"ephemeral_5m_input_tokens":6,"ephemeral_1h_input_tokens":3}})");
}

TEST(ChatUsage, IsReadBackAsWritten) {
    const Usage usage{.prompt = 100,
                      .completion = 9,
                      .total = 109,
                      .cached_read = 40,
                      .image_input = 3,
                      .image_output = 2,
                      .audio_input = 4,
                      .reasoning = 5};
    std::string out;
    json::Writer writer(out);
    openai_chat::write_usage(writer, usage);
    EXPECT_EQ(openai_chat::read_usage(json::Document::copy(out).root()), usage);
}

Usage read_chat(std::string_view usage) {
    return openai_chat::read_usage(json::Document::copy(usage).root()).value();
}

TEST(ChatUsage, TellsWhatACallCost) {
    EXPECT_EQ(read_chat(R"({"prompt_tokens":1,"cost":0.00125})").cost, 0.00125);
    EXPECT_EQ(read_chat(R"({"prompt_tokens":1,"cost":"0.5"})").cost, 0.5);
    for (const std::string_view none :
         {R"({"cost":null})", R"({"cost":"much"})", R"({"cost":{}})", R"({"cost":"inf"})"})
        EXPECT_EQ(read_chat(none).cost, 0) << none;
}

TEST(ChatUsage, SaysHowAnotherGatewayCounts) {
    constexpr auto kAnthropic = UsageSemantics::Anthropic, kOpenai = UsageSemantics::Openai;
    EXPECT_EQ(read_chat(R"({"prompt_tokens":1,"usage_semantic":"anthropic"})").semantics, kAnthropic);
    EXPECT_EQ(read_chat(R"({"prompt_tokens":1,"usage_semantic":"openai"})").semantics, kOpenai);
    const std::string_view split = R"({"prompt_tokens":9,"claude_cache_creation_5_m_tokens":3,)"
                                   R"("claude_cache_creation_1_h_tokens":4})";
    EXPECT_EQ(read_chat(split),
              (Usage{.prompt = 9, .cache_write_5m = 3, .cache_write_1h = 4, .semantics = kAnthropic}));
    EXPECT_EQ(read_chat(R"({"usage_source":"anthropic","claude_cache_creation_5_m_tokens":3})").semantics,
              kOpenai);
    EXPECT_EQ(read_chat(R"({"claude_cache_creation_5_m_tokens":0})").semantics, kOpenai);
}

TEST(JsonProgress, KnowsTheEndOfAnObjectInPieces) {
    JsonProgress progress;
    for (const std::string_view piece : {R"( {"a":"}\")", R"(",)", R"("b":[{})", R"(])"}) {
        progress.add(piece);
        EXPECT_FALSE(progress.complete()) << piece;
    }
    progress.add("}");
    EXPECT_TRUE(progress.complete());
    EXPECT_FALSE(JsonProgress().complete());
}

}    // namespace
}    // namespace opusclaw::dialect
