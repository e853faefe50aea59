// Tests of dialect/gemini/images.h: prompts, sizes and numbers of chats with models that make images, and what answers them (spec 07
// sections 9.5, 10.4).
#include "dialect/gemini/images.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/error.h"
#include "dialect/openai_chat/codec.h"

namespace opusclaw::dialect::gemini {
namespace {

std::string request(std::string_view text) {
    const PaddedBuffer body(text);
    const chat::Request chat = openai_chat::decode_request(body.view());
    return encode_image_request(chat, body.view());
}

/// With one message and the members behind it.
std::string drawn(std::string_view more) {
    return request(R"({"messages":[{"role":"user","content":"a cat"}])" + std::string(more) + "}");
}

std::string expected(std::string_view count, std::string_view ratio) {
    return R"({"instances":[{"prompt":"a cat"}],"parameters":{"sampleCount":)" + std::string(count) +
           R"(,"aspectRatio":")" + std::string(ratio) + R"(","personGeneration":"allow_adult"}})";
}

TEST(GeminiImages, HaveTheNumberAndTheShapeThatIsAskedForLast) {
    EXPECT_EQ(drawn(""), expected("1", "1:1"));
    EXPECT_EQ(drawn(R"(,"n":3)"), expected("3", "1:1"));
    EXPECT_EQ(drawn(R"(,"n":0,"extra_body":{"n":2})"), expected("2", "1:1"));
    EXPECT_EQ(drawn(R"(,"n":3,"extra_body":{"n":0})"), expected("3", "1:1"));
    const std::pair<std::string_view, std::string_view> sizes[] = {
        {"256x256", "1:1"},    {"1024x1024", "1:1"},  {"1536x1024", "3:2"}, {"1024x1536", "2:3"},
        {"1024x1792", "9:16"}, {"1792x1024", "16:9"}, {"4:3", "4:3"},       {"odd", "1:1"}};
    for (const auto& [size, ratio] : sizes)
        EXPECT_EQ(drawn(R"(,"size":")" + std::string(size) + "\""), expected("1", ratio)) << size;
    EXPECT_EQ(drawn(R"(,"size":"4:3","extra_body":{"size":"3:4"})"), expected("1", "3:4"));
    EXPECT_EQ(drawn(R"(,"extra_body":{"size":"3:4","aspectRatio":"16:9"})"), expected("1", "16:9"));
    EXPECT_EQ(drawn(R"(,"extra_body":{"aspectRatio":"16:9","parameters":{"aspectRatio":"9:16"}})"),
              expected("1", "9:16"));
    EXPECT_EQ(drawn(R"(,"size":5,"n":"x","extra_body":[])"), expected("1", "1:1"));
}

TEST(GeminiImages, ShowWhatTheUserSaysFirst) {
    EXPECT_EQ(
        request(
            R"({"messages":[{"role":"system","content":"no"},{"role":"assistant","content":"no"},)"
            R"({"role":"user","content":" "},{"role":"user","content":[{"type":"text","text":"a "},)"
            R"({"type":"image_url","image_url":{"url":"https://a.example/b"}},{"type":"text","text":"cat"}]},)"
            R"({"role":"user","content":"no"}]})"),
        expected("1", "1:1"));
    EXPECT_EQ(request(R"({"messages":[],"prompt":"a cat"})"), expected("1", "1:1"));
    for (const std::string_view body :
         {R"({"messages":[]})", R"({"messages":[{"role":"user"}],"prompt":5})"}) {
        try {
            request(body);
            FAIL() << body;
        } catch (const Error& error) {
            EXPECT_EQ(error.code, "convert_request_failed");
            EXPECT_EQ(error.message.text, "prompt is required for image generation");
            EXPECT_EQ(error.status, 400);
        }
    }
}

std::string answer(std::string_view text) { return encode_image_answer(PaddedBuffer(text).view(), 1000); }

TEST(GeminiImages, AreToldAsAListWithoutThoseThatWereFiltered) {
    EXPECT_EQ(answer(R"({"predictions":[{"mimeType":"image/png","bytesBase64Encoded":"QQ=="},)"
                     R"({"raiFilteredReason":"bad"},{"raiFilteredReason":"","bytesBase64Encoded":"Qg=="},)"
                     R"({"safetyAttributes":{"contentType":"Positive Prompt"}}]})"),
              R"({"created":1000,"data":[{"url":"","b64_json":"QQ==","revised_prompt":""},)"
              R"({"url":"","b64_json":"Qg==","revised_prompt":""}]})");
}

TEST(GeminiImages, ThatAreNoneAreAnError) {
    const auto told = [](std::string_view text) {
        try {
            return answer(text);
        } catch (const Error& error) {
            return std::to_string(error.status) + " " + error.code + " " + error.message.text;
        }
    };
    EXPECT_EQ(told(R"({"predictions":[{"raiFilteredReason":"bad"},{"raiFilteredReason":"worse"}]})"),
              "400 prompt_blocked bad");
    for (const std::string_view empty : {R"({"predictions":[]})", "{}", R"({"predictions":5})"})
        EXPECT_EQ(told(empty), "500 empty_response no images generated");
    EXPECT_TRUE(told("[]").find("bad_response_body") != std::string::npos);
    EXPECT_TRUE(told("<html>").find("bad_response_body") != std::string::npos);
}

}    // namespace
}    // namespace opusclaw::dialect::gemini
