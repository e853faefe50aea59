// Tests of relay/sensitive_words.h: where words are found, and where they are not looked for (spec 04 section 12).
#include "relay/sensitive_words.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "unit/relay/chat_facts.h"

namespace opusclaw::relay {
namespace {

bool found(const std::vector<std::string>& words, const std::string& text) {
    return WordFinder(words).found_in(text);
}

/// With enough others beside it that the finder works by pairs.
bool found_among_many(const std::string& word, const std::string& text) {
    return found({"qqqq1", "qqqq2", "qqqq3", "qqqq4", "qqqq5", word}, text);
}

bool in_prompt(const std::vector<std::string>& words, const std::string& text,
               provider::Endpoint endpoint = provider::Endpoint::ChatCompletions) {
    const PaddedBuffer body(text);
    return prompt_has(WordFinder(words), facts_for(endpoint, body));
}

TEST(WordFinder, IgnoresTheCaseOfLetters) {
    for (const char* const text : {"bad", "a BAD thing", "very Bad", "bbad"}) {
        EXPECT_TRUE(found({"bad"}, text)) << text;
        EXPECT_TRUE(found_among_many("bad", text)) << text;
    }
    for (const char* const text : {"", "ba", "b ad", "ba-d", "db a"}) {
        EXPECT_FALSE(found({"bad"}, text)) << text;
        EXPECT_FALSE(found_among_many("bad", text)) << text;
    }
}

TEST(WordFinder, TakesWordsOfEveryKind) {
    EXPECT_TRUE(found({"敏感"}, "这是敏感词"));
    EXPECT_TRUE(found_among_many("敏感", "这是敏感词"));
    EXPECT_FALSE(found({"敏感"}, "这是感敏词"));
    EXPECT_TRUE(found({"x"}, "aXb"));
    EXPECT_TRUE(found_among_many("x", "aX")) << "one byte at the end";
    EXPECT_FALSE(found({}, "anything"));
}

TEST(Prompt, IsSearchedWhereTokensAreCounted) {
    const auto with = [](std::string_view members) {
        return in_prompt({"bad"}, R"({"model":"m",)" + std::string(members) + "}");
    };
    EXPECT_TRUE(with(R"("messages":[{"role":"user","content":"so BAD"}])"));
    EXPECT_TRUE(with(R"("messages":[{"role":"user","content":[{"type":"text","text":"bad"}]}])"));
    EXPECT_TRUE(with(R"("messages":[{"role":"user","content":"b\u0061d"}])")) << "an escape hides nothing";
    EXPECT_TRUE(in_prompt({"\"x\""}, R"({"messages":[{"role":"user","content":"say \"X\""}]})"));
    EXPECT_FALSE(with(R"("messages":[{"role":"user","content":"a \\u0062ad"}])"));
    EXPECT_TRUE(with(R"("messages":[{"role":"user","name":"bad","content":""}])"));
    EXPECT_TRUE(with(R"("messages":[{"tool_calls":[{"function":{"name":"f","arguments":"bad"}}]}])"));
    EXPECT_TRUE(with(R"("tools":[{"function":{"name":"f","parameters":{"bad":1}}}])"));
    EXPECT_TRUE(with(R"("prompt":["bad"])"));
    EXPECT_TRUE(with(R"("input":[{"type":"text","text":"bad"}])")) << "as moderations have it";
    EXPECT_FALSE(with(R"("user":"bad")"));
    EXPECT_FALSE(
        with(R"("messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"bad"}}]}])"))
        << "files are not inspected";
    EXPECT_FALSE(with(R"("messages":[{"role":"user","content":"good\n\u00e9"}])"));
}

TEST(Prompt, OfAResponsesRequestIsSearchedWhereTokensAreCounted) {
    const auto with = [](std::string_view members) {
        return in_prompt({"bad"}, R"({"model":"m",)" + std::string(members) + "}",
                         provider::Endpoint::Responses);
    };
    EXPECT_TRUE(with(R"("input":"BAD")"));
    EXPECT_TRUE(with(R"("input":["bad"])"));
    for (const char* const item :
         {R"("role":"user","content":"bad")", R"("content":[{"type":"input_text","text":"bad"}])",
          R"("type":"function_call_output","output":"b\u0061d")", R"("output":[{"type":"x","text":"bad"}])",
          R"("type":"reasoning","summary":[{"type":"summary_text","text":"bad"}])",
          R"("type":"function_call","name":"bad")", R"("type":"function_call","arguments":"bad")"}) {
        EXPECT_TRUE(with(R"("input":[{)" + std::string(item) + "}]")) << item;
    }
    for (const char* const member : {"instructions", "metadata", "text", "tool_choice", "prompt", "tools"}) {
        const std::string name = '"' + std::string(member) + '"';
        EXPECT_TRUE(with(name + R"(:"bad")")) << member;
        EXPECT_TRUE(with(name + R"(:[{"a":["b\u0061d"]}])")) << member << ": an escape hides nothing";
        EXPECT_TRUE(with(name + R"(:{"b\u0061d":1})")) << member;
        EXPECT_FALSE(with(name + R"(:"a \\u0062ad")")) << member;
    }
    EXPECT_FALSE(with(R"("input":"good","user":"bad")"));
    EXPECT_FALSE(with(R"("input":[{"content":[{"type":"input_image","image_url":"bad"}]}])"));
}

TEST(Prompt, AWordMayHaveWhatJsonEscapes) {
    const std::string chat = R"({"messages":[{"role":"user","content":"one\ttwo"}]})";
    EXPECT_TRUE(in_prompt({"one\ttwo"}, chat));
    EXPECT_FALSE(in_prompt({"one\ntwo"}, chat));
    EXPECT_TRUE(in_prompt({"one\ttwo"}, R"({"instructions":"one\ttwo"})", provider::Endpoint::Responses));
    EXPECT_FALSE(in_prompt({"one\ttwo"}, "{}"));
}

TEST(SensitiveWords, AreCheckedWhileBothOptionsAreOn) {
    const PaddedBuffer body(
        std::string_view(R"({"messages":[{"role":"user","content":"a TEST_sensitive b"}]})"));
    const Facts facts = chat_facts(body);
    SensitiveWords words;
    settings::Settings settings = settings::default_settings();
    const auto refused = [&] {
        try {
            words.check(std::make_shared<const settings::Settings>(settings), facts);
        } catch (const Error& error) {
            return std::to_string(error.status) + " " + error.code;
        }
        return std::string();
    };
    EXPECT_EQ(refused(), "400 sensitive_words_detected") << "the default word";
    settings.check_sensitive_on_prompt_enabled = false;
    EXPECT_EQ(refused(), "");
    settings.check_sensitive_on_prompt_enabled = true;
    settings.check_sensitive_enabled = false;
    EXPECT_EQ(refused(), "");
    settings.check_sensitive_enabled = true;
    settings.sensitive_words = {"other"};
    EXPECT_EQ(refused(), "");
}

}    // namespace
}    // namespace opusclaw::relay
