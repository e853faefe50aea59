// Tests of dialect/schema_types.h: the steps of type normalisation, one case each from tests/data/dialect/schema_types.json, and
// schemas that nobody would write (spec 06 section 14.1).
#include "dialect/schema_types.h"

#include "dialect_cases.h"

namespace opusclaw::dialect {
namespace {

TEST(SchemaTypes, AreNormalisedStepByStep) {
    each_case("schema_types.json", [](const json::View& test_case) {
        const std::string schema(test_case.find("schema").value().raw());
        EXPECT_EQ(compact(normalised_schema(schema)), compact(test_case.find("expected").value()));
    });
}

TEST(SchemaTypes, NormalisingAgainChangesNothing) {
    each_case("schema_types.json", [](const json::View& test_case) {
        const std::string once = normalised_schema(test_case.find("schema").value().raw());
        EXPECT_EQ(normalised_schema(once), once);
    });
}

TEST(SchemaTypes, OfEnforcedSchemasOnlyTheSpellingChanges) {
    EXPECT_EQ(
        respelled_schema(
            R"({"type":"OBJECT","properties":{"type":{"type":["String","NULL"],"enum":["A","type"]},"b":{"anyOf":[{"type":"Integer"},)"
            R"({"$ref":"#/$defs/D"}]}},"$defs":{"D":{"type":" Array ","items":{"type":"Odd"}}},"additionalProperties":false})"),
        R"({"type":"object","properties":{"type":{"type":["string","null"],"enum":["A","type"]},"b":{"anyOf":[{"type":"integer"},)"
        R"({"$ref":"#/$defs/D"}]}},"$defs":{"D":{"type":"array","items":{"type":"Odd"}}},"additionalProperties":false})");
}

TEST(SchemaTypes, AreSpelledWhereverASchemaStands) {
    EXPECT_EQ(
        respelled_schema(
            R"({"contains":{"type":"STRING"},"items":[{"type":"STRING"}],"default":{"type":"STRING"}})"),
        R"({"contains":{"type":"string"},"items":[{"type":"string"}],"default":{"type":"STRING"}})");
}

/// `inner` inside of `depth` schemas of an object with one property each.
std::string nested(int depth, const std::string& inner) {
    std::string schema;
    for (int i = 0; i < depth; ++i) schema += R"({"type":"OBJECT","properties":{"p":)";
    schema += inner;
    for (int i = 0; i < depth; ++i) schema += "}}";
    return schema;
}

TEST(SchemaTypes, EndAtSixtyFourLevels) {
    const std::string deep = normalised_schema(nested(100, R"({"type":"STRING"})"));
    EXPECT_EQ(deep.find("properties", deep.rfind("properties") + 1), std::string::npos);
    int levels = 0;
    for (std::size_t at = deep.find("properties"); at != std::string::npos;
         at = deep.find("properties", at + 1))
        ++levels;
    EXPECT_EQ(levels, 64);
    EXPECT_EQ(deep.find("OBJECT"), std::string::npos);
    const std::string tuple = normalised_schema(nested(63, R"({"items":[{"items":[[1]]}]})"));
    EXPECT_NE(tuple.find(R"("items":{"type":"array"})"), std::string::npos);
}

TEST(SchemaTypes, AreSpelledAtAnyDepth) {
    constexpr int kDeep = 200;
    const std::string deep = respelled_schema(nested(kDeep, R"({"type":"STRING"})"));
    std::string expected;
    for (int i = 0; i < kDeep; ++i) expected += R"({"type":"object","properties":{"p":)";
    expected += R"({"type":"string"})";
    for (int i = 0; i < kDeep; ++i) expected += "}}";
    EXPECT_EQ(deep, expected);
}

TEST(SchemaTypes, ThousandLevelsAreRefusedAsJson) {
    EXPECT_THROW(normalised_schema(nested(1000, "{}")), Error);
}

TEST(SchemaTypes, DefinitionsThatMultiplyStayWithinABudget) {
    std::string schema = R"({"$ref":"#/$defs/d0","$defs":{)";
    constexpr int kLevels = 60;
    for (int i = 0; i < kLevels; ++i) {
        const std::string next = R"({"$ref":"#/$defs/d)" + std::to_string(i + 1) + "\"}";
        schema += "\"d" + std::to_string(i) + R"(":{"properties":{"a":)" + next + R"(,"b":)" + next + "}},";
    }
    schema += "\"d" + std::to_string(kLevels) + R"(":{"type":"STRING"}}})";
    const std::string out = normalised_schema(schema);
    EXPECT_LT(out.size(), 40 * schema.size());
    EXPECT_NO_THROW(compact(out));
}

TEST(SchemaTypes, WideSchemasCostTheirLength) {
    std::string schema = R"({"type":"object")";
    constexpr int kMembers = 10000;
    for (int i = 0; i < kMembers; ++i) schema += ",\"x" + std::to_string(i) + "\":1";
    schema += R"(,"anyOf":[)";
    for (int i = 0; i < kMembers; ++i) schema += R"({"anyOf":[{}]},)";
    schema += R"({"type":"STRING"}]})";
    EXPECT_EQ(normalised_schema(schema).find("anyOf"), std::string::npos);
}

}    // namespace
}    // namespace opusclaw::dialect
