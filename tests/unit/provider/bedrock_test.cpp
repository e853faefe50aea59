// Tests of provider/bedrock and provider/bedrock_models: keys, ids, addresses, bodies, errors and events (spec 07 sections 8.1 to 8.7).
#include "provider/bedrock.h"

#include <gtest/gtest.h>

#include "base/crypto.h"
#include "base/error.h"
#include "provider/bedrock_models.h"

namespace opusclaw::provider {
namespace {

constexpr std::string_view kSigned = "AKIDEXAMPLE|secret|eu-west-1", kBearer = "api-key|ap-northeast-1";

CallFacts call_of(std::string_view key, std::string_view model) {
    return {.key = key, .requested_model = model, .model = model};
}

const Provider& claude() { return *find_provider(33, "claude-sonnet-4-5-20250929"); }

TEST(BedrockKey, IsReadByTheNumberOfItsFields) {
    const BedrockKey pair = read_bedrock_key(kSigned);
    EXPECT_EQ(pair.signing.access, "AKIDEXAMPLE");
    EXPECT_EQ(pair.signing.secret, "secret");
    EXPECT_EQ(pair.signing.region, "eu-west-1");
    EXPECT_EQ(pair.bearer, "");
    EXPECT_EQ(read_bedrock_key(kBearer).bearer, "api-key");
    for (const std::string_view bad :
         {"", "one", "a|b|c|d", "||", "a|", "a|b|", "a||us-east-1", "a|us.evil/", "a|b|US"}) {
        try {
            read_bedrock_key(bad);
            ADD_FAILURE() << bad;
        } catch (const Error& error) {
            EXPECT_EQ(error.code, "channel:aws_client_error");
            EXPECT_EQ(error.status, 500);
            EXPECT_EQ(error.message.text, "invalid aws secret key");
        }
    }
}

TEST(BedrockModels, HaveIdsAndProfilesByRegion) {
    struct Row {
        std::string_view model, region, id;
    };
    constexpr std::string_view kSonnet = "claude-sonnet-4-5-20250929";
    const Row rows[] = {
        {kSonnet, "us-east-1", "us.anthropic.claude-sonnet-4-5-20250929-v1:0"},
        {kSonnet, "eu-west-1", "eu.anthropic.claude-sonnet-4-5-20250929-v1:0"},
        {kSonnet, "ap-south-1", "apac.anthropic.claude-sonnet-4-5-20250929-v1:0"},
        {kSonnet, "us-gov-west-1", "us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0"},
        {kSonnet, "ca-central-1", "anthropic.claude-sonnet-4-5-20250929-v1:0"},
        {"claude-3-opus-20240229", "us-west-2", "us.anthropic.claude-3-opus-20240229-v1:0"},
        {"claude-3-opus-20240229", "eu-west-1", "anthropic.claude-3-opus-20240229-v1:0"},
        {"claude-3-5-sonnet-20241022", "ap-south-1", "apac.anthropic.claude-3-5-sonnet-20241022-v2:0"},
        {"claude-opus-4-6", "us-east-1", "us.anthropic.claude-opus-4-6-v1"},
        {"anthropic.claude-opus-4-6-v1", "us-east-1", "us.anthropic.claude-opus-4-6-v1"},
        {"nova-pro-v1:0", "ap-northeast-1", "apac.amazon.nova-pro-v1:0"},
        {"nova-premier-v1:0", "us-east-1", "us.amazon.nova-premier-v1:0"},
        {"nova-premier-v1:0", "eu-west-1", "amazon.nova-premier-v1:0"},
        {"global.anthropic.claude-sonnet-4-5-20250929-v1:0", "us-east-1",
         "global.anthropic.claude-sonnet-4-5-20250929-v1:0"},
        {"arn:aws:bedrock:us-east-1:1:inference-profile/x", "us-east-1",
         "arn:aws:bedrock:us-east-1:1:inference-profile/x"},
    };
    for (const Row& row : rows) EXPECT_EQ(bedrock_model_id(row.model, row.region), row.id) << row.region;
}

TEST(Bedrock, HasAnAddressForEveryRegionAndModel) {
    CallFacts call = call_of(kSigned, "claude-sonnet-4-6");
    EXPECT_EQ(bedrock_url(call),
              "https://bedrock-runtime.eu-west-1.amazonaws.com/model/"
              "eu.anthropic.claude-sonnet-4-6/invoke");
    call = call_of("a|b|cn-north-1", "arn:x/y:0");
    call.stream = true;
    EXPECT_EQ(bedrock_url(call),
              "https://bedrock-runtime.cn-north-1.amazonaws.com.cn/model/arn%3Ax%2Fy%3A0/"
              "invoke-with-response-stream");
    call.base_url = "https://vpce-1.example:8443/base";
    EXPECT_EQ(bedrock_url(call),
              "https://vpce-1.example:8443/base/model/arn%3Ax%2Fy%3A0/invoke-with-response-stream");
}

TEST(Bedrock, SignsOrCarriesItsKey) {
    const SigningFacts facts{.host = "h", .path = "/model/m/invoke", .body = "{}", .now = 1440938160};
    const auto signature = bedrock_signature(call_of(kSigned, "m"), facts);
    ASSERT_EQ(signature.size(), 2U);
    EXPECT_EQ(signature[0].value, "20150830T123600Z");
    EXPECT_TRUE(signature[1].value.starts_with(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-west-1/bedrock/aws4_request, "
        "SignedHeaders=accept;content-type;host;x-amz-date, Signature="));
    EXPECT_TRUE(bedrock_signature(call_of(kBearer, "m"), facts).empty());
    const auto headers = bedrock_headers(call_of(kBearer, "m"), {});
    EXPECT_EQ(headers.back().name + ": " + headers.back().value, "Authorization: Bearer api-key");
}

TEST(BedrockClaude, SendsWhatIsKnownThereAndNothingElse) {
    const auto body = [](std::string_view text, std::string_view beta, BodyOrigin origin = BodyOrigin::Made) {
        return claude().protocol->body(call_of(kSigned, "m"), {.text = text, .beta = beta, .origin = origin});
    };
    EXPECT_EQ(body(R"({"model":"m","stream":true,"max_tokens":5,"messages":[ 1.0 ],"top_k":0,"top_p":0.0,)"
                   R"("metadata":{},"service_tier":"auto","mcp_servers":[],"anthropic_version":"x"})",
                   " a, b ,,"),
              R"({"anthropic_version":"bedrock-2023-05-31","anthropic_beta":["a","b"],"max_tokens":5,)"
              R"("messages":[ 1.0 ],"top_k":0,"top_p":0.0})");
    EXPECT_EQ(body(R"({"max_tokens":0,"anthropic_beta":["own"]})", ""),
              R"({"anthropic_version":"bedrock-2023-05-31","anthropic_beta":["own"]})");
    EXPECT_EQ(body(R"({"anthropic_beta":["own"]})", "theirs"),
              R"({"anthropic_version":"bedrock-2023-05-31","anthropic_beta":["theirs"]})");
    EXPECT_EQ(body(R"({"model":"m","x":1,"stream":false})", "b", BodyOrigin::PassedOn),
              R"({"x":1,"anthropic_version":"bedrock-2023-05-31"})");
    EXPECT_EQ(body(R"({"anthropic_version":"mine","model":1})", "", BodyOrigin::PassedOn),
              R"({"anthropic_version":"mine"})");
}

TEST(BedrockClaude, NeedsTheFilesBehindUrls) {
    constexpr std::string_view kImage = R"({"type":"image","source":{"type":"url","url":"http://a/1"}})";
    const std::string text = R"({"messages":[{"role":"user","content":[)" + std::string(kImage) +
                             R"(,{"type":"tool_result","content":[{"type":"document","source":)"
                             R"({"type":"url","url":"http://a/2"},"title":"t"},)" +
                             std::string(kImage) + R"(]}]},{"role":"user","content":"\"url\""}]})";
    const auto needs = claude().protocol->needs;
    EXPECT_EQ(needs(text), (std::vector<std::string>{"http://a/1", "http://a/2"}));
    EXPECT_TRUE(needs(R"({"messages":[{"content":"x"},5]})").empty());
    EXPECT_TRUE(needs(R"({"messages":"\"url\""})").empty());
    EXPECT_TRUE(needs("{}").empty());
    const dialect::FetchedFiles files = {{"http://a/1", {.mime = "image/png", .base64 = "QQ=="}}};
    const std::string made = claude().protocol->body(call_of(kSigned, "m"),
                                                     {.text = text, .beta = {}, .files = &files});
    constexpr std::string_view kInline =
        R"({"type":"image","source":{"type":"base64","media_type":"image/png","data":"QQ=="}})";
    EXPECT_EQ(made, R"({"anthropic_version":"bedrock-2023-05-31","messages":[{"role":"user","content":[)" +
                        std::string(kInline) +
                        R"(,{"type":"tool_result","content":[{"type":"document","source":)"
                        R"({"type":"url","url":"http://a/2"},"title":"t"},)" +
                        std::string(kInline) + R"(]}]},{"role":"user","content":"\"url\""}]})");
}

