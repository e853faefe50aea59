// Tests of catalog/endpoint_types.h: types of channels and names of models (spec 03 section 13.1).
#include "catalog/endpoint_types.h"

#include <gtest/gtest.h>

#include <string>

namespace opusclaw::catalog {
namespace {

std::string types(const std::vector<int>& channel_types, std::string_view model) {
    std::string out;
    for (const std::string_view type : endpoint_types(channel_types, model)) {
        if (!out.empty()) out += ' ';
        out += type;
    }
    return out;
}

TEST(EndpointTypes, FollowTheTypesOfTheChannels) {
    EXPECT_EQ(types({}, "m"), "");
    EXPECT_EQ(types({1}, "m"), "openai");
    EXPECT_EQ(types({14, 1}, "m"), "anthropic openai");
    EXPECT_EQ(types({1, 14}, "m"), "openai anthropic");
    EXPECT_EQ(types({24, 41}, "m"), "gemini openai");
    EXPECT_EQ(types({38}, "m"), "jina-rerank");
    EXPECT_EQ(types({48}, "m"), "openai openai-response");
    EXPECT_EQ(types({55}, "m"), "openai-video");
    EXPECT_EQ(types({999, 0}, "m"), "openai") << "types that nobody knows";
}

TEST(EndpointTypes, KnowModelsThatAnswerResponsesOnly) {
    EXPECT_EQ(types({1}, "o3-pro-2025"), "openai-response");
    EXPECT_EQ(types({1}, "x-o4-mini-deep-research"), "openai-response");
    EXPECT_EQ(types({20}, "openai/o3-pro"), "openai");
    EXPECT_EQ(types({14}, "o3-pro"), "anthropic openai");
}

TEST(EndpointTypes, PutPicturesFirst) {
    for (const char* const model :
         {"dall-e-3", "DALL-E-2", "flux-1", "x-flux.1-dev", "gpt-image-1", "imagen-3"})
        EXPECT_EQ(types({1}, model), "image-generation openai") << model;
    EXPECT_EQ(types({1}, "my-imagen-3"), "openai");
}

}    // namespace
}    // namespace opusclaw::catalog
