// Tests of dialect/gemini/schema.h beyond the converted requests of requests_gemini_schema.json: schemas that were made to hurt (spec 06
// section 14).
#include "dialect/gemini/schema.h"

#include "dialect_cases.h"

namespace opusclaw::dialect::gemini {
namespace {

std::string rewritten(const std::string& text, SchemaUse use = SchemaUse::Parameters) {
    const json::Document document = json::Document::copy(text);
    Notes notes;
    return rewrite_schema(document.root(), use, notes);
}

std::string nested(std::size_t depth, const std::string& before, const std::string& after) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += before;
    text += R"({"type":"string"})";
    for (std::size_t i = 0; i < depth; ++i) text += after;
    return text;
}

std::size_t count(std::string_view text, std::string_view word) {
    std::size_t found = 0;
    for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1))
        ++found;
    return found;
}

TEST(GeminiSchema, NotesListsOfValuesThatHaveNoPlace) {
    const auto notes_of = [](const std::string& text) {
        const json::Document document = json::Document::copy(text);
        Notes notes;
        rewrite_schema(document.root(), SchemaUse::Answer, notes);
        return notes.take();
    };
    using Names = std::vector<std::string>;
    EXPECT_EQ(
        notes_of(R"({"properties":{"a":{"type":"integer","enum":[1,2]},"b":{"type":"number","const":1}}})"),
        (Names{"enum", "const"}));
    EXPECT_EQ(
        notes_of(R"({"properties":{"a":{"type":"string","enum":["x"]},"b":{"const":"y"},"c":{"enum":[1]}}})"),
        Names{});
}

TEST(GeminiSchema, EndsAtItsDepth) {
    const std::string deep = nested(200, R"({"type":"OBJECT","properties":{"a":)", "}}");
    for (const SchemaUse use : {SchemaUse::Parameters, SchemaUse::Answer})
        EXPECT_EQ(count(rewritten(deep, use), "properties"), 64U);
    EXPECT_EQ(count(rewritten(nested(200, R"({"items":)", "}")), "items"), 64U);
    const std::string variants = rewritten(nested(200, R"({"anyOf":[)", "]}"));
    EXPECT_EQ(variants, "{}") << "a type 200 variants deep is none";
    EXPECT_EQ(rewritten(nested(20, R"({"anyOf":[)", "]}")), R"({"type":"string"})");
}

TEST(GeminiSchema, ThousandfoldNestingIsNoJson) {
    const std::string deep = nested(1000, R"({"items":)", "}");
    const std::string body =
        R"({"messages":[],"tools":[{"type":"function","function":{"name":"f","parameters":)" + deep + "}}]}";
    for (const std::string_view from : {"openai", "claude", "gemini"}) {
        try {
            codec_named(from).decode_request(body);
            ADD_FAILURE() << from;
        } catch (const Error& error) {
            EXPECT_EQ(error.code, "invalid_json");
        }
    }
}

TEST(GeminiSchema, ReferencesDoNotMultiply) {
    std::string definitions;
    constexpr int kLevels = 40;
    for (int i = 0; i < kLevels; ++i) {
        const std::string next = R"({"$ref":"#/$defs/d)" + std::to_string(i + 1) + "\"}";
        definitions += "\"d" + std::to_string(i) + R"(":{"properties":{"a":)" + next + R"(,"b":)" + next +
                       "}},";
    }
    const std::string text = R"({"$defs":{)" + definitions +
                             R"("d40":{"type":"string"}},"$ref":"#/$defs/d0"})";
    const std::string written = rewritten(text);
    EXPECT_LT(written.size(), std::size_t{2} << 20);
    EXPECT_NO_THROW(compact(written));
}

TEST(GeminiSchema, WideSchemasCostTheirSize) {
    std::string text = R"({"type":"object","properties":{)";
    std::string required;
    constexpr int kProperties = 20000;
    for (int i = 0; i < kProperties; ++i) {
        const std::string name = "\"p" + std::to_string(i) + "\"";
        text += (i > 0 ? "," : "") + name + R"(:{"anyOf":[{"type":"null"},{"type":"string"}]})";
        required += (i > 0 ? "," : "") + name;
    }
    const std::string written = rewritten(text + R"(},"required":[)" + required + "]}");
    EXPECT_EQ(count(written, "nullable"), static_cast<std::size_t>(kProperties));
    EXPECT_TRUE(written.find("p19999\"]") != std::string::npos);
}

TEST(GeminiSchema, SaysNothingWithoutProperties) {
    EXPECT_TRUE(says_nothing(""));
    EXPECT_TRUE(says_nothing("{}"));
    EXPECT_TRUE(says_nothing(R"({"type":"object","description":"d"})"));
    EXPECT_FALSE(says_nothing(R"({"type":"string"})"));
    EXPECT_FALSE(says_nothing(R"({"type":"object","properties":{"a":{}}})"));
}

}    // namespace
}    // namespace opusclaw::dialect::gemini