TEST(Bedrock, TellsItsErrorsWithTheirTypes) {
    const auto told = [](std::string_view body, std::string_view type, bool stream) {
        return bedrock_error({.status = 429, .body = body, .error_type = type, .stream = stream});
    };
    const auto error = told(R"({"message":"Slow down"})", "ThrottlingException:http://x/", false);
    EXPECT_EQ(error.message, "InvokeModel: ThrottlingException: Slow down");
    EXPECT_EQ(error.status, 429);
    EXPECT_EQ(error.code, "aws_invoke_error");
    EXPECT_EQ(error.type, "aws_invoke_error");
    EXPECT_EQ(
        told(R"({"__type":"com.amazon.coral.service#AccessDenied","Message":"No"})", "Other", true).message,
        "InvokeModelWithResponseStream: AccessDenied: No");
    EXPECT_EQ(told("<html>", "", false).message, "InvokeModel: bad response status code 429");
}

TEST(Bedrock, ReadsChunksAndExceptions) {
    const std::string bytes = R"({"bytes":")" + crypto::base64_encode(R"({"type":"ping"})") +
                              R"(","p":"ab"})";
    StreamMessage message{.message_type = "event", .event_type = "chunk", .payload = bytes};
    EXPECT_EQ(bedrock_piece(message).payload, R"({"type":"ping"})");
    message.event_type = "initial-response";
    EXPECT_EQ(bedrock_piece(message).payload, "");
    message = {.message_type = "event", .event_type = "chunk", .payload = R"({"bytes":"?"})"};
    EXPECT_THROW(bedrock_piece(message), Error);
    const std::pair<std::string_view, int> statuses[] = {
        {"throttlingException", 429},         {"validationException", 400},
        {"modelTimeoutException", 408},       {"modelStreamErrorException", 424},
        {"serviceUnavailableException", 503}, {"internalServerException", 500},
        {"ThrottlingException", 429}};
    for (const auto& [type, status] : statuses) {
        const StreamPiece piece = bedrock_piece(
            {.message_type = "exception", .exception_type = type, .payload = R"({"message":"why"})"});
        ASSERT_TRUE(piece.error);
        EXPECT_EQ(piece.error->status, status);
        EXPECT_EQ(piece.error->message, "InvokeModelWithResponseStream: " + std::string(type) + ": why");
    }
    const StreamPiece piece = bedrock_piece(
        {.message_type = "error", .error_code = "InternalFailure", .error_message = "m", .payload = ""});
    EXPECT_EQ(piece.error->message, "InvokeModelWithResponseStream: InternalFailure: m");
}

}    // namespace
}    // namespace opusclaw::provider
