// Tests of provider/bedrock_nova: Chat requests as Nova takes them, and its answers and events as Chat (spec 07 section 8.8).
#include "provider/bedrock_nova.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/unfit.h"
#include "provider/bedrock_nova_media.h"

namespace opusclaw::provider {
namespace {

constexpr ReplyFacts kReply{.request_id = "r1", .model = "nova-lite-v1:0", .created = 7};

TEST(NovaRequest, PutsSystemTextsApartAndTurnsTogether) {
    EXPECT_EQ(
        nova_request(R"({"model":"m","stream":true,"messages":[{"role":"system","content":"Be brief."},)"
                     R"({"role":"user","content":"a"},{"role":"user","content":[{"type":"text","text":"b"},)"
                     R"({"type":"image_url","image_url":{"url":"data:image/jpg;base64,QUJD"}}]},)"
                     R"({"role":"assistant","content":""},{"role":"developer","content":"More."}]})"),
        R"({"schemaVersion":"messages-v1","system":[{"text":"Be brief."},{"text":"More."}],"messages":[)"
        R"({"role":"user","content":[{"text":"a"},{"text":"b"},)"
        R"({"image":{"format":"jpeg","source":{"bytes":"QUJD"}}}]},{"role":"assistant","content":[]}]})");
}

TEST(NovaRequest, KeepsExplicitZerosAndThePreferredLimit) {
    EXPECT_EQ(nova_request(R"({"messages":[],"max_tokens":9,"max_completion_tokens":8,"temperature":0.0,)"
                           R"("top_p":0,"top_k":3,"stop":"X"})"),
              R"({"schemaVersion":"messages-v1","messages":[],"inferenceConfig":{"maxTokens":8,)"
              R"("temperature":0.0,"topP":0,"topK":3,"stopSequences":["X"]}})");
    EXPECT_EQ(
        nova_request(R"({"messages":[],"max_tokens":0,"max_completion_tokens":null,"stop":["A","B"]})"),
        R"({"schemaVersion":"messages-v1","messages":[],"inferenceConfig":{"stopSequences":["A","B"]}})");
}

TEST(NovaRequest, CarriesToolsAndTheirResults) {
    EXPECT_EQ(
        nova_request(
            R"({"messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"c1","function":)"
            R"({"name":"f","arguments":"{\"a\":1}"}}]},{"role":"tool","tool_call_id":"c1","content":"r"}],)"
            R"("tools":[{"type":"function","function":{"name":"f","description":"d","parameters":)"
            R"({"type":"object"}}}],"tool_choice":"required"})"),
        R"({"schemaVersion":"messages-v1","messages":[{"role":"assistant","content":[{"toolUse":)"
        R"({"toolUseId":"c1","name":"f","input":{"a":1}}}]},{"role":"user","content":[{"toolResult":)"
        R"({"toolUseId":"c1","content":[{"text":"r"}]}}]}],"toolConfig":{"tools":[{"toolSpec":{"name":"f",)"
        R"("description":"d","inputSchema":{"json":{"type":"object"}}}}],"toolChoice":{"any":{}}}})");
    EXPECT_EQ(nova_request(R"({"messages":[],"tools":[{"function":{"name":"f"}}],"tool_choice":"none"})"),
              R"({"schemaVersion":"messages-v1","messages":[]})");
}

