// Tests of the rows in provider/gemini.cpp (spec 07 section 10).
#include <gtest/gtest.h>

#include "provider/provider.h"

namespace opusclaw::provider {
namespace {

TEST(GeminiProvider, HasAnActionForEachEndpoint) {
    const Provider* const row = find_provider(24);
    ASSERT_NE(row, nullptr);
    const EndpointPath* const generate = find_path(*row, {.endpoint = Endpoint::GenerateContent});
    ASSERT_NE(generate, nullptr);
    EXPECT_EQ(generate->path, "/{version}/models/{model}:generateContent");
    EXPECT_EQ(generate->stream_path, "/{version}/models/{model}:streamGenerateContent?alt=sse");
    const std::pair<Endpoint, std::string_view> others[] = {
        {Endpoint::EmbedContent, "/{version}/models/{model}:embedContent"},
        {Endpoint::BatchEmbedContents, "/{version}/models/{model}:batchEmbedContents"},
        {Endpoint::CountTokens, "/{version}/models/{model}:countTokens"},
        {Endpoint::Predict, "/{version}/models/{model}:predict"}};
    for (const auto& [endpoint, path] : others) EXPECT_EQ(endpoint_path(*row, endpoint), path);
    for (const Endpoint endpoint : {Endpoint::ChatCompletions, Endpoint::Responses, Endpoint::Messages,
                                    Endpoint::Embeddings, Endpoint::Moderations}) {
        EXPECT_EQ(find_path(*row, {.endpoint = endpoint}), nullptr);
    }
}

TEST(GeminiProvider, TakesTheKeyInAHeaderOfItsOwn) {
    const auto headers = credentials(*find_provider(24), "AIza1", "org-of-another-vendor");
    ASSERT_EQ(headers.size(), 1U);
    EXPECT_EQ(headers[0].name + ": " + headers[0].value, "x-goog-api-key: AIza1");
}

}    // namespace
}    // namespace opusclaw::provider
