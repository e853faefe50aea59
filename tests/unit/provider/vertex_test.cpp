// Tests of provider/vertex and provider/vertex_rows: regions, keys, addresses, the grant and what answers it (spec 07 section 9; RFC 7523).
#include "provider/vertex.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "base/crypto.h"
#include "base/error.h"
#include "base/json/writer.h"
#include "base/text.h"
#include "base/unfit.h"

namespace opusclaw::provider {
namespace {

std::string pem() {
    std::ifstream file(TEST_DATA "/keys/rfc7515_a2.pem");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return text.substr(text.find("-----BEGIN"));
}

std::string account(const std::string& key = pem()) {
    std::string text;
    json::Writer(text)
        .begin_object()
        .member("project_id", "p1")
        .member("client_email", "me@p1")
        .member("private_key", key)
        .end_object();
    return text;
}

CallFacts call_of(std::string_view key, std::string_view other,
                  std::string_view model = "claude-sonnet-4-20250514") {
    return {.key = key, .other = other, .requested_model = model, .model = model};
}

const Protocol& protocol_of(std::string_view model) { return *find_provider(41, model)->protocol; }

TEST(VertexRegion, IsAskedForByTheModel) {
    CallFacts call = call_of("", R"({"default":"us-central1","asked":"eu-a","sent":"eu-s"})", "other");
    EXPECT_EQ(vertex_region(call), "us-central1");
    call.model = "sent";
    EXPECT_EQ(vertex_region(call), "eu-s");
    call.requested_model = "asked";
    EXPECT_EQ(vertex_region(call), "eu-a");
    for (const auto& [other, region] : {std::pair{"", "global"},
                                        {"{}", "global"},
                                        {" us-east5 ", "us-east5"},
                                        {R"({"default":5})", "global"},
                                        {R"({"broken)", R"({"broken)"}}) {
        call.other = other;
        EXPECT_EQ(vertex_region(call), region);
    }
}

TEST(Vertex, HasAnAddressForEveryRegionFormAndBase) {
    const std::string key = account();
    CallFacts call = call_of(key, "us-east5");
    const auto url = [&call] { return protocol_of("claude-x").url(call); };
    EXPECT_EQ(url(),
              "https://us-east5-aiplatform.googleapis.com/v1/projects/p1/locations/us-east5/publishers/"
              "anthropic/models/claude-sonnet-4@20250514:rawPredict");
    call.stream = true;
    call.other = "";
    EXPECT_EQ(url(),
              "https://aiplatform.googleapis.com/v1/projects/p1/locations/global/publishers/anthropic/"
              "models/claude-sonnet-4@20250514:streamRawPredict?alt=sse");
    call.base_url = "http://proxy:1/v1/";
    call.model = "claude-opus-4-6";
    EXPECT_EQ(url(),
              "http://proxy:1/v1/projects/p1/locations/global/publishers/anthropic/models/"
              "claude-opus-4-6:streamRawPredict?alt=sse");
    call.key_form = "api_key";
    call.key = "k&1";
    EXPECT_EQ(
        url(),
        "http://proxy:1/v1/publishers/anthropic/models/claude-opus-4-6:streamRawPredict?alt=sse&key=k%261");
    call.stream = false;
    EXPECT_TRUE(url().ends_with(":rawPredict?key=k%261"));
}

TEST(Vertex, HasHostsOfTheirOwnForRegionsOfSeveralCountries) {
    const std::string key = account();
    for (const auto& [region, host] : {std::pair{"eu", "aiplatform.eu.rep.googleapis.com"},
                                       {"us", "aiplatform.us.rep.googleapis.com"},
                                       {"europe-west1", "europe-west1-aiplatform.googleapis.com"},
                                       {"global", "aiplatform.googleapis.com"}}) {
        CallFacts call = call_of(key, region);
        EXPECT_EQ(vertex_root(call, "v1"),
                  std::string("https://") + host + "/v1/projects/p1/locations/" + region);
        call.key_form = "api_key";
        EXPECT_EQ(vertex_root(call, "v1beta1"), std::string("https://") + host + "/v1beta1");
    }
}

TEST(Vertex, ServesOpenModelsWithServiceAccountsOnly) {
    const std::string key = account();
    for (const std::string_view model : {"meta/llama-4-maverick", "deepseek-r1-maas"}) {
        const Protocol& protocol = protocol_of(model);
        CallFacts call = call_of(key, "us-central1", model);
        EXPECT_EQ(protocol.url(call),
                  "https://us-central1-aiplatform.googleapis.com/v1beta1/projects/p1/locations/"
                  "us-central1/endpoints/openapi/chat/completions");
        call.key_form = "api_key";
        EXPECT_THROW(protocol.url(call), Unfit);
        EXPECT_EQ(find_provider(41, model)->stream_options, StreamOptions::Supported);
    }
    EXPECT_EQ(find_provider(41, "claude-llama"), find_provider(41, "claude-x")) << "the first word counts";
}

TEST(VertexGemini, ServesWhatIsNobodyElses) {
    for (const std::string_view model : {"gemini-2.5-pro", "imagen-4.0", "text-embedding-004", ""}) {
        const Provider* const row = find_provider(41, model);
        ASSERT_NE(row, nullptr) << model;
        EXPECT_TRUE(endpoint_path(*row, Endpoint::GenerateContent)) << model;
        EXPECT_FALSE(endpoint_path(*row, Endpoint::ChatCompletions)) << model;
        EXPECT_EQ(row->stream_options, StreamOptions::Unsupported);
        EXPECT_EQ(refusal_text(*row, Endpoint::Embeddings), "not implemented");
    }
    const Provider& row = *find_provider(41, "gemini-2.5-pro");
    for (const Endpoint endpoint : {Endpoint::EmbedContent, Endpoint::BatchEmbedContents,
                                    Endpoint::Embeddings, Endpoint::Responses, Endpoint::Messages})
        EXPECT_EQ(find_path(row, {.endpoint = endpoint}), nullptr);
    EXPECT_FALSE(row.gemini.function_ids || row.gemini.names_in_bodies);
    EXPECT_TRUE(find_provider(24)->gemini.function_ids && find_provider(24)->gemini.names_in_bodies);
}

TEST(VertexGemini, HasAnAddressForEveryAction) {
    const std::string key = account();
    CallFacts call = call_of(key, R"({"default":"us-east5","gemini-2.5-pro":"global"})", "gemini-2.5-pro");
    const auto url = [&call](Endpoint endpoint) {
        const EndpointPath& row = *find_path(*find_provider(41, call.model), {.endpoint = endpoint});
        call.path = call.stream ? row.stream_path : row.path;
        return protocol_of(call.model).url(call);
    };
    constexpr std::string_view kGlobal =
        "https://aiplatform.googleapis.com/v1/projects/p1/locations/global/publishers/google/models/"
        "gemini-2.5-pro";
    EXPECT_EQ(url(Endpoint::GenerateContent), std::string(kGlobal) + ":generateContent");
    EXPECT_EQ(url(Endpoint::CountTokens), std::string(kGlobal) + ":countTokens");
    call.stream = true;
    EXPECT_EQ(url(Endpoint::GenerateContent), std::string(kGlobal) + ":streamGenerateContent?alt=sse");
    call.key_form = "api_key";
    call.key = "k&1";
    call.model = call.requested_model = "a b/c@001";
    EXPECT_EQ(url(Endpoint::GenerateContent),
              "https://us-east5-aiplatform.googleapis.com/v1/publishers/google/models/"
              "a%20b%2Fc@001:streamGenerateContent?alt=sse&key=k%261");
    call.stream = false;
    call.base_url = "http://proxy:1/x/v1/";
    call.model = "imagen-4.0";
    EXPECT_EQ(url(Endpoint::Predict),
              "http://proxy:1/x/v1/publishers/google/models/imagen-4.0:predict?key=k%261");
}

TEST(VertexGemini, IsCalledWithATokenOrNothing) {
    const std::string key = account();
    CallFacts call = call_of(key, "", "gemini-2.5-pro");
    const Protocol& protocol = protocol_of("gemini-2.5-pro");
    const auto headers = protocol.headers(call, "t");
    ASSERT_EQ(headers.size(), 2U);
    EXPECT_EQ(headers[0].name + ": " + headers[0].value, "Authorization: Bearer t");
    EXPECT_EQ(headers[1].name + ": " + headers[1].value, "x-goog-user-project: p1");
    EXPECT_TRUE(protocol.grant(call, {}));
    EXPECT_EQ(protocol.body, nullptr) << "the body is the dialect's own";
    call.key_form = "api_key";
    EXPECT_TRUE(protocol.headers(call, "").empty());
    EXPECT_FALSE(protocol.grant(call, {}));
}

TEST(VertexKey, IsRepairedWhereItsLineEndsWereLost) {
    std::string flat = pem(), escaped;
    for (const char c : pem()) escaped += c == '\n' ? std::string("\\n") : std::string(1, c);
    std::erase(flat, '\n');
    std::string windows = pem();
    for (std::size_t at = windows.find('\n'); at != std::string::npos; at = windows.find('\n', at + 2))
        windows.insert(at, "\r");
    for (const std::string& broken : {flat, escaped, windows, pem()}) EXPECT_EQ(repair_pem(broken), pem());
}

TEST(VertexGrant, IsASignedAssertion) {
    const std::string key = account();
    const auto grant =
        protocol_of("claude-x").grant(call_of(key, ""), {.now = 1000, .token_url = "http://t/x"});
    ASSERT_TRUE(grant);
    EXPECT_EQ(grant->url, "http://t/x");
    constexpr std::string_view kBegin =
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
    ASSERT_TRUE(grant->form.starts_with(kBegin)) << grant->form;
    const std::string assertion = grant->form.substr(kBegin.size());
    const auto parts = text::split(assertion, '.');
    ASSERT_EQ(parts.size(), 3U);
    EXPECT_EQ(crypto::base64url_decode(parts[0]), R"({"alg":"RS256","typ":"JWT"})");
    EXPECT_EQ(crypto::base64url_decode(parts[1]),
              R"({"iss":"me@p1","scope":"https://www.googleapis.com/auth/cloud-platform","aud":"http://t/x",)"
              R"("iat":1000,"exp":3100})");
    const std::string signed_text = std::string(parts[0]).append(".").append(parts[1]);
    EXPECT_EQ(crypto::base64url_decode(parts[2]), crypto::sign_rs256(pem(), signed_text));
    CallFacts by_key = call_of("k", "");
    by_key.key_form = "api_key";
    EXPECT_FALSE(protocol_of("claude-x").grant(by_key, {}));
    EXPECT_EQ(protocol_of("claude-x").grant(call_of(key, ""), {})->url,
              "https://www.googleapis.com/oauth2/v4/token");
}

TEST(VertexGrant, NeedsAKeyThatIsOne) {
    const auto code_of = [](const std::string& key) {
        try {
            protocol_of("claude-x").grant(call_of(key, ""), {});
        } catch (const Error& error) {
            return error.code + " " + error.message.text;
        }
        return std::string();
    };
    EXPECT_TRUE(code_of("no json").starts_with("channel:invalid_key failed to decode credentials file: "));
    EXPECT_TRUE(code_of("[]").starts_with("channel:invalid_key failed to decode credentials file: "));
    EXPECT_TRUE(code_of(account("AAAA")).starts_with("channel:invalid_key failed to create signed JWT: "));
    constexpr std::string_view kLacks = "channel:invalid_key failed to decode credentials file: it has no ";
    EXPECT_EQ(code_of(R"({"client_email":"a","private_key":"b"})"), std::string(kLacks) + "project_id");
    EXPECT_EQ(code_of(R"({"project_id":" ","client_email":"a"})"), std::string(kLacks) + "project_id");
    EXPECT_EQ(code_of(R"({"project_id":"p","client_email":5})"), std::string(kLacks) + "client_email");
    EXPECT_EQ(code_of(account("")), std::string(kLacks) + "private_key");
}

TEST(VertexToken, IsReadWithItsLifetime) {
    const auto read = protocol_of("claude-x").read_token;
    EXPECT_EQ(read(R"({"access_token":"t","expires_in":3600})", 200).lifetime, std::chrono::minutes(30));
    EXPECT_EQ(read(R"({"access_token":"t","expires_in":400})", 200).lifetime, std::chrono::seconds(100));
    EXPECT_EQ(read(R"({"access_token":"t"})", 200).text, "t");
    for (const std::string_view odd : {"0", "-1", "-9223372036854775808"}) {
        const std::string answer = R"({"access_token":"t","expires_in":)" + std::string(odd) + "}";
        EXPECT_LE(read(answer, 200).lifetime.count(), 0) << odd;
    }
    const auto message_of = [read](std::string_view answer, int status) {
        try {
            read(answer, status);
        } catch (const Error& error) {
            return error.message.text;
        }
        return std::string();
    };
    EXPECT_EQ(message_of(R"({"error":"invalid_grant","error_description":"Bad"})", 400),
              "failed to exchange JWT for access token: Bad");
    EXPECT_EQ(message_of(R"({"error":"x"})", 400), "failed to exchange JWT for access token: status 400 x");
    EXPECT_EQ(message_of("<html>", 502), "failed to exchange JWT for access token: status 502");
}

TEST(VertexClaude, SendsItsOwnMembers) {
    const auto body = protocol_of("claude-x").body;
    EXPECT_EQ(
        body(call_of("", ""),
             {.text = R"({"model":"m","stream":true,"max_tokens":0,"metadata":{},"top_k":0})", .beta = "b"}),
        R"({"anthropic_version":"vertex-2023-10-16","stream":true,"max_tokens":0,"top_k":0})");
    const std::string_view text = R"({"model":"m"})";
    EXPECT_EQ(body(call_of("", ""), {.text = text, .beta = {}, .origin = BodyOrigin::PassedOn}), text);
}

TEST(Vertex, ReadsErrorsThatStandInAList) {
    const auto read = protocol_of("claude-x").read_error;
    const auto error = read(
        {.status = 429, .body = R"([{"error":{"code":429,"message":"Full","status":"X"}}])"});
    EXPECT_EQ(error.message, "Full");
    EXPECT_EQ(error.status, 429);
    EXPECT_EQ(read({.status = 500, .body = "<html>"}).message, "bad response status code 500");
}

TEST(Vertex, OpenModelsTakeToolsAsFunctionsOnly) {
    EXPECT_FALSE(find_provider(41, "meta/llama-3.3-70b-instruct-maas")->chat.custom_tools);
}

}    // namespace
}    // namespace opusclaw::provider