TEST(NovaRequest, RefusesWhatItCannotSay) {
    EXPECT_THROW(nova_request(R"({"messages":"x"})"), Error);
    EXPECT_THROW(nova_request(R"({"messages":[{"role":"user","content":5}]})"), Error);
    EXPECT_THROW(nova_request(R"({"messages":[{"role":"user","content":[{"type":"image_url","image_url":)"
                              R"("https://example.com/a.png"}]}]})"),
                 Unfit);
}

constexpr std::string_view kPng = "iVBORw0KGgoAAAANSUhEUg==";
constexpr std::string_view kPdf = "JVBERi0xLjQK";

std::string with_parts(std::string_view parts) {
    return R"({"messages":[{"role":"user","content":[)" + std::string(parts) + "]}]}";
}
std::string content_of(const std::string& request) {
    constexpr std::string_view kHead =
        R"({"schemaVersion":"messages-v1","messages":[{"role":"user","content":[)";
    constexpr std::string_view kTail = "]}]}";
    EXPECT_TRUE(request.starts_with(kHead)) << request;
    return request.substr(kHead.size(), request.size() - kHead.size() - kTail.size());
}

TEST(NovaMedia, IsNamedOnceForEachUrl) {
    const std::string chat = with_parts(
        R"({"type":"text","text":"https://example.com/no"},{"type":"image_url","image_url":{"url":"https://e.com/a"}},)"
        R"({"type":"video_url","video_url":"http://e.com/v"},{"type":"file","file":{"file_data":"https://e.com/d"}},)"
        R"({"type":"image_url","image_url":"https://e.com/a"},)"
        R"({"type":"input_audio","input_audio":{"data":"https://e.com/s","format":"mp3"}})");
    EXPECT_EQ(nova_media_needs(chat),
              (std::vector<std::string>{"https://e.com/a", "http://e.com/v", "https://e.com/d"}));
    EXPECT_TRUE(nova_media_needs(R"({"messages":[{"role":"user","content":"\"https://e.com"}]})").empty());
    EXPECT_TRUE(nova_media_needs("{}").empty());
}

TEST(NovaMedia, IsWrittenAsWhatWasFetched) {
    const dialect::FetchedFiles files = {
        {"https://e.com/a", {.mime = "image/jpeg", .base64 = std::string(kPng)}},
        {"https://e.com/v", {.mime = "video/quicktime", .base64 = "QUJD"}},
        {"https://e.com/d", {.mime = "application/pdf", .base64 = std::string(kPdf)}}};
    const std::string chat = with_parts(
        R"({"type":"image_url","image_url":{"url":"https://e.com/a"}},{"type":"video_url","video_url":"https://e.com/v"},)"
        R"({"type":"file","file":{"file_data":"https://e.com/d","filename":"a_b  (1).pdf"}})");
    EXPECT_EQ(content_of(nova_request(chat, &files)),
              R"({"image":{"format":"png","source":{"bytes":")" + std::string(kPng) +
                  R"("}}},)"
                  R"({"video":{"format":"mov","source":{"bytes":"QUJD"}}},)"
                  R"x({"document":{"format":"pdf","name":"a b (1)","source":{"bytes":")x" +
                  std::string(kPdf) + R"("}}})");
    EXPECT_THROW(nova_request(chat), Unfit);
}

