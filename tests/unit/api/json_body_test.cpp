// Tests of api/json_body.h and api/json_text.h: the rules of spec 02 section 1.2 for bodies.
#include "api/json_body.h"

#include <gtest/gtest.h>

#include "api/json_text.h"
#include "unit/api/refusal.h"

namespace opusclaw::api {
namespace {

constexpr std::string_view kRefused = "common.invalid_params";

std::string parsing(std::string_view text) {
    return refusal([text] { JsonBody::parse(text); });
}

TEST(JsonBody, RefusesWhatIsNoObject) {
    for (const char* const text :
         {"", "   ", "null", "[1]", "5", "\"x\"", "{", "{\"a\":}", "{\"a\":1,}", "{'a':1}", "username=x",
          "{\"a\":\"\xff\"}", "{\"a\":01}", "{\"a\":tru}"}) {
        EXPECT_EQ(parsing(text), kRefused) << text;
    }
}

TEST(JsonBody, IgnoresWhatFollowsTheFirstValue) {
    for (const char* const rest : {"", "  \n", " garbage", "}", "]]]", "{\"a\":2}", "\"", "\xff"}) {
        EXPECT_EQ(JsonBody::parse(" {\"a\":1}" + std::string(rest)).integer("a"), 1) << rest;
    }
    EXPECT_EQ(JsonBody::parse(R"({"a":"}\"{","b":[{"c":1}],"d":3} {"d":4})").integer("d"), 3);
}

TEST(JsonBody, MatchesNamesExactlyElseWhateverTheirCase) {
    const JsonBody body = JsonBody::parse(R"({"NAME":"loud","name":"exact","Name":"title","Quota":5})");
    EXPECT_EQ(body.text("name"), "exact");
    EXPECT_EQ(body.text("Name"), "title");
    EXPECT_EQ(body.text("nAmE"), "title");    // the last of those that fit loosely
    EXPECT_EQ(body.integer("quota"), 5);
}

TEST(JsonBody, TakesTheLastOfEqualNames) { EXPECT_EQ(JsonBody::parse(R"({"a":1,"a":2})").integer("a"), 2); }

TEST(JsonBody, ReadsNullAsTheZeroValue) {
    const JsonBody body = JsonBody::parse(R"({"t":null,"i":null,"f":null,"l":null,"o":null})");
    EXPECT_EQ(body.text("t"), "");
    EXPECT_EQ(body.integer("i"), 0);
    EXPECT_FALSE(body.flag("f"));
    EXPECT_TRUE(body.integers("l").empty());
    EXPECT_FALSE(body.optional_text("t"));
    EXPECT_FALSE(body.optional_integer("i"));
    EXPECT_FALSE(body.object("o"));
    EXPECT_TRUE(body.find("t")->is_null());
}

TEST(JsonBody, KeepsAbsentAndZeroApart) {
    const JsonBody body = JsonBody::parse(R"({"t":"","i":0})");
    EXPECT_EQ(body.optional_text("t"), "");
    EXPECT_EQ(body.optional_integer("i"), 0);
    EXPECT_FALSE(body.optional_text("x"));
    EXPECT_FALSE(body.optional_integer("x"));
    EXPECT_FALSE(body.find("x"));
}

TEST(JsonBody, RefusesWrongTypes) {
    const JsonBody body = JsonBody::parse(
        R"({"number":5,"text":"5","list":[1,"2"],"half":1.5,"large":1e30})");
    EXPECT_EQ(refusal([&] { body.text("number"); }), kRefused);
    EXPECT_EQ(refusal([&] { body.integer("text"); }), kRefused);
    EXPECT_EQ(refusal([&] { body.integer("half"); }), kRefused);
    EXPECT_EQ(refusal([&] { body.integer("large"); }), kRefused);
    EXPECT_EQ(refusal([&] { body.flag("number"); }), kRefused);
    EXPECT_EQ(refusal([&] { body.integers("list"); }), kRefused);
    EXPECT_EQ(refusal([&] { body.integers("text"); }), kRefused);
    EXPECT_EQ(refusal([&] { body.object("list"); }), kRefused);
}

TEST(JsonBody, GivesListsAndObjects) {
    const JsonBody body = JsonBody::parse(R"({"ids":[3,1,2],"channel":{"Name":"x"}})");
    EXPECT_EQ(body.integers("ids"), (std::vector<std::int64_t>{3, 1, 2}));
    EXPECT_EQ(body.object("channel")->text("name"), "x");
}

TEST(CompactJson, DropsBlanksOutsideOfTextsOnly) {
    EXPECT_EQ(compact_json("{ \"a b\" :\t[ 1 ,\r\n 2.0 , \"x \\\" y\" ] }"), R"({"a b":[1,2.0,"x \" y"]})");
    EXPECT_EQ(compact_json("  "), "");
}

TEST(FirstContainer, GivesEverythingWhenThereIsNoEnd) {
    EXPECT_EQ(first_container("{\"a\":\"}"), "{\"a\":\"}");
    EXPECT_EQ(first_container("{\"a\":\"\\"), "{\"a\":\"\\");
    EXPECT_EQ(first_container("[{}] x"), "[{}]");
}

}    // namespace
}    // namespace opusclaw::api
