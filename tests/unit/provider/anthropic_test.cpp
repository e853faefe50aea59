// Tests of the rows in provider/anthropic.cpp (spec 07 section 7).
#include <gtest/gtest.h>

#include "provider/provider.h"

namespace opusclaw::provider {
namespace {

TEST(AnthropicProvider, TakesMessagesAndNothingElseOfConversations) {
    const Provider* const row = find_provider(14);
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(endpoint_path(*row, Endpoint::Messages), "/v1/messages");
    for (const Endpoint endpoint : {Endpoint::ChatCompletions, Endpoint::Completions, Endpoint::Responses,
                                    Endpoint::Embeddings, Endpoint::Moderations}) {
        EXPECT_FALSE(endpoint_path(*row, endpoint));
    }
    EXPECT_EQ(row->stream_options, StreamOptions::Supported);
}

TEST(AnthropicProvider, TakesTheKeyInAHeaderOfItsOwn) {
    const auto headers = credentials(*find_provider(14), "sk-ant-1", "org-of-another-vendor");
    ASSERT_EQ(headers.size(), 1U);
    EXPECT_EQ(headers[0].name + ": " + headers[0].value, "x-api-key: sk-ant-1");
}

}    // namespace
}    // namespace opusclaw::provider
