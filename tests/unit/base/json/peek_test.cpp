// tests/unit/base/json/peek_test.cpp: what peek finds and refuses. The bodies are in tests/data/json/peek.json.
#include "base/json/peek.h"

#include <gtest/gtest.h>

#include "cases.h"

namespace opusclaw::json {
namespace {

constexpr std::array<std::string_view, 5> kGuarded = {"model", "stream", "stream_options", "max_tokens",
                                                      "generationConfig"};

std::string_view slice(const PeekResult& peeked, const Range& range) {
    return peeked.text.substr(range.begin, range.size());
}

TEST(Peek, FindsAndRefusesAsTheCasesSay) {
    each_case("peek.json", [](const View& test_case) {
        const PaddedBuffer body(text_of(test_case, "body"));
        const std::string outcome = test_case.find("outcome").value().as_string().value();
        if (outcome != "ok") {
            EXPECT_EQ(code_of([&] { peek(body, kGuarded); }), outcome);
            return;
        }
        const PeekResult peeked = peek(body, kGuarded);
        for (std::size_t i = 0; i < kGuarded.size(); ++i) {
            const auto expected = test_case.find("found").value().find(kGuarded[i]);
            ASSERT_EQ((peeked.find(i) != nullptr), expected.has_value()) << kGuarded[i];
            if (expected) EXPECT_EQ(slice(peeked, peeked.find(i)->value()), expected->as_string());
        }
    });
}

TEST(Peek, GivesTheRangesOfAMember) {
    const PaddedBuffer body(R"( { "x" : 1 , "model" : "gpt" , "y":2 } )");
    const PeekResult peeked = peek(body, kGuarded);
    ASSERT_TRUE(peeked.find(0) != nullptr);
    EXPECT_EQ(slice(peeked, peeked.object), R"({ "x" : 1 , "model" : "gpt" , "y":2 })");
    EXPECT_EQ(slice(peeked, peeked.find(0)->key()), R"("model")");
    EXPECT_EQ(slice(peeked, peeked.find(0)->value()), R"("gpt")");
    EXPECT_EQ(slice(peeked, peeked.find(0)->member()), R"("model" : "gpt")");
    EXPECT_FALSE(peeked.empty_object);
    EXPECT_EQ(peeked.text.data(), body.data());
}

TEST(Peek, GivesTheValueAsAView) {
    const PaddedBuffer body(R"({"stream_options":{"include_usage":true},"model":"a\nb"})");
    const PeekResult peeked = peek(body, kGuarded);
    EXPECT_EQ(peeked.value(0)->as_string(), "a\nb");
    EXPECT_EQ(peeked.value(2)->find("include_usage")->as_bool(), true);
    EXPECT_EQ(peeked.value(1), std::nullopt);
    EXPECT_EQ(peeked.value(99), std::nullopt);
}

TEST(Peek, SaysWhetherTheObjectIsEmpty) {
    EXPECT_TRUE(peek(PaddedBuffer(" { } "), kGuarded).empty_object);
    EXPECT_FALSE(peek(PaddedBuffer("{\"a\":1}"), kGuarded).empty_object);
}

TEST(Peek, NamesTheDoubledKey) {
    try {
        peek(PaddedBuffer(R"({"stream":true,"model":"a","model":"b"})"), kGuarded);
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code, "duplicate_key");
        EXPECT_NE(error.message.text.find("\"model\""), std::string::npos) << error.message.text;
        EXPECT_EQ(error.status, 400);
    }
}

TEST(Peek, RefusesEveryCutBody) {
    const std::string body =
        R"({"model":"gpt","messages":[{"role":"user","content":"a\"b]}"},[1,2.5e3,null]],"stream":true,"x":{"y":[]}})";
    peek(PaddedBuffer(body), kGuarded);
    for (std::size_t size = 0; size < body.size(); ++size)
        EXPECT_EQ(code_of([&] { peek(PaddedBuffer(body.substr(0, size)), kGuarded); }), kInvalid) << size;
}

