// Tests of dialect/schema_mends.h: what is missing is added where it is missing, and nowhere else.
#include "dialect/schema_mends.h"

#include "dialect_cases.h"

namespace opusclaw::dialect {
namespace {

TEST(SchemaMends, ArraysSayThatAnythingMayBeInThem) {
    EXPECT_EQ(
        with_items_told(
            R"({"type":"object","properties":{"array":{"type":["null","ARRAY"]},"b":{"anyOf":[{"type":"array"},{"type":"array","items":{"type":"array"}}]},)"
            R"("c":{"type":"string","default":{"type":"array"},"enum":["array"]}}})"),
        R"({"type":"object","properties":{"array":{"type":["null","ARRAY"],"items":{}},"b":{"anyOf":[{"type":"array","items":{}},{"type":"array","items":{"type":"array","items":{}}}]},)"
        R"("c":{"type":"string","default":{"type":"array"},"enum":["array"]}}})");
}

TEST(SchemaMends, ObjectsOfParametersListThem) {
    EXPECT_EQ(with_items_told(R"({"type":"object"})"), R"({"properties":{},"type":"object"})");
    for (const std::string_view whole : {R"({ "type": "object", "properties": {"a": {"type":"object"}} })",
                                         R"({"type":"string"})", R"({})", R"([1,"array"])", R"("array")"})
        EXPECT_EQ(with_items_told(whole), whole);
}

TEST(SchemaMends, CountsAreNumbers) {
    EXPECT_EQ(
        with_plain_counts(
            R"({"type":"array","minItems":"1","maxItems":3,"items":{"minLength":"02","maxLength":"x","properties":{"minItems":{"maxProperties":"4"}}},"default":{"minItems":"1"}})"),
        R"({"type":"array","minItems":1,"maxItems":3,"items":{"minLength":2,"maxLength":"x","properties":{"minItems":{"maxProperties":4}}},"default":{"minItems":"1"}})");
    EXPECT_EQ(with_plain_counts(R"({ "minimum": "1" })"), R"({ "minimum": "1" })");
}

}    // namespace
}    // namespace opusclaw::dialect