TEST(NovaMedia, RefusesAPageInThePlaceOfAnImage) {
    const dialect::FetchedFiles files = {{"https://e.com/a", {.mime = "text/html", .base64 = "PGh0bWw+"}}};
    for (const std::string_view part : {R"({"type":"image_url","image_url":{"url":"https://e.com/a"}})",
                                        R"({"type":"video_url","video_url":{"url":"https://e.com/a"}})"})
        EXPECT_THROW(nova_request(with_parts(part), &files), Error) << part;
}

TEST(NovaMedia, OfASystemMessageIsNamedThereAndNotFetched) {
    const std::string chat =
        R"({"messages":[{"role":"system","content":[{"type":"text","text":"Look."},)"
        R"({"type":"image_url","image_url":{"url":"https://e.com/logo.png"}}]},{"role":"user","content":"Hi"}]})";
    EXPECT_TRUE(nova_media_needs(chat).empty());
    const std::string body = nova_request(chat);
    EXPECT_NE(body.find(R"("system":[{"text":"Look."},{"text":"[file)"), std::string::npos) << body;
    EXPECT_NE(body.find("https://e.com/logo.png"), std::string::npos) << body;
}

TEST(NovaMedia, DocumentsAreToldApartByNameAndFormat) {
    EXPECT_EQ(
        content_of(nova_request(with_parts(
            R"({"type":"file","file":{"file_data":"data:text/csv;base64,YSxi"}},)"
            R"({"type":"file","file":{"file_data":"data:application/json;base64,e30=","filename":"../x.json"}},)"
            R"({"type":"file","file":{"file_data":"data:application/octet-stream;base64,QUJD","filename":"n.docx"}},)"
            R"({"type":"file","file":{"file_data":"data:text/plain;base64,YQ==","filename":"n.txt"}})"))),
        R"({"document":{"format":"csv","name":"Document","source":{"bytes":"YSxi"}}},)"
        R"({"document":{"format":"txt","name":"x","source":{"bytes":"e30="}}},)"
        R"({"document":{"format":"docx","name":"n","source":{"bytes":"QUJD"}}},)"
        R"({"document":{"format":"txt","name":"n 2","source":{"bytes":"YQ=="}}})");
}

TEST(NovaMedia, WhatItHasNoFormForIsNamed) {
    EXPECT_EQ(content_of(nova_request(
                  with_parts(R"({"type":"input_audio","input_audio":{"data":"QUJD","format":"wav"}},)"
                             R"({"type":"file","file":{"file_id":"file-1"}},)"
                             R"({"type":"file","file":{"file_data":"data:application/zip;base64,QUJD"}})"))),
              R"({"text":"[file audio/wav]"},{"text":"[file file-1]"},{"text":"[file application/zip]"})");
}

TEST(NovaAnswer, BecomesOneChoice) {
    EXPECT_EQ(
        nova_answer(
            R"({"output":{"message":{"role":"assistant","content":[{"text":"Hi"}]}},)"
            R"("stopReason":"max_tokens","usage":{"inputTokens":3,"outputTokens":2,"totalTokens":5}})",
            kReply),
        R"({"id":"chatcmpl-r1","object":"chat.completion","created":7,"model":"nova-lite-v1:0","choices":[)"
        R"({"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"length"}],"usage":)"
        R"({"prompt_tokens":3,"completion_tokens":2,"total_tokens":5,)"
        R"("prompt_tokens_details":{"cached_tokens":0}}})");
    EXPECT_EQ(
        nova_answer(R"({"output":{"message":{"content":[]}},"stopReason":"content_filtered"})", kReply),
        R"({"id":"chatcmpl-r1","object":"chat.completion","created":7,"model":"nova-lite-v1:0","choices":[)"
        R"({"index":0,"message":{"role":"assistant","content":""},"finish_reason":"content_filter"}]})");
    for (const std::string_view broken : {"", "[]", "{}", R"({"output":)"})
        EXPECT_THROW(nova_answer(broken, kReply), Error) << broken;
}

TEST(NovaChunk, IsToldForWhatAClientReads) {
    StreamState state;
    const auto chunk = [&state](std::string_view event) {
        const std::string text = nova_chunk(event, kReply, state);
        constexpr std::string_view kHead =
            R"({"id":"chatcmpl-r1","object":"chat.completion.chunk","created":7,"model":"nova-lite-v1:0",)";
        EXPECT_TRUE(text.empty() || text.starts_with(kHead)) << text;
        return text.empty() ? text : text.substr(kHead.size());
    };
    EXPECT_EQ(chunk(R"({"messageStart":{"role":"assistant"}})"),
              R"("choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]})");
    EXPECT_EQ(chunk(R"({"contentBlockDelta":{"delta":{"text":"H\n"},"contentBlockIndex":0}})"),
              R"("choices":[{"index":0,"delta":{"content":"H\n"},"finish_reason":null}]})");
    EXPECT_EQ(
        chunk(
            R"({"contentBlockStart":{"start":{"toolUse":{"toolUseId":"t","name":"f"}},"contentBlockIndex":1}})"),
        R"("choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"t","type":"function","function":)"
        R"({"name":"f","arguments":""}}]},"finish_reason":null}]})");
    EXPECT_EQ(chunk(R"({"contentBlockDelta":{"delta":{"toolUse":{"input":"{}"}},"contentBlockIndex":2}})"),
              R"("choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"function":{"arguments":"{}"}}]},)"
              R"("finish_reason":null}]})");
    EXPECT_EQ(chunk(R"({"messageStop":{"stopReason":"tool_use"}})"),
              R"("choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]})");
    EXPECT_EQ(
        chunk(R"({"metadata":{"usage":{"inputTokens":3,"outputTokens":2,"cacheReadInputTokenCount":4}}})"),
        R"("choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2,"total_tokens":9,)"
        R"("prompt_tokens_details":{"cached_tokens":4}}})");
    EXPECT_EQ(chunk(R"({"contentBlockStop":{"contentBlockIndex":0}})"), "");
}

}    // namespace
}    // namespace opusclaw::provider
