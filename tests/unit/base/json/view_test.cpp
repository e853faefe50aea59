// tests/unit/base/json/view_test.cpp: what a View answers: types, scalars, members, items, and which malformed texts it
// meets. Whole texts are document_test.cpp's.
#include "base/json/view.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <vector>

#include "cases.h"

namespace opusclaw::json {
namespace {

std::vector<std::string> raw_items(const View& view) {
    std::vector<std::string> items;
    view.each_item([&](const View& item) {
        items.emplace_back(item.raw());
        return true;
    });
    return items;
}

std::vector<std::pair<std::string, std::string>> raw_members(const View& view) {
    std::vector<std::pair<std::string, std::string>> members;
    view.each_member([&](std::string_view key, const View& value) {
        members.emplace_back(key, value.raw());
        return true;
    });
    return members;
}

TEST(View, TellsTypesApart) {
    EXPECT_EQ(view_of("null").type(), Type::Null);
    EXPECT_TRUE(view_of("null").is_null());
    EXPECT_EQ(view_of("true").type(), Type::Bool);
    EXPECT_EQ(view_of("false").type(), Type::Bool);
    EXPECT_EQ(view_of("-1").type(), Type::Number);
    EXPECT_EQ(view_of("7").type(), Type::Number);
    EXPECT_EQ(view_of("\"x\"").type(), Type::String);
    EXPECT_EQ(view_of("[]").type(), Type::Array);
    EXPECT_EQ(view_of("{}").type(), Type::Object);
    EXPECT_EQ(code_of([] { (void)view_of("x").type(); }), kInvalid);
}

TEST(View, GivesNothingForAnotherType) {
    for (const char* text : {"null", "\"1\"", "[1]", "{\"a\":1}", "true"}) {
        EXPECT_EQ(view_of(text).as_int(), std::nullopt) << text;
        EXPECT_EQ(view_of(text).as_double(), std::nullopt) << text;
    }
    for (const char* text : {"null", "1", "[\"a\"]", "{}", "true"}) {
        EXPECT_EQ(view_of(text).as_string(), std::nullopt) << text;
        EXPECT_EQ(view_of(text).as_plain_string(), std::nullopt) << text;
    }
    for (const char* text : {"null", "1", "\"true\"", "[]", "{}"})
        EXPECT_EQ(view_of(text).as_bool(), std::nullopt);
    EXPECT_EQ(view_of("[1]").find("a"), std::nullopt);
    EXPECT_EQ(view_of("1").find("a"), std::nullopt);
    EXPECT_TRUE(raw_items(view_of("{\"a\":1}")).empty());
    EXPECT_TRUE(raw_members(view_of("[1]")).empty());
}

TEST(View, ReadsBooleans) {
    EXPECT_EQ(view_of("true").as_bool(), true);
    EXPECT_EQ(view_of("false").as_bool(), false);
}

TEST(View, ReadsNumbersWithoutLoss) {
    each_case("numbers.json", [](const View& test_case) {
        const std::string text = text_of(test_case);
        const auto whole = test_case.find("int").value().as_string();
        const auto real = test_case.find("double").value().as_string();
        const View number = view_of(text);
        EXPECT_EQ(number.raw(), text);
        if (whole) {
            EXPECT_EQ(number.as_int(), std::strtoll(whole->c_str(), nullptr, 10));
        } else {
            EXPECT_EQ(number.as_int(), std::nullopt);
        }
        ASSERT_EQ(number.as_double().has_value(), real.has_value());
        if (!real) return;
        const double expected = std::strtod(real->c_str(), nullptr);
        EXPECT_EQ(*number.as_double(), expected);
        EXPECT_EQ(std::signbit(*number.as_double()), std::signbit(expected));
    });
}

TEST(View, ResolvesEscapesInStrings) {
    each_case("strings.json", [](const View& test_case) {
        const std::string text = test_case.find("json").value().as_string().value();
        const std::string expected = bytes_of_hex(test_case.find("hex").value().as_string().value());
        EXPECT_EQ(view_of(text).as_string(), expected);
        const bool plain = text.find('\\') == std::string::npos;
        EXPECT_EQ(view_of(text).as_plain_string().has_value(), plain);
    });
}

TEST(View, ResolvesEscapesAtEveryOffset) {
    const std::pair<std::string, std::string> escapes[] = {
        {R"(\n)", "\n"}, {R"(\/)", "/"}, {R"(\\)", "\\"}, {R"(\u00e4)", "ä"}, {R"(\ud83d\ude00)", "😀"}};
    for (const auto& [written, meant] : escapes) {
        for (std::size_t lead = 0; lead < 36; ++lead) {
            for (const std::size_t tail : {0U, 1U, 15U, 16U, 33U}) {
                const std::string before(lead, 'x');
                const std::string behind(tail, 'y');
                const Document document = Document::copy('"' + before + written + behind + written + '"');
                document.validate();
                ASSERT_EQ(document.root().as_string(), before + meant + behind + meant) << written << lead;
            }
        }
    }
}

TEST(View, RefusesABadEscapeAtEveryOffset) {
    for (const std::string_view bad : {R"(\x)", R"(\u12)", R"(\u12g4)", R"(\ud83d\u12)"}) {
        for (std::size_t lead = 0; lead < 36; ++lead) {
            const std::string text = '"' + std::string(lead, 'x') + std::string(bad) + '"';
            EXPECT_THROW(Document::copy(text).validate(), Error) << text;
            EXPECT_THROW(view_of(text).as_string(), Error) << text;
        }
    }
}

TEST(View, GivesPlainStringsWithoutCopying) {
    const std::string text = "\"plain\"";
    EXPECT_EQ(view_of(text).as_plain_string().value().data(), text.data() + 1);
}

TEST(View, RefusesABadEscapeWhenTheStringIsRead) {
    const Document document = Document::copy("{\"bad\":\"\\q\",\"good\":1}");
    EXPECT_EQ(document.root().find("good")->as_int(), 1);
    EXPECT_EQ(code_of([&] { (void)document.root().find("bad")->as_string(); }), kInvalid);
}

TEST(View, FindsTheLastOfEqualKeys) {
    const Document document = Document::copy(R"({"a":1,"b":{"a":9},"a":2,"\u0061":3,"x\n":4,"A":5})");
    EXPECT_EQ(document.root().find("a")->as_int(), 3);
    EXPECT_EQ(document.root().find("A")->as_int(), 5);
    EXPECT_EQ(document.root().find("x\n")->as_int(), 4);
    EXPECT_EQ(document.root().find("x\\n"), std::nullopt);
    EXPECT_EQ(document.root().find(""), std::nullopt);
}

TEST(View, FindsAlongAPath) {
    const Document document = Document::copy(R"({"usage":{"details":{"cached":7,"none":null}}})");
    EXPECT_EQ(document.root().at({"usage", "details", "cached"})->as_int(), 7);
    EXPECT_EQ(document.root().at({"usage", "nothing", "cached"}), std::nullopt);
    EXPECT_EQ(document.root().at({"usage", "details", "cached", "deeper"}), std::nullopt);
    EXPECT_TRUE(document.root().at({"usage", "details", "none"})->is_null());
    EXPECT_EQ(document.root().at({})->raw(), document.root().raw());
}

TEST(View, WalksMembersInOrderWithKeysResolved) {
    const Document document = Document::copy(R"( { "a" : 1 , "b\"c":[ 1, 2 ],"":{} , "a": "x" } )");
    const std::vector<std::pair<std::string, std::string>> expected = {
        {"a", "1"}, {"b\"c", "[ 1, 2 ]"}, {"", "{}"}, {"a", "\"x\""}};
    EXPECT_EQ(raw_members(document.root()), expected);
}

TEST(View, WalksItemsInOrder) {
    const std::vector<std::string> expected = {"1", "[ ]", "{\"a\":[]}", "\"x,y\"", "null", "-1e400"};
    EXPECT_EQ(raw_items(view_of(" [1 ,[ ], {\"a\":[]},\"x,y\" , null,-1e400 ] ")), expected);
    EXPECT_TRUE(raw_items(view_of("[ ]")).empty());
}

TEST(View, StopsWhenTheVisitorSaysSo) {
    int seen = 0;
    view_of("[1,2,3]").each_item([&](const View&) { return ++seen < 2; });
    EXPECT_EQ(seen, 2);
    view_of("{\"a\":1,\"b\":2}").each_member([&](std::string_view, const View&) {
        ++seen;
        return false;
    });
    EXPECT_EQ(seen, 3);
}

TEST(View, TakesAVisitorThatIsConst) {
    std::size_t seen = 0;
    const auto count = [&seen](const View&) { return ++seen > 0; };
    view_of("[1,2]").each_item(count);
    EXPECT_EQ(seen, 2u);
}

TEST(View, OutlivesTheViewItCameFrom) {
    const std::string text = R"({"a":{"b":{"c":[10,20]}}})";
    std::optional<View> kept = view_of(text).find("a");
    kept = kept->find("b");
    std::vector<View> items;
    kept->find("c")->each_item([&](const View& item) {
        items.push_back(item);
        return true;
    });
    ASSERT_EQ(items.size(), 2u);
    EXPECT_EQ(items[1].as_int(), 20);
}

TEST(View, ReadsASubstringOfALargerText) {
    const std::string text = R"(garbage"[1,{"a":"b"}]"garbage)";
    const View view = view_of(std::string_view(text).substr(8, text.size() - 16));
    EXPECT_EQ(raw_items(view), (std::vector<std::string>{"1", R"({"a":"b"})"}));
}

TEST(View, MeetsMalformedTextWhereItLooks) {
    const Document document = Document::copy(
        R"({"good":[1,2],"bad":[1,,2],"worse":{"a" 1},"number":[1"x,y"],"after":3})");
    EXPECT_EQ(document.root().find("after")->as_int(), 3);
    EXPECT_EQ(raw_items(*document.root().find("good")).size(), 2u);
    EXPECT_EQ(code_of([&] { raw_items(*document.root().find("bad")); }), kInvalid);
    EXPECT_EQ(code_of([&] { raw_members(*document.root().find("worse")); }), kInvalid);
    EXPECT_EQ(code_of([&] { raw_items(*document.root().find("number")); }), kInvalid);
}

TEST(View, RefusesMalformedContainers) {
    for (const char* text :
         {"[1,]", "[,]", "[1 2]", "[1:2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{1:1}",
          "{\"a\"::1}", "[1", "[}", "[tru]", "[01]", "[] []", "{\"a\":1}x", "[\"a\"\"b\"]", "{\"\\q\":1}"}) {
        const auto look = [&] {
            raw_items(view_of(text));
            raw_members(view_of(text));
        };
        EXPECT_EQ(code_of(look), kInvalid) << text;
    }
    for (const char* text : {"", "  ", "\"", "\"a"})
        EXPECT_EQ(code_of([&] { view_of(text); }), kInvalid) << text;
}

std::size_t depth_of(const View& view) {
    std::size_t deepest = 0;
    view.each_item([&](const View& item) {
        deepest = std::max(deepest, depth_of(item));
        return true;
    });
    return deepest + 1;
}

TEST(View, DescendsToTheDeepestLevel) {
    const std::string text = std::string(512, '[') + std::string(512, ']');
    EXPECT_EQ(depth_of(view_of(text)), 512u);
    EXPECT_EQ(code_of([&] { depth_of(view_of("[" + text + "]")); }), kInvalid);
}

TEST(View, KeepsNumbersThatFitNowhere) {
    const Document document = Document::copy(R"({"big":1180591620717411303424,"huge":1e400,"one":1.0})");
    document.validate();
    EXPECT_EQ(document.root().find("big")->raw(), "1180591620717411303424");
    EXPECT_EQ(document.root().find("huge")->raw(), "1e400");
    EXPECT_EQ(document.root().find("one")->raw(), "1.0");
}

}    // namespace
}    // namespace opusclaw::json
