// Tests of dialect/gpt: known ids, what is a piece, broken bytes, names of models, and how the work grows. That ids equal
// the official implementation's on random texts is shown by tests/tokenizer/official.test.ts.
#include "dialect/gpt/tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <thread>

#include "dialect/gpt/byte_pairs.h"
#include "dialect/gpt/pieces.h"
#include "unit/base/work.h"

namespace opusclaw::dialect::gpt {
namespace {

using testing::ElementsAre;

constexpr std::array kEncodings = {Encoding::Cl100kBase, Encoding::O200kBase};

std::vector<std::string> pieces_of(Encoding encoding, std::string_view text) {
    std::vector<std::string> found;
    Pieces pieces(encoding, text);
    for (std::string_view piece = pieces.next(); !piece.empty(); piece = pieces.next())
        found.emplace_back(piece);
    return found;
}

std::string text_of(Encoding encoding, const std::vector<Rank>& ids) {
    std::string text;
    for (const Rank id : ids) text += RankTable::of(encoding).bytes_of(id);
    return text;
}

struct Known {
    std::string_view name, text;
    std::vector<Rank> cl100k, o200k;
};
class KnownIds : public testing::TestWithParam<Known> {};
TEST_P(KnownIds, AreThoseOfTiktoken) {
    EXPECT_EQ(encode(Encoding::Cl100kBase, GetParam().text), GetParam().cl100k);
    EXPECT_EQ(encode(Encoding::O200kBase, GetParam().text), GetParam().o200k);
}
// Made with the npm package tiktoken 1.0.22, encode_ordinary().
INSTANTIATE_TEST_SUITE_P(
    Texts, KnownIds,
    testing::Values(
        Known{"english",
              "Hello, world! It's a test.",
              {9906, 11, 1917, 0, 1102, 596, 264, 1296, 13},
              {13225, 11, 2375, 0, 7744, 261, 1746, 13}},
        Known{"capitals", "HELLOWorld iPhone", {51812, 9628, 1410, 12443}, {111642, 2699, 13046, 575, 7081}},
        Known{"chinese",
              "今天天气很好。",
              {37271, 36827, 36827, 30320, 242, 17599, 230, 53901, 1811},
              {10941, 1487, 25896, 148483, 788}},
        Known{"japanese", "こんにちは、世界", {90115, 5486, 3574, 244, 98220}, {95839, 1395, 28428}},
        Known{"arabic",
              "مرحبا بالعالم",
              {10386, 11318, 30925, 22071, 5821, 28946, 32482, 24102, 32482, 10386},
              {158894, 26537, 101462, 12773}},
        Known{"hindi",
              "नमस्ते दुनिया",
              {61196, 88344, 79468, 31584, 97, 35470, 15272, 99, 73753, 61196, 43411, 107, 24810},
              {998, 1637, 14681, 628, 64593}},
        Known{"emoji",
              "👩‍👩‍👧‍👦 👍🏽",
              {9468, 239, 102, 378,  235, 9468, 239,   102, 378,  235, 9468, 239,
               100,  378, 235, 9468, 239, 99,   62904, 235, 9468, 237, 121},
              {28823, 102, 2524, 28823, 102, 2524, 28823, 100, 2524, 28823, 99, 160433, 52622, 121}},
        Known{"digits",
              "1234567 ٣٤٥ ½",
              {4513, 10961, 22, 220, 149, 96, 149, 97, 149, 98, 220, 27154},
              {7633, 19354, 22, 220, 81473, 98713, 97336, 220, 27124}},
        Known{"blanks",
              "a  b\n\n  c \t",
              {64, 220, 293, 271, 220, 272, 7163},
              {64, 220, 287, 279, 220, 274, 14593}},
        Known{"code",
              "for (int i = 0; i < n; ++i) {\n    x += a[i];\n}",
              {2000, 320, 396, 602, 284, 220, 15,   26,  602,  366, 308, 26,
               3526, 72,  8,   341, 262, 865, 1447, 264, 1004, 947, 92},
              {1938, 350, 491, 575, 314, 220,  15,   26,  575,  464,  297, 26,
               7600, 72,  8,   405, 271, 1215, 2757, 261, 1768, 1735, 92}}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(GptRankTable, FindsEveryTokenByItsBytes) {
    for (const Encoding encoding : kEncodings) {
        const RankTable& table = RankTable::of(encoding);
        std::size_t longest = 0, wrong = 0;
        for (Rank rank = 0; rank < table.size(); ++rank) {
            const std::string_view bytes = table.bytes_of(rank);
            longest = std::max(longest, bytes.size());
            if (table.find(bytes) != rank) ++wrong;
            if (bytes.size() == 2 && table.find_pair(bytes[0], bytes[1]) != rank) ++wrong;
        }
        EXPECT_EQ(wrong, 0U);
        EXPECT_EQ(longest, table.longest());
        EXPECT_EQ(table.find(""), kNoRank);
        EXPECT_EQ(table.find(std::string(longest + 1, ' ')), kNoRank);
        EXPECT_EQ(table.find("no such token"), kNoRank);
    }
    EXPECT_EQ(RankTable::of(Encoding::Cl100kBase).size(), 100256U);
    EXPECT_EQ(RankTable::of(Encoding::O200kBase).size(), 199998U);
}

TEST(GptPieces, OfBothEncodingsDifferInWordsAndSlashes) {
    EXPECT_THAT(pieces_of(Encoding::Cl100kBase, "HelloWorld's  12345 !?\n/x"),
                ElementsAre("HelloWorld", "'s", " ", " ", "123", "45", " !?\n", "/x"));
    EXPECT_THAT(pieces_of(Encoding::O200kBase, "HelloWorld's  12345 !?\n/x"),
                ElementsAre("Hello", "World's", " ", " ", "123", "45", " !?\n/", "x"));
}

TEST(GptPieces, GiveBackWhatARegularExpressionWouldGiveBack) {
    // Capitals that no small letter follows end the word before them where a letter without case is between.
    EXPECT_THAT(pieces_of(Encoding::O200kBase, "A中BC"), ElementsAre("A中", "BC"));
    // A mark before a capital is a word of its own, as the prefix of a word it would leave no small letter.
    EXPECT_THAT(pieces_of(Encoding::O200kBase,
                          "\xCC\x81"
                          "A"),
                ElementsAre("\xCC\x81", "A"));
    // The last blank belongs to what follows, unless a line break or the end of the text does.
    EXPECT_THAT(pieces_of(Encoding::O200kBase, "   x \n  \n  y  "),
                ElementsAre("  ", " x", " \n  \n", " ", " y", "  "));
    EXPECT_THAT(pieces_of(Encoding::Cl100kBase, "x'\xC5\xBFt"), ElementsAre("x", "'\xC5\xBF", "t"));
}

TEST(GptTokenizer, TakesNamesOfSpecialTokensAsText) {
    for (const Encoding encoding : kEncodings) {
        const std::vector<Rank> ids = encode(encoding, "<|endoftext|>");
        EXPECT_GT(ids.size(), 3U);
        EXPECT_EQ(text_of(encoding, ids), "<|endoftext|>");
    }
}

TEST(GptTokenizer, TakesBrokenBytesAsReplacementCharacters) {
    const std::array<std::pair<std::string_view, std::string_view>, 5> cases = {{
        {"a\xFFz", "a\xEF\xBF\xBDz"},
        {"\xE4\xBD", "\xEF\xBF\xBD"},                                // cut off: one
        {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},    // a surrogate: one for each byte
        {"\xC0\xAFx", "\xEF\xBF\xBD\xEF\xBF\xBDx"},                  // too long a form of '/'
        {"\xF0\x9F\x98\x80\x80", "\xF0\x9F\x98\x80\xEF\xBF\xBD"},
    }};
    for (const Encoding encoding : kEncodings) {
        for (const auto& [broken, replaced] : cases) {
            EXPECT_EQ(encode(encoding, broken), encode(encoding, replaced));
            EXPECT_EQ(text_of(encoding, encode(encoding, broken)), replaced);
        }
    }
}

TEST(GptTokenizer, KeepsNulBytes) {
    const std::string text("a\0b", 3);
    EXPECT_EQ(text_of(Encoding::O200kBase, encode(Encoding::O200kBase, text)), text);
}

TEST(GptTokenizer, HasNoTokensForNoText) {
    EXPECT_EQ(count(Encoding::Cl100kBase, ""), 0);
    EXPECT_TRUE(encode(Encoding::O200kBase, "").empty());
}

TEST(GptBytePairs, AreTheSameByBothWays) {
    std::mt19937 random(7);
    for (const Encoding encoding : kEncodings) {
        BytePairs pairs(RankTable::of(encoding));
        for (int i = 0; i < 3000; ++i) {
            std::string piece(1 + random() % BytePairs::kShort, ' ');
            const unsigned letters = i % 3 == 0 ? 2 : i % 3 == 1 ? 26 : 256;
            for (char& c : piece) c = static_cast<char>(letters == 256 ? random() : 'a' + random() % letters);
            const auto seen = pairs.join_short(piece);
            const std::vector<std::uint32_t> by_search(seen.begin(), seen.end());
            const auto by_heap = pairs.join_long(piece);
            ASSERT_TRUE(std::ranges::equal(by_search, by_heap)) << testing::PrintToString(piece);
        }
    }
}

TEST(GptTokenizer, CanBeUsedFirstByManyThreads) {
    constexpr int kThreads = 8;
    std::array<std::vector<Rank>, kThreads> ids;
    std::vector<std::thread> threads;
    for (auto& own : ids) {
        threads.emplace_back([&own] {
            own = encode(Encoding::O200kBase, "Zażółć gęślą jaźń, 你好");
            own.push_back(static_cast<Rank>(count(Encoding::Cl100kBase, "naïve")));
        });
    }
    for (std::thread& thread : threads) thread.join();
    for (const auto& own : ids) EXPECT_EQ(own, ids[0]);
    EXPECT_EQ(text_of(Encoding::O200kBase, {ids[0].begin(), ids[0].end() - 1}), "Zażółć gęślą jaźń, 你好");
}

TEST(GptTokenizer, IsLinearInTextsThatNoBlankDivides) {
    std::mt19937 random(3);
    for (const std::string_view unit : {"a", " ", "\n ", "\xCC\x81", "A", "A中", "x'", "é"}) {
        const auto run = [&](std::int64_t times) {
            std::string text;
            for (std::int64_t i = 0; i < times; ++i) text += unit;
            return cpu_time_of([&] { count(Encoding::O200kBase, text); });
        };
        EXPECT_LT(growth(run, 2000), kLinearGrowth) << testing::PrintToString(unit);
    }
    const auto letters = [&](std::int64_t times) {
        std::string text;
        for (std::int64_t i = 0; i < times; ++i) text += static_cast<char>('a' + random() % 26);
        return cpu_time_of([&] { count(Encoding::Cl100kBase, text); });
    };
    EXPECT_LT(growth(letters, 2000), kLinearGrowth);
}

TEST(GptEncoding, FollowsTheNameOfTheModel) {
    const auto cl100k = Encoding::Cl100kBase, o200k = Encoding::O200kBase;
    for (const std::string_view name : {"gpt-4o", "GPT-4o-mini", "gpt-4.1-nano", "gpt-4.5-preview", "gpt-5.1",
                                        "chatgpt-4o-latest", "o1", "o3-mini", "O4-mini"})
        EXPECT_EQ(encoding_of(name), o200k) << name;
    for (const std::string_view name : {"gpt-4", "gpt-4-turbo", "gpt-3.5-turbo", "gpt-35-turbo",
                                        "gpt-oss-120b", "my-gpt-4o", "azure/o1", "chatgpt-next"})
        EXPECT_EQ(encoding_of(name), cl100k) << name;
    for (const std::string_view name :
         {"claude-sonnet-4-5", "gemini-2.5-pro", "deepseek-chat", "text-embedding-3-small", ""})
        EXPECT_EQ(encoding_of(name), std::nullopt) << name;
}

}    // namespace
}    // namespace opusclaw::dialect::gpt