TEST(Peek, RefusesEverySpellingOfAGuardedKey) {
    for (std::size_t letter = 0; letter < 5; ++letter) {
        std::string upper = "model";
        upper[letter] = static_cast<char>(upper[letter] - 'a' + 'A');
        EXPECT_EQ(code_of([&] { peek(PaddedBuffer("{\"" + upper + "\":1}"), kGuarded); }), "duplicate_key")
            << upper;
        constexpr std::array kCodes = {"6d", "6F", "64", "0065", "6c"};
        std::string escaped = "model";
        const std::string code = std::string(kCodes[letter]).size() == 2 ? "00" + std::string(kCodes[letter])
                                                                         : kCodes[letter];
        escaped.replace(letter, 1, "\\u" + code);
        EXPECT_EQ(code_of([&] { peek(PaddedBuffer("{\"" + escaped + "\":1}"), kGuarded); }), "duplicate_key")
            << escaped;
    }
}

TEST(Peek, PassesWhatOnlyLooksLikeAGuardedKey) {
    const PaddedBuffer body(
        R"({"mod":1,"models":2,"model ":3,"mode\n":4,"\u006dode":5,"MODELS":6,"m\u00f6del":7})");
    const PeekResult peeked = peek(body, kGuarded);
    EXPECT_FALSE(peeked.find(0) != nullptr);
}

TEST(Peek, HasRoomForThirtyTwoKeysAndNoMore) {
    std::vector<std::string> names;
    std::string body = "{";
    for (int i = 0; i < 33; ++i) {
        names.push_back("key_" + std::to_string(i));
        body += (i ? ",\"" : "\"") + names.back() + "\":" + std::to_string(i);
    }
    body += "}";
    const std::vector<std::string_view> keys(names.begin(), names.end());
    const PaddedBuffer buffer(body);
    const PeekResult peeked = peek(buffer, std::span(keys).first(32));
    for (std::size_t i = 0; i < 32; ++i) EXPECT_EQ(peeked.value(i)->as_int(), static_cast<std::int64_t>(i));
    EXPECT_THROW(peek(buffer, keys), Error);
}

TEST(Peek, TakesKeysOfEveryLength) {
    const std::string longest(300, 'k');
    const std::array<std::string_view, 2> guarded = {longest, "k"};
    const PaddedBuffer body("{\"" + longest + "\":1,\"k\":2,\"" + std::string(364, 'k') + "\":3}");
    const PeekResult peeked = peek(body, guarded);
    EXPECT_EQ(peeked.value(0)->as_int(), 1);
    EXPECT_EQ(peeked.value(1)->as_int(), 2);
}

TEST(Peek, AcceptsTheDeepestNestingAndNoDeeper) {
    const auto body = [](std::size_t depth) {
        return PaddedBuffer("{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}");
    };
    EXPECT_EQ(code_of([&] { peek(body(511), kGuarded); }), "");
    EXPECT_EQ(code_of([&] { peek(body(512), kGuarded); }), kInvalid);
    EXPECT_EQ(code_of([&] { peek(body(1'000'000), kGuarded); }), kInvalid);
}

TEST(Peek, ReadsLargeAndSmallBodiesInTurn) {
    // A thread's scanner grows for a large body and gives the memory back.
    const PaddedBuffer small(R"({"model":"s"})");
    std::string text = R"({"input":[1)";
    while (text.size() < 6'000'000) text += ",{\"a\":1}";
    const PaddedBuffer large(text + "],\"model\":\"l\"}");
    for (int round = 0; round < 3; ++round) {
        EXPECT_EQ(peek(small, kGuarded).value(0)->as_string(), "s");
        EXPECT_EQ(peek(large, kGuarded).value(0)->as_string(), "l");
    }
}

}    // namespace
}    // namespace opusclaw::json
