// Tests of relay/failure.h: what is hidden of a failure before anybody reads it (spec 04 section 14.6).
#include "relay/failure.h"

#include <gtest/gtest.h>

namespace opusclaw::relay {
namespace {

TEST(Mask, LeavesNoKeyInAnyPartOfAFailure) {
    const std::string key = "sk-provider-key-0123456789";
    Failure failure = Failure::of_answer(R"({"error":{"message":"no )" + key + R"(","type":")" + key +
                                             R"(","param":")" + key + R"(","code":")" + key +
                                             R"(","metadata":{"raw":"of )" + key + R"("}}})",
                                         400);
    const std::string_view secrets[] = {key};
    mask(failure, secrets);
    const dialect::ClientError& client = failure.client;
    EXPECT_EQ(client.message, R"(no *** ({"raw":"of ***"}))");
    EXPECT_EQ(client.type + client.param + client.code, "*********");
    EXPECT_EQ(client.code_json, R"("***")");
    EXPECT_EQ(client.metadata_json, R"({"raw":"of ***"})");
    EXPECT_EQ(failure.detail.find(key), std::string::npos);
}

}    // namespace
}    // namespace opusclaw::relay
