// Tests of base/json/first_item.h: the first item of an array whose brackets match, and nothing of what is no such array (RFC 8259).
// What an item holds is not looked at.
#include "base/json/first_item.h"

#include <gtest/gtest.h>

namespace opusclaw::json {
namespace {

TEST(FirstItem, IsFoundWithoutALookAtTheRest) {
    EXPECT_EQ(first_item(R"([ {"a":"],}\"","b":[{}]} , not json])"), R"({"a":"],}\"","b":[{}]})");
    EXPECT_EQ(first_item(R"(["a\\",2])"), R"("a\\")");
    EXPECT_EQ(first_item("[ 12 ]"), "12");
    EXPECT_EQ(first_item("[[1,2],3]"), "[1,2]");
}

TEST(FirstItem, IsNotThereInWhatHasNone) {
    for (const char* text : {"[]", "[ \n]", "", "{}", "\"[1]\"", "7"}) EXPECT_FALSE(first_item(text)) << text;
    for (const char* text : {"[", "[{", "[\"a", "[\"a\\", "[{\"a\":1}"})
        EXPECT_FALSE(first_item(text)) << text;
}

}    // namespace
}    // namespace opusclaw::json
