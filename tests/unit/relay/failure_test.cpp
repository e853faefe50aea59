// Tests of relay/failure.h: what is hidden of a failure before anybody reads it (spec 04 section 14.6).
#include "relay/failure.h"

#include <gtest/gtest.h>

#include "base/json/view.h"

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

TEST(Mask, LeavesWhatProgramsReadWholeWhenAKeyIsAWord) {
    Failure failure = Failure::of_answer(
        R"({"error":{"message":"too much text","type":"text_error","param":"text","code":"context_length_exceeded",)"
        R"("metadata":{"of":"text"}}})",
        400);
    const std::string_view secrets[] = {"text", "null"};
    mask(failure, secrets);
    const dialect::ClientError& client = failure.client;
    EXPECT_EQ(client.type + " " + client.param + " " + client.code,
              "text_error text context_length_exceeded");
    EXPECT_EQ(client.code_json, R"("context_length_exceeded")");
    EXPECT_EQ(client.metadata_json, R"({"of":"***"})") << "words for people";
    EXPECT_TRUE(client.message.starts_with("too much *** (")) << client.message;
}

TEST(Mask, LeavesOutRawJsonThatAKeyWouldTear) {
    Failure failure = Failure::of_answer(
        R"({"error":{"message":"no","code":12345678901234567,"metadata":{"n":1234567890123456,"s":"x"}}})",
        400);
    const std::string_view secrets[] = {"1234567890123456"};
    mask(failure, secrets);
    EXPECT_FALSE(failure.client.code_json);
    EXPECT_FALSE(failure.client.metadata_json);
    EXPECT_EQ(failure.client.code, "***7");
    const std::string shown = dialect::render_error(dialect::Dialect::OpenaiChat, failure.client, "r1");
    EXPECT_NO_THROW(json::Document::copy(shown).validate()) << shown;
}

TEST(Mask, CutsTheDetailAndNoKeyWithIt) {
    const std::string key = "sk-provider-key-0123456789";
    Failure failure = Failure::of_answer(std::string(2040, 'x') + key + std::string(9000, 'y'), 500);
    const std::string_view secrets[] = {key};
    mask(failure, secrets);
    EXPECT_EQ(failure.detail, std::string(2040, 'x') + "***" + "yyyyy");
}

TEST(FinalStatus, IsOneThatAnAnswerCanHave) {
    for (const int status : {200, 404, 599}) EXPECT_EQ(final_status(status), status);
    for (const int status : {-1, 0, 99, 100, 199, 600, 700}) EXPECT_EQ(final_status(status), 502) << status;
}

}    // namespace
}    // namespace opusclaw::relay
