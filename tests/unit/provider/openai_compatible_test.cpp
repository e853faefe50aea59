// Tests of the rows in provider/openai_compatible.cpp (spec 07 sections 3, 6).
#include <gtest/gtest.h>

#include <algorithm>

#include "provider/rows.h"

namespace opusclaw::provider {
namespace {

TEST(OpenaiCompatible, HasARowForEachTypeThatDiffersInNothingElse) {
    for (const int type : {1, 6, 7, 8, 9, 10, 12, 13, 19, 22, 31, 47}) {
        const Provider* const row = find_provider(type);
        ASSERT_NE(row, nullptr) << type;
        EXPECT_EQ(static_cast<int>(row->type), type);
        EXPECT_EQ(row->stream_options == StreamOptions::Supported, type == 1) << type;
        EXPECT_EQ(row->url == UrlForm::BaseWithModel, type == 8) << type;
        EXPECT_EQ(row->chat.top_k, type != 1) << type;
        EXPECT_FALSE(row->reference.empty()) << type;
        for (const Endpoint endpoint : {Endpoint::ChatCompletions, Endpoint::Completions, Endpoint::Responses,
                                        Endpoint::Embeddings, Endpoint::Moderations}) {
            EXPECT_TRUE(endpoint_path(*row, endpoint)) << type;
        }
        EXPECT_EQ(endpoint_path(*row, Endpoint::ResponsesCompact).has_value(), type != 47) << type;
        const auto headers = credentials(*row, "fastgpt-key-appid", "");
        ASSERT_EQ(headers.size(), 1U) << type;
        EXPECT_EQ(headers[0].name + ": " + headers[0].value, "Authorization: Bearer fastgpt-key-appid");
    }
    EXPECT_EQ(find_provider(0), nullptr);
}

TEST(OpenaiCompatible, HasEachTypeOnce) {
    const auto rows = openai_compatible_rows();
    for (const Provider& row : rows)
        EXPECT_EQ(std::ranges::count(rows, row.type, &Provider::type), 1) << static_cast<int>(row.type);
}

TEST(OpenaiCompatible, OnlyOpenAiAndWhoPassesRequestsOnToItKnowFreeFormTools) {
    for (const int type : {1, 3, 6, 7, 8, 9, 10, 12, 13})
        EXPECT_TRUE(chat_profile(*find_provider(type), "gpt-5").custom_tools) << type;
    for (const int type : {17, 19, 20, 22, 25, 26, 27, 31, 33, 35, 39, 40, 42, 43, 45, 46, 47, 48, 53})
        EXPECT_FALSE(chat_profile(*find_provider(type, "nova-pro"), "m").custom_tools) << type;
    for (const std::string_view model : {"anthropic/claude-opus-4.7", "anthropic/other"})
        EXPECT_FALSE(chat_profile(*find_provider(20), model).custom_tools) << model;
}

}    // namespace
}    // namespace opusclaw::provider
