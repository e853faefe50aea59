// Tests of provider/body_rules.h and provider/paths.h on texts that no row's case has: doubled and escaped names, blanks, empty objects,
// values of types that nobody expects (spec 06 section 4.2; 07 section 5).
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/json/peek.h"
#include "provider/paths.h"
#include "provider/provider.h"

namespace opusclaw::provider {
namespace {

/// A body with the edits that `edit` makes.
template <class Edit>
std::string edited(std::string_view text, Edit edit) {
    const PaddedBuffer body(text);
    const json::PeekResult peeked = json::peek(body, {});
    json::Splice splice(peeked);
    Members members(peeked.text, splice);
    edit(members);
    return splice.str();
}

TEST(Members, ChangeOnlyWhatIsNamed) {
    constexpr std::string_view kBody = R"({ "a" : 1.0 , "b":"x\"y", "c":[ 1 ] })";
    EXPECT_EQ(edited(kBody, [](Members& m) { m.set("b", "2"); }), R"({ "a" : 1.0 , "b":2, "c":[ 1 ] })");
    EXPECT_EQ(edited(kBody, [](Members& m) { m.rename("a", "z"); }),
              R"({ "z" : 1.0 , "b":"x\"y", "c":[ 1 ] })");
    EXPECT_EQ(edited(kBody, [](Members& m) { m.remove("b"); }), R"({ "a" : 1.0 , "c":[ 1 ] })");
    EXPECT_EQ(edited(kBody, [](Members& m) { m.set("d", "4"); }),
              R"({ "a" : 1.0 , "b":"x\"y", "c":[ 1 ],"d":4 })");
    EXPECT_EQ(edited(kBody, [](Members&) {}), kBody);
    EXPECT_EQ(edited("{}", [](Members& m) { m.set("d", "4"); }), R"({"d":4})");
}

TEST(Members, MeanEachOfEqualNamesHoweverTheyAreSpelled) {
    constexpr std::string_view kBody = R"({"a":1,"\u0061":2,"b":3})";
    EXPECT_EQ(edited(kBody, [](Members& m) { m.remove("a"); }), R"({"b":3})");
    EXPECT_EQ(edited(kBody, [](Members& m) { m.set("a", "0"); }), R"({"a":0,"\u0061":0,"b":3})");
    EXPECT_EQ(edited(kBody, [](Members& m) { m.rename("a", "c"); }), R"({"c":1,"c":2,"b":3})");
    constexpr std::string_view kKnown[] = {"b"};
    EXPECT_EQ(edited(kBody, [&](Members& m) { m.keep_only(kKnown); }), R"({"b":3})");
    edited(kBody, [](Members& m) { EXPECT_EQ(m.find("a")->as_int(), 2); });
}

TEST(Members, KnowNullFromAbsent) {
    edited(R"({"a":null})", [](Members& m) {
        EXPECT_TRUE(m.has("a"));
        EXPECT_FALSE(m.find("a"));
        EXPECT_FALSE(m.has("b"));
        m.set("b", "1");
        EXPECT_TRUE(m.has("b"));
        m.remove("a");
        EXPECT_FALSE(m.has("a"));
    });
}

TEST(MessageRules, LeaveWhatTheyDoNotUnderstand) {
    for (const std::string_view odd : {R"([1,null,"a",[]])", R"([{"role":"user","content":7}])",
                                       R"([{"role":"user","content":[1,{"image_url":3}]}])"}) {
        EXPECT_EQ(mistral_messages(odd), odd);
        EXPECT_EQ(perplexity_messages(odd), odd);
        EXPECT_EQ(bare_image_data(odd), std::nullopt);
    }
}

TEST(Rules, LeaveValuesOfOtherTypes) {
    const Provider& ali = *find_provider(17);
    const Provider& zhipu = *find_provider(26);
    for (const std::string_view text :
         {R"({"top_p":"high","stop":7})", R"({"top_p":null,"stop":null})", R"({"stop":["a"]})"}) {
        for (const Provider* const row : {&ali, &zhipu}) {
            const PaddedBuffer body(text);
            const json::PeekResult peeked = json::peek(body, {});
            json::Splice splice(peeked);
            apply_body_rules(peeked.text, splice, {.provider = *row, .endpoint = Endpoint::ChatCompletions});
            EXPECT_EQ(splice.str(), text);
        }
    }
}

TEST(Paths, FillTheirPlaces) {
    const PathParts parts{.model = "a/b c.d",
                          .other = "acc/1",
                          .api_version = "v 1&x",
                          .responses_version = "",
                          .channel_created = 1746835200};
    EXPECT_EQ(fill_path("/m/{model}", parts), "/m/a/b%20c.d");
    EXPECT_EQ(fill_path("/d/{deployment}", parts), "/d/a%2Fb%20c.d");
    EXPECT_EQ(fill_path("/x/{account}/{account}", parts), "/x/acc%2F1/acc%2F1");
    EXPECT_EQ(fill_path("?v={api-version}", parts), "?v=v+1%26x");
    EXPECT_EQ(fill_path("?v={responses-version}", parts), "?v=v+1%26x");
    EXPECT_EQ(fill_path("?v={responses-version-or-preview}", parts), "?v=preview");
    EXPECT_EQ(fill_path("/{unknown}/{", parts), "/{unknown}/{");
}

}    // namespace
}    // namespace opusclaw::provider
