// Tests of provider/aws_sigv4: AWS's own Signature Version 4 test suite (get-vanilla, post-vanilla, post-x-www-form-urlencoded,
// get-header-value-trim) and the derived key of its documentation.
#include "provider/aws_sigv4.h"

#include <gtest/gtest.h>

#include "base/crypto.h"

namespace opusclaw::provider {
namespace {

constexpr std::string_view kDate = "20150830T123600Z";
constexpr AwsKey kKey{
    .access = "AKIDEXAMPLE", .secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", .region = "us-east-1"};

std::vector<UpstreamHeader> suite_headers() {
    return {{"Host", "example.amazonaws.com"}, {"X-Amz-Date", std::string(kDate)}};
}

std::string expected(std::string_view names, std::string_view signature) {
    return "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=" +
           std::string(names) + ", Signature=" + std::string(signature);
}

TEST(AwsSigV4, SignsTheVanillaRequestsOfTheSuite) {
    const auto headers = suite_headers();
    EXPECT_EQ(
        aws_authorization(kKey, {.method = "GET", .headers = headers, .body = {}, .service = "service"},
                          kDate),
        expected("host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"));
    EXPECT_EQ(
        aws_authorization(kKey, {.headers = headers, .body = {}, .service = "service"}, kDate),
        expected("host;x-amz-date", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"));
}

TEST(AwsSigV4, SignsABodyAndItsType) {
    auto headers = suite_headers();
    headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
    const AwsRequest request{.headers = headers, .body = "Param1=value1", .service = "service"};
    EXPECT_EQ(aws_canonical_request(request),
              "POST\n/\n\ncontent-type:application/x-www-form-urlencoded\nhost:example.amazonaws.com\n"
              "x-amz-date:20150830T123600Z\n\ncontent-type;host;x-amz-date\n"
              "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e");
    EXPECT_EQ(crypto::hex(crypto::sha256(aws_canonical_request(request))),
              "42a5e5bb34198acb3e84da4f085bb7927f2bc277ca766e6d19c73c2154021281");
    EXPECT_EQ(aws_authorization(kKey, request, kDate),
              expected("content-type;host;x-amz-date",
                       "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"));
}

TEST(AwsSigV4, TrimsTheValuesOfHeaders) {
    auto headers = suite_headers();
    headers.push_back({"My-Header1", " value1"});
    headers.push_back({"My-Header2", " \"a   b   c\""});
    EXPECT_EQ(aws_authorization(kKey, {.method = "GET", .headers = headers, .body = {}, .service = "service"},
                                kDate),
              expected("host;my-header1;my-header2;x-amz-date",
                       "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"));
}

TEST(AwsSigV4, DerivesTheKeyOfTheDocumentation) {
    EXPECT_EQ(crypto::hex(aws_signing_key(kKey, "20150830", "iam")),
              "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
}

TEST(AwsSigV4, EscapesTheSegmentsOfThePathOnceMore) {
    const std::string text = aws_canonical_request(
        {.path = "/model/us.anthropic.claude%3A0/invoke", .body = {}});
    EXPECT_TRUE(text.starts_with("POST\n/model/us.anthropic.claude%253A0/invoke\n\n")) << text;
}

TEST(AwsSigV4, WritesTheTimeInUtc) {
    EXPECT_EQ(aws_date(1440938160), kDate);
    EXPECT_EQ(aws_date(0), "19700101T000000Z");
    EXPECT_EQ(aws_date(1709164800), "20240229T000000Z");
}

}    // namespace
}    // namespace opusclaw::provider
