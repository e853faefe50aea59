// Tests of dialect/token_estimate.h: the weights and runs of spec 05 section 10.3.
#include "dialect/token_estimate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

namespace opusclaw::dialect {
namespace {

struct Case {
    std::string_view name, model, text;
    double sum;
};
class Estimate : public testing::TestWithParam<Case> {};
TEST_P(Estimate, ChargesByKind) {
    EXPECT_EQ(estimate_tokens(GetParam().model, GetParam().text),
              static_cast<std::int64_t>(std::ceil(GetParam().sum)));
}
INSTANTIATE_TEST_SUITE_P(
    Kinds, Estimate,
    testing::Values(Case{"empty", "gpt-4o", "", 0}, Case{"word", "gpt-4o", "word", 1.02},
                    Case{"two_words", "gpt-4o", "two words", 2 * 1.02 + 0.42},
                    Case{"number", "gpt-4o", "12345", 1.55}, Case{"switch", "gpt-4o", "abc123", 1.02 + 1.55},
                    Case{"cjk", "gpt-4o", "你好吗", 3 * 0.85}, Case{"kana", "gpt-4o", "かな", 2 * 0.85},
                    Case{"hangul", "gpt-4o", "한국", 2 * 0.85}, Case{"emoji", "gpt-4o", "😀", 2.12},
                    Case{"newline", "gpt-4o", "\n\t", 2 * 0.5}, Case{"url", "gpt-4o", "a/b", 2 * 1.02 + 1.0},
                    Case{"at", "gpt-4o", "@", 2.0}, Case{"math", "gpt-4o", "∑", 2.68},
                    Case{"symbol", "gpt-4o", "!", 0.4}, Case{"cyrillic", "gpt-4o", "привет", 1.02},
                    Case{"broken", "gpt-4o", "\xff\xfe", 2 * 0.4},
                    Case{"claude", "claude-x", "word word", 2 * 1.13 + 0.39},
                    Case{"gemini", "Gemini-2", "12 你", 2.8 + 0.2 + 0.68},
                    Case{"math_letter", "gpt-4o", "𝐀", 1.02}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(TokenEstimator, PiecesCountAsOneText) {
    const std::string text = "Some words 12345 and 中文, https://example.test/a?b=1 — ∑";
    TokenEstimator whole("gpt-4o");
    whole.add(text);
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        if (cut < text.size() && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U)
            continue;    // inside a character
        TokenEstimator pieces("gpt-4o");
        pieces.add(std::string_view(text).substr(0, cut));
        pieces.add(std::string_view(text).substr(cut));
        ASSERT_EQ(pieces.tokens(), whole.tokens()) << cut;
    }
}

/// Long texts are looked at in blocks, short ones a character at a time.
TEST(TokenEstimator, CountsBlocksAsItCountsCharacters) {
    constexpr std::string_view kPieces[] = {"a",
                                            "word",
                                            "Antidisestablishmentarianism",
                                            "7",
                                            "1234567890123456789",
                                            " ",
                                            "\n",
                                            "/",
                                            "@",
                                            "!",
                                            "[{",
                                            "`",
                                            "ä",
                                            "中",
                                            "😀"};
    std::uint32_t state = 1;
    for (int round = 0; round < 300; ++round) {
        std::string text;
        TokenEstimator characters("claude-x");
        for (int piece = 0; piece < 40; ++piece) {
            state = state * 1664525 + 1013904223;
            const std::string_view next = kPieces[(state >> 16) % std::size(kPieces)];
            text += next;
            if (static_cast<unsigned char>(next.front()) >= 0x80) {
                characters.add(next);
            } else {
                for (const char& c : next) characters.add({&c, 1});
            }
        }
        TokenEstimator whole("claude-x");
        whole.add(text);
        ASSERT_EQ(whole.tokens(), characters.tokens()) << text;
    }
}

TEST(OutputCounter, AddsSevenForEachToolCallOfTheFullestChunk) {
    OutputCounter counter("gpt-4o");
    counter.tool_calls(2);
    counter.tool_calls(1);
    EXPECT_EQ(counter.tokens(), 14);
}

TEST(CountTokens, IsByTheTokenizerForGptModelsAndEstimatedForOthers) {
    const std::string_view text = "Tokenization isn't trivial: 12345 привет 你好";
    EXPECT_EQ(count_tokens("gpt-4o", text), gpt::count(gpt::Encoding::O200kBase, text));
    EXPECT_EQ(count_tokens("GPT-4", text), gpt::count(gpt::Encoding::Cl100kBase, text));
    EXPECT_EQ(count_tokens("claude-sonnet-4-5", text), estimate_tokens("claude-sonnet-4-5", text));
    EXPECT_NE(count_tokens("gpt-4o", text), estimate_tokens("gpt-4o", text));
}

TEST(CountTokens, EstimatesWhatIsLongerThanAMegabyte) {
    std::string text;
    while (text.size() < TokenCounter::kMostExact) text += "lorem ipsum ";
    text.resize(TokenCounter::kMostExact);
    EXPECT_EQ(count_tokens("gpt-4o", text), gpt::count(gpt::Encoding::O200kBase, text));
    text += '!';
    EXPECT_EQ(count_tokens("gpt-4o", text), estimate_tokens("gpt-4o", text));
}

TEST(TokenCounter, CountsPiecesAsOneText) {
    TokenCounter exact("gpt-4o", Counting::Exact), fast("gpt-4o", Counting::Fast);
    for (const std::string_view piece : {"token", "ization isn", "'t triv", "ial"}) {
        exact.add(piece);
        fast.add(piece);
    }
    EXPECT_EQ(exact.tokens(), count_tokens("gpt-4o", "tokenization isn't trivial"));
    EXPECT_EQ(fast.tokens(), estimate_tokens("gpt-4o", "tokenization isn't trivial"));
    EXPECT_EQ(exact.estimated(), fast.tokens());
    EXPECT_EQ(exact.kept(), 26U);
    EXPECT_EQ(fast.kept(), 0U);
}

TEST(TokenCounter, GoesOverToTheEstimateWhenTheTextGetsTooLong) {
    TokenCounter counter("gpt-4o", Counting::Exact), estimate("gpt-4o", Counting::Fast);
    const std::string piece = std::string(1000, 'x') + " ";
    for (std::size_t size = 0; size <= TokenCounter::kMostExact; size += piece.size()) {
        counter.add(piece);
        estimate.add(piece);
    }
    EXPECT_EQ(counter.kept(), 0U);
    EXPECT_EQ(counter.tokens(), estimate.tokens());
}

}    // namespace
}    // namespace opusclaw::dialect
