// Tests of provider/model_names.h: what each type is asked, and how its answer is read (spec 07 section 27).
#include "provider/model_names.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace opusclaw::provider {
namespace {

struct Asked {
    int type;
    std::string base, plan, url, header;
};
const Asked kAsked[] = {
    {1, "https://a/", "", "https://a/v1/models", "Authorization: Bearer k"},
    {4, "http://o", "", "http://o/api/tags", "Authorization: Bearer k"},
    {14, "https://a", "", "https://a/v1/models", "x-api-key: k"},
    {17, "https://a", "", "https://a/compatible-mode/v1/models", "Authorization: Bearer k"},
    {24, "https://g", "", "https://g/v1beta/models", "x-goog-api-key: k"},
    {25, "kimi", "https://k/v1", "https://k/v1/models", "Authorization: Bearer k"},
    {26, "glm", "https://z/v4", "https://z/v4/models", "Authorization: Bearer k"},
    {26, "https://z", "", "https://z/api/paas/v4/models", "Authorization: Bearer k"},
    {45, "doubao", "https://d/v3", "https://d/v3/v1/models", "Authorization: Bearer k"},
    {46, "https://q", "", "https://q/v2/models", "Authorization: Bearer k"},
};

TEST(ModelNames, AreAskedForByType) {
    for (const Asked& asked : kAsked) {
        const auto call = model_names_call(
            {.type = asked.type, .base_url = asked.base, .plan_base = asked.plan, .key = "k"});
        ASSERT_TRUE(call) << asked.type;
        EXPECT_EQ(call->url, asked.url);
        EXPECT_EQ(call->headers.at(0).name + ": " + call->headers.at(0).value, asked.header);
    }
    EXPECT_TRUE(model_names_call({.type = 4, .base_url = "http://o"})->headers.empty());
    for (const int type : {11, 15, 16, 18, 23, 33, 37, 39, 41, 44, 49, 50, 51, 52, 54, 56, 57})
        EXPECT_FALSE(model_names_call({.type = type, .base_url = "https://a", .key = "k"})) << type;
}

TEST(ModelNames, AreTrimmedAndComeOnce) {
    using Names = std::vector<std::string>;
    EXPECT_EQ(read_model_names(R"({"data":[{"id":" b "},{"id":"a"},{"id":""},{},{"id":5},{"id":"b"}]})",
                               NameShape::DataIds)
                  .names,
              (Names{"b", "a"}));
    EXPECT_EQ(read_model_names(R"({"models":[{"name":"llama3:8b"}]})", NameShape::OllamaTags).names,
              Names{"llama3:8b"});
    const ModelNames page = read_model_names(
        R"({"models":[{"name":"models/g"},{"name":"h"}],"nextPageToken":"t&t"})", NameShape::GeminiPages);
    EXPECT_EQ(page.names, (Names{"g", "h"}));
    EXPECT_EQ(page_url({.url = "https://g/x"}, page.next_page), "https://g/x?pageToken=t%26t");
    EXPECT_EQ(page_url({.url = "https://g/x"}, ""), "https://g/x");
    EXPECT_TRUE(read_model_names("{}", NameShape::DataIds).names.empty());
    EXPECT_TRUE(read_model_names(R"({"data":null})", NameShape::DataIds).names.empty());
}

TEST(ModelNames, AreNotReadFromSomethingElse) {
    for (const char* const odd : {"", "<html>", "[]", "5", R"({"data":{}})", R"({"data":["a"})"})
        EXPECT_THROW(read_model_names(odd, NameShape::DataIds), Error) << odd;
}

}    // namespace
}    // namespace opusclaw::provider
