// tests/unit/base/json/edit_test.cpp: the edit tree keeps what nobody changed byte for byte, and changes what it is told.
#include "base/json/edit.h"

#include <gtest/gtest.h>

#include "cases.h"

namespace opusclaw::json {
namespace {

/// Looks into every container, changing nothing.
void open_all(Node& node) {
    for (const std::string& key : node.keys()) open_all(*node.find(key));
    if (node.type() == Type::Array)
        for (std::size_t i = 0; i < node.size(); ++i) open_all(*node.item(i));
}

TEST(Node, KeepsEveryByteOfWhatNobodyTouched) {
    each_case("accept.json", [](const View& test_case) {
        const std::string text = text_of(test_case);
        EXPECT_EQ(Node::parse(text).str(), text);
    });
}

TEST(Node, RefusesWhatIsNotJson) {
    each_case("refuse.json", [](const View& test_case) {
        EXPECT_EQ(code_of([&] { Node::parse(text_of(test_case)); }), kInvalid);
    });
}

TEST(Node, KeepsEveryByteOfWhatWasOnlyLookedAt) {
    for (const char* text : {R"({ "a" : [ 1.0 , 2e5,{ } , [ ] ],"b\n":{"c" : -0.0 } , "d":"\u0041" })", "[ ]",
                             "{\n}", "[1]", "[\n  1,\n  2\n]", R"({"n":1180591620717411303424,"x":1e400})"}) {
        Node node = Node::parse(text);
        open_all(node);
        EXPECT_EQ(node.str(), text);
    }
}

TEST(Node, ReadsScalars) {
    EXPECT_EQ(Node::parse(" 5.0 ").as_int(), 5);
    EXPECT_EQ(Node::parse("2.5").as_double(), 2.5);
    EXPECT_EQ(Node::parse("\"a\\u0062\"").as_string(), "ab");
    EXPECT_EQ(Node::parse("true").as_bool(), true);
    EXPECT_EQ(Node::parse("[]").as_int(), std::nullopt);
    EXPECT_EQ(Node().type(), Type::Null);
    Node opened = Node::parse("{\"a\":1}");
    open_all(opened);
    EXPECT_EQ(opened.as_string(), std::nullopt);
    EXPECT_EQ(opened.type(), Type::Object);
}

TEST(Node, IsMadeOfScalars) {
    EXPECT_EQ(Node().str(), "null");
    EXPECT_EQ(Node::of("a\"b").str(), R"("a\"b")");
    EXPECT_EQ(Node::of(std::string("s")).str(), "\"s\"");
    EXPECT_EQ(Node::of(true).str(), "true");
    EXPECT_EQ(Node::of(5).str(), "5");
    EXPECT_EQ(Node::of(std::uint64_t{18446744073709551615u}).str(), "18446744073709551615");
    EXPECT_EQ(Node::of(0.5).str(), "0.5");
    EXPECT_EQ(Node::of(2.0).str(), "2");
    EXPECT_EQ(Node::object().str(), "{}");
    EXPECT_EQ(Node::array().str(), "[]");
}

TEST(Node, SetsAMemberInPlace) {
    Node node = Node::parse(R"({ "a": 1.0, "b" : [1, 2], "c": 3 })");
    node.set("b", Node::of("new"));
    EXPECT_EQ(node.str(), R"({ "a": 1.0, "b" : "new", "c": 3 })");
    node.set("d", Node::of(4));
    EXPECT_EQ(node.str(), R"({ "a": 1.0, "b" : "new", "c": 3 ,"d":4})");
    node.set("e\"", Node::object()).set("deep", Node::array()).push(Node::of(1));
    EXPECT_EQ(node.find("e\"")->str(), R"({"deep":[1]})");
    Document::copy(node.str()).validate();
}

TEST(Node, ChangesDeepMembersAndKeepsTheRest) {
    Node node = Node::parse(R"({"x": {"y": [ {"z": 1.50}, 2 ]}, "k":1E5})");
    *node.find("x")->find("y")->item(0)->find("z") = Node::of(7);
    EXPECT_EQ(node.str(), R"({"x": {"y": [ {"z": 7}, 2 ]}, "k":1E5})");
    EXPECT_EQ(node.find("x")->find("nothing"), nullptr);
    EXPECT_EQ(node.find("k")->find("nothing"), nullptr);
}

TEST(Node, ErasesMembersInEveryPosition) {
    const auto without = [](std::initializer_list<const char*> keys) {
        Node node = Node::parse("{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}");
        for (const char* key : keys) EXPECT_TRUE(node.erase(key));
        return node.str();
    };
    EXPECT_EQ(without({"a"}), "{\n  \"b\": 2,\n  \"c\": 3\n}");
    EXPECT_EQ(without({"b"}), "{\n  \"a\": 1,\n  \"c\": 3\n}");
    EXPECT_EQ(without({"c"}), "{\n  \"a\": 1,\n  \"b\": 2\n}");
    EXPECT_EQ(without({"c", "b"}), "{\n  \"a\": 1\n}");
    EXPECT_EQ(without({"a", "b", "c"}), "{}");
    Node node = Node::parse("{\"a\":1}");
    EXPECT_FALSE(node.erase("b"));
    EXPECT_FALSE(Node::parse("[1]").erase("a"));
}

TEST(Node, TakesTheLastOfEqualKeysAndWritesOne) {
    Node node = Node::parse(R"({"a":1,"b":2,"\u0061":3,"c":4,"b":5 })");
    EXPECT_EQ(node.find("a")->as_int(), 3);
    EXPECT_EQ(node.keys(), (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_EQ(node.size(), 3u);
    EXPECT_EQ(node.str(), R"({"a":3,"b":5,"c":4 })");
    EXPECT_TRUE(node.erase("b"));
    EXPECT_EQ(node.find("b"), nullptr);
}

TEST(Node, CollapsesThousandsOfEqualKeys) {
    std::string text = "{";
    for (int i = 0; i < 50'000; ++i)
        text += "\"k" + std::to_string(i % 20'000) + "\":" + std::to_string(i) + ",";
    text += "\"last\":0}";
    const Node node = Node::parse(text);
    EXPECT_EQ(node.size(), 20'001u);
    EXPECT_EQ(node.find("k7")->as_int(), 40'007);
}

TEST(Node, EditsArrays) {
    Node node = Node::parse("[ 1 , 2.0 , 3 ]");
    EXPECT_EQ(node.size(), 3u);
    EXPECT_EQ(node.item(1)->str(), "2.0");
    EXPECT_EQ(node.item(3), nullptr);
    EXPECT_EQ(node.erase_items_if([](const Node& item) { return item.str() == "2.0"; }), 1U);
    EXPECT_EQ(node.str(), "[ 1 , 3 ]");
    node.push(Node::of("x"));
    EXPECT_EQ(node.str(), "[ 1 , 3 ,\"x\"]");
    EXPECT_EQ(node.erase_items_if([](const Node& item) { return item.as_int() != 1; }), 2U);
    EXPECT_EQ(node.str(), "[ 1]");
    EXPECT_EQ(node.erase_items_if([](const Node&) { return true; }), 1U);
    EXPECT_EQ(node.str(), "[]");
    EXPECT_EQ(node.erase_items_if([](const Node&) { return true; }), 0U);
    EXPECT_EQ(Node::of(1).size(), 0u);
}

TEST(Node, BecomesAContainerWhenItMust) {
    Node node = Node::of("text");
    node.set("a", Node::of(1));
    EXPECT_EQ(node.str(), "{\"a\":1}");
    node.push(Node::of(2));
    EXPECT_EQ(node.str(), "[2]");
    Node empty = Node::parse("{ }");
    empty.set("a", Node());
    EXPECT_EQ(empty.str(), "{\"a\":null}");
}

TEST(Node, CopiesAreDeep) {
    Node first = Node::parse(R"({"a":{"b":[1,2]}})");
    first.find("a")->find("b");
    Node second = first;
    second.find("a")->find("b")->push(Node::of(3));
    EXPECT_EQ(first.str(), R"({"a":{"b":[1,2]}})");
    EXPECT_EQ(second.str(), R"({"a":{"b":[1,2,3]}})");
    first.find("a")->set("c", Node::of(true));
    EXPECT_EQ(second.find("a")->find("c"), nullptr);
    second = first;
    second.erase("a");
    EXPECT_EQ(first.str(), R"({"a":{"b":[1,2],"c":true}})");
}

TEST(Node, IsNullAfterBeingMovedFrom) {
    Node first = Node::parse("{\"a\":1}");
    const Node second = std::move(first);
    EXPECT_EQ(second.str(), "{\"a\":1}");
    EXPECT_EQ(first.str(), "null");
    EXPECT_EQ(first.type(), Type::Null);
}

TEST(Node, TakesTheValueOfItsOwnChild) {
    Node node = Node::parse(R"({"a":{"b":{"c":1}}})");
    node = std::move(*node.find("a")->find("b"));
    EXPECT_EQ(node.str(), R"({"c":1})");
    node = *node.find("c");
    EXPECT_EQ(node.str(), "1");
    Node array = Node::parse("[[1],2]");
    array.push(*array.item(0));
    EXPECT_EQ(array.str(), "[[1],2,[1]]");
}

TEST(Node, RefusesNestingBeyondTheLimit) {
    EXPECT_EQ(code_of([] { Node::parse(std::string(513, '[') + std::string(513, ']')); }), kInvalid);
    Node node = Node::parse(std::string(512, '[') + std::string(512, ']'));
    open_all(node);
    EXPECT_EQ(node.str().size(), 1024u);
    Node outer = Node::array();
    outer.push(std::move(node));
    EXPECT_EQ(code_of([&] { (void)outer.str(); }), kInvalid);
}

}    // namespace
}    // namespace opusclaw::json
