// Tests of dialect/error_body.h: error bodies by spec 04 section 14 and 06 section 20, written and read.
#include "dialect/error_body.h"

#include <gtest/gtest.h>

namespace opusclaw::dialect {
namespace {

ClientError ours() { return {.status = 403, .message = "no", .code = "access_denied"}; }

TEST(ErrorBody, OpenaiShape) {
    EXPECT_EQ(
        render_error(Dialect::OpenaiChat, ours(), "R1"),
        R"j({"error":{"message":"no (request id: R1)","type":"new_api_error","param":"","code":"access_denied"}})j");
}

TEST(ErrorBody, AnthropicShape) {
    EXPECT_EQ(render_error(Dialect::Anthropic, ours(), "R1"),
              R"j({"type":"error","error":{"type":"new_api_error","message":"no (request id: R1)"}})j");
    ClientError upstream = read_upstream_error(R"j({"error":{"message":"slow down","type":"","code":null}})j",
                                               429);
    EXPECT_EQ(
        render_error(Dialect::Anthropic, upstream, "R"),
        R"j({"type":"error","error":{"type":"rate_limit_error","message":"slow down (request id: R)"}})j");
}

TEST(ErrorBody, GeminiShape) {
    EXPECT_EQ(
        render_error(Dialect::Gemini, ours(), "R1"),
        R"j({"error":{"code":403,"message":"no (request id: R1)","status":"PERMISSION_DENIED","details":[{"@type":)j"
        R"j("type.googleapis.com/google.rpc.ErrorInfo","reason":"access_denied","domain":"opusclaw","metadata":{"type":"new_api_error"}}]}})j");
}

TEST(ErrorBody, StreamErrorsEndTheStream) {
    const std::string event = render_stream_error(Dialect::OpenaiChat, ours(), "R");
    EXPECT_TRUE(event.starts_with("data: {\"error\":"));
    EXPECT_TRUE(event.ends_with("\n\ndata: [DONE]\n\n"));
}

TEST(UpstreamError, TheProvidersObjectIsTakenWhole) {
    const ClientError error = read_upstream_error(
        R"j({"error":{"message":"bad key","type":"invalid_request_error","param":"model","code":42}})j", 401);
    EXPECT_EQ(
        render_error(Dialect::OpenaiChat, error, "R"),
        R"j({"error":{"message":"bad key (request id: R)","type":"invalid_request_error","param":"model","code":42}})j");
    EXPECT_EQ(error.status, 401);
    EXPECT_EQ(error.code, "42");
}

TEST(UpstreamError, MetadataIsAppendedToTheMessage) {
    const ClientError error = read_upstream_error(R"j({"error":{"message":"no","metadata":{"a":1}}})j", 400);
    EXPECT_EQ(error.message, R"j(no ({"a":1}))j");
    EXPECT_EQ(error.code_json, "null");
    EXPECT_EQ(error.type, "upstream_error");
}

struct LooseCase {
    std::string_view name, body, message;
};
class Loose : public testing::TestWithParam<LooseCase> {};
TEST_P(Loose, MessageIsFoundWhereProvidersPutIt) {
    const ClientError error = read_upstream_error(GetParam().body, 500);
    EXPECT_EQ(error.message, GetParam().message);
    EXPECT_EQ(error.code, "bad_response_status_code");
}
INSTANTIATE_TEST_SUITE_P(
    Places, Loose,
    testing::Values(LooseCase{"text", R"j({"error":"oops"})j", "oops"},
                    LooseCase{"number", R"j({"error":7})j", "7"},
                    LooseCase{"null", R"j({"error":null,"message":"m"})j", "m"},
                    LooseCase{"message", R"j({"message":"m"})j", "m"},
                    LooseCase{"msg", R"j({"msg":"m"})j", "m"},
                    LooseCase{"detail", R"j({"detail":"m"})j", "m"},
                    LooseCase{"header", R"j({"header":{"message":"m"}})j", "m"},
                    LooseCase{"response", R"j({"response":{"error":{"message":"m"}}})j", "m"},
                    LooseCase{"nothing", R"j({})j", "bad response status code 500"},
                    LooseCase{"html", "<html>", "bad response status code 500"},
                    LooseCase{"empty", "", "bad response status code 500"},
                    LooseCase{"array", "[1]", "bad response status code 500"},
                    LooseCase{"cut", R"j({"error":{"message":"x)j", "bad response status code 500"}),
    [](const auto& info) { return std::string(info.param.name); });

}    // namespace
}    // namespace opusclaw::dialect
