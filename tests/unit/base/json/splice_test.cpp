// tests/unit/base/json/splice_test.cpp: edits by byte range. Written cases are in tests/data/json/splice.json; every mixture
// of edits of small objects is made here and compared with the edit tree.
#include "base/json/splice.h"

#include <gtest/gtest.h>

#include "base/json/edit.h"
#include "cases.h"

namespace opusclaw::json {
namespace {

constexpr std::array<std::string_view, 5> kKeys = {"a", "b", "c", "d", "e"};

const Found& found_of(const PeekResult& peeked, std::string_view key) {
    const auto place = std::find(kKeys.begin(), kKeys.end(), key) - kKeys.begin();
    return *peeked.find(static_cast<std::size_t>(place));
}

/// Keys and raw values in order, without blanks between them.
std::string members_of(std::string_view text) {
    std::string out;
    view_of(text).each_member([&](std::string_view key, const View& value) {
        out.append(key).append("=").append(value.raw()).append(";");
        return true;
    });
    return out;
}

TEST(Splice, GivesWhatTheCasesSay) {
    each_case("splice.json", [](const View& test_case) {
        const PaddedBuffer body(text_of(test_case, "body"));
        const PeekResult peeked = peek(body, kKeys);
        Splice splice(peeked);
        test_case.find("remove").value().each_item([&](const View& key) {
            splice.remove(found_of(peeked, key.as_string().value()));
            return true;
        });
        test_case.find("replace").value().each_member([&](std::string_view key, const View& value) {
            splice.replace(found_of(peeked, key), value.as_string().value());
            return true;
        });
        test_case.find("add").value().each_member([&](std::string_view key, const View& value) {
            splice.add(key, value.as_string().value());
            return true;
        });
        EXPECT_EQ(splice.str(), test_case.find("result").value().as_string());
        EXPECT_EQ(splice.size(), splice.str().size());
    });
}

/// One choice per member (keep, remove, replace) and whether something is added.
struct Mixture {
    std::vector<int> choices;
    int added = 0;
};

std::string object_of(std::size_t members, std::string_view blank) {
    std::string text = std::string(blank) + "{";
    for (std::size_t i = 0; i < members; ++i) {
        if (i) text += ",";
        text.append(blank).append("\"").append(kKeys[i]).append("\"").append(blank).append(":");
        text.append(blank).append(std::to_string(i)).append(blank);
    }
    if (members == 0) text += blank;
    return text + "}" + std::string(blank);
}

void check_mixture(const std::string& text, const Mixture& mixture) {
    const PaddedBuffer body(text);
    const PeekResult peeked = peek(body, kKeys);
    Splice splice(peeked);
    Node tree = Node::parse(text);
    // Backwards, since the order of the calls must not matter.
    for (std::size_t i = mixture.choices.size(); i-- > 0;) {
        if (mixture.choices[i] == 1) {
            splice.remove(*peeked.find(i));
            EXPECT_TRUE(tree.erase(kKeys[i]));
        } else if (mixture.choices[i] == 2) {
            splice.replace(*peeked.find(i), "[\"new\"]");
            tree.set(kKeys[i], Node::parse("[\"new\"]"));
        }
    }
    for (int i = 0; i < mixture.added; ++i) {
        const std::string key = "added" + std::to_string(i);
        splice.add(key, "{}");
        tree.set(key, Node::object());
    }
    const std::string result = splice.str();
    EXPECT_EQ(code_of([&] { Document::copy(result).validate(); }), "") << result;
    EXPECT_EQ(members_of(result), members_of(tree.str())) << result;
}

TEST(Splice, AgreesWithTheEditTreeOnEveryMixture) {
    for (const std::string_view blank : {"", " ", "\r\n\t "}) {
        for (std::size_t members = 0; members <= kKeys.size(); ++members) {
            const std::string text = object_of(members, blank);
            int mixtures = 3;
            for (std::size_t i = 0; i < members; ++i) mixtures *= 3;
            for (int number = 0; number < mixtures; ++number) {
                Mixture mixture;
                mixture.added = number % 3;
                for (int rest = number / 3; mixture.choices.size() < members; rest /= 3)
                    mixture.choices.push_back(rest % 3);
                check_mixture(text, mixture);
            }
        }
    }
}

TEST(Splice, GivesTheTextItselfWhenNothingChanged) {
    const PaddedBuffer body(" {\"a\":1} ");
    const PeekResult peeked = peek(body, kKeys);
    Splice splice(peeked);
    EXPECT_TRUE(splice.unchanged());
    ASSERT_EQ(splice.pieces().size(), 1u);
    EXPECT_EQ(splice.pieces()[0].data(), body.data());
    EXPECT_EQ(splice.size(), body.size());
}

TEST(Splice, LeavesTheBytesAroundAnEditWhereTheyAre) {
    const PaddedBuffer body(R"({"x":[1,2],"a":"old","y":3})");
    const PeekResult peeked = peek(body, kKeys);
    Splice splice(peeked);
    splice.replace(*peeked.find(0), "\"new\"");
    EXPECT_FALSE(splice.unchanged());
    const auto& pieces = splice.pieces();
    ASSERT_EQ(pieces.size(), 3u);
    EXPECT_EQ(pieces[0].data(), body.data());
    EXPECT_EQ(pieces[1], "\"new\"");
    EXPECT_EQ(pieces[2].data() + pieces[2].size(), body.data() + body.size());
}

TEST(Splice, TakesEditsAfterThePiecesWereRead) {
    const PaddedBuffer body(R"({"a":1,"b":2})");
    const PeekResult peeked = peek(body, kKeys);
    Splice splice(peeked);
    splice.replace(*peeked.find(0), "10");
    EXPECT_EQ(splice.str(), R"({"a":10,"b":2})");
    splice.replace(*peeked.find(0), "11");
    splice.add("c", "3");
    EXPECT_EQ(splice.str(), R"({"a":11,"b":2,"c":3})");
    splice.remove(*peeked.find(0));
    splice.remove(*peeked.find(0));
    EXPECT_EQ(splice.str(), R"({"b":2,"c":3})");
}

TEST(Splice, KeepsItsPiecesWhenMoved) {
    const PaddedBuffer body(R"({"a":1,"b":2})");
    std::optional<PeekResult> peeked = peek(body, kKeys);
    Splice first(*peeked);
    first.replace(*peeked->find(0), "9");
    first.add("z", "0");
    peeked.reset();
    Splice second = std::move(first);
    EXPECT_EQ(second.str(), R"({"a":9,"b":2,"z":0})");
}

TEST(Splice, KeepsPiecesThatWereReadWhenMoved) {
    const PaddedBuffer body(R"({"a":1})");
    const PeekResult peeked = peek(body, kKeys);
    std::optional<Splice> first(std::in_place, peeked);
    first->add("z", "0");    // short enough to stand inside of the object itself
    EXPECT_EQ(first->pieces().size(), 3U);
    Splice second = std::move(*first);
    first.reset();
    std::string text;
    for (const std::string_view piece : second.pieces()) text.append(piece);
    EXPECT_EQ(text, R"({"a":1,"z":0})");
}

TEST(Splice, ManyEditsCostTheirNumber) {
    constexpr std::size_t kMembers = 300'000;
    std::string text = R"({"a":0)";
    std::vector<Range> members, values;
    for (std::size_t i = 0; i < kMembers; ++i) {
        text += ',';
        members.push_back({text.size(), text.size() + 5});
        values.push_back({text.size() + 4, text.size() + 5});
        text += R"("x":1)";
    }
    const PaddedBuffer body(text + "}");
    const PeekResult peeked = peek(body, kKeys);
    Splice gone(peeked), other(peeked);
    for (const Range& member : members) gone.remove(member);
    for (const Range& value : values) other.replace(value, "2");
    EXPECT_EQ(gone.str(), R"({"a":0})");
    EXPECT_EQ(other.size(), body.size());    // quadratic, both would take minutes
}

TEST(Splice, EscapesTheKeyItAdds) {
    const PaddedBuffer body("{}");
    const PeekResult peeked = peek(body, kKeys);
    Splice splice(peeked);
    splice.add("a\"\n\xFF", "1");
    EXPECT_EQ(splice.str(), "{\"a\\\"\\n\xEF\xBF\xBD\":1}");
}

}    // namespace
}    // namespace opusclaw::json
