// Tests of relay/conversion.h: which endpoint a conversation goes to, and the body that is made for it (spec 06 sections 3, 4, 22.1).
#include "relay/conversion.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/unfit.h"
#include "relay/prepare.h"
#include "relay/request_form.h"

namespace opusclaw::relay {
namespace {

using provider::Endpoint;

/// A request on its way to a channel of some type.
struct Sent {
    Sent(Endpoint endpoint, std::string_view text, int type)
        : body(text),
          facts(read_facts(
              body, {.form = form_of(endpoint), .content_type = "application/json", .path_model = {}})) {
        channel.type = type;
        channel.keys = {"sk-upstream"};
        channel.key_places = {0};
        const auto origin = catalog::origin_of("https://provider.example", "", {});
        channel.target = origin.target;
        route.channel = &channel;
    }
    std::optional<Failure> complete() {
        const catalog::Draw draw = [](std::uint64_t) { return std::uint64_t{0}; };
        auto failure = complete_route(route, facts.model, facts.form->endpoint, draw);
        if (!failure) fit_route(route, facts, settings);
        return failure;
    }
    std::unique_ptr<Conversion> converted() {
        EXPECT_FALSE(complete());
        EXPECT_TRUE(translates(route, facts));
        return convert(facts, route, settings);
    }
    std::string bytes() {
        const auto conversion = converted();
        const net::RequestHead head;
        Prepared prepared = prepare(conversion->facts, conversion->route, head, UsageDemand::AskProvider,
                                    BodyRule::Translated);
        path = prepared.path;
        return prepared.body.str();
    }
    settings::Settings settings = settings::default_settings();
    catalog::Channel channel;
    PaddedBuffer body;
    Facts facts;
    Route route;
    std::string path;
};

constexpr std::string_view kChat = R"({"model":"claude-x","messages":[{"role":"user","content":"hi"}]})";

TEST(Conversion, IsForConversationsWhoseEndpointTheProviderLacks) {
    Sent chat(Endpoint::ChatCompletions, kChat, 14);
    ASSERT_FALSE(chat.complete());
    EXPECT_EQ(chat.route.form->endpoint, Endpoint::Messages);
    EXPECT_EQ(chat.route.path, "/v1/messages");
    Sent messages(Endpoint::Messages, kChat, 1);
    ASSERT_FALSE(messages.complete());
    EXPECT_EQ(messages.route.form->endpoint, Endpoint::ChatCompletions);
    Sent own(Endpoint::Messages, kChat, 14);
    ASSERT_FALSE(own.complete());
    EXPECT_FALSE(translates(own.route, own.facts));
    for (const Endpoint endpoint : {Endpoint::Completions, Endpoint::Embeddings, Endpoint::Moderations}) {
        const auto failure = Sent(endpoint, kChat, 14).complete();
        ASSERT_TRUE(failure);
        EXPECT_EQ(failure->retry, Retry::Elsewhere);
    }
}

TEST(Conversion, WritesTheBodyOfTheOtherDialect) {
    Sent sent(Endpoint::ChatCompletions,
              R"({"model":"claude-x","stream":true,"n":2,"messages":[{"role":"user","content":"hi"}]})", 14);
    const auto made = sent.converted();
    EXPECT_EQ(
        made->body.view(),
        R"({"model":"claude-x","max_tokens":8192,"messages":[{"role":"user","content":"hi"}],"stream":true})");
    EXPECT_TRUE(made->facts.stream);
    EXPECT_EQ(made->not_carried, std::vector<std::string>{"n"});
    EXPECT_EQ(sent.bytes(), made->body.view());
    EXPECT_EQ(sent.path, "/v1/messages");
}

TEST(Conversion, PutsModelAndStreamIntoTheUrlOfGemini) {
    Sent sent(
        Endpoint::ChatCompletions,
        R"({"model":"gemini-2.5-flash-nothinking","stream":true,"messages":[{"role":"user","content":"hi"}]})",
        24);
    sent.settings.gemini_thinking_adapter_enabled = true;
    sent.settings.gemini_safety_settings = {{"default", "BLOCK_NONE"}, {"HARM_CATEGORY_HARASSMENT", "OFF"}};
    const auto made = sent.converted();
    EXPECT_EQ(made->body.view(),
              R"({"contents":[{"role":"user","parts":[{"text":"hi"}]}],"safetySettings":[)"
              R"({"category":"HARM_CATEGORY_HARASSMENT","threshold":"OFF"},)"
              R"({"category":"HARM_CATEGORY_HATE_SPEECH","threshold":"BLOCK_NONE"},)"
              R"({"category":"HARM_CATEGORY_SEXUALLY_EXPLICIT","threshold":"BLOCK_NONE"},)"
              R"({"category":"HARM_CATEGORY_DANGEROUS_CONTENT","threshold":"BLOCK_NONE"}],)"
              R"("generationConfig":{"thinkingConfig":{"thinkingBudget":0}}})");
    EXPECT_EQ(made->route.model.name, "gemini-2.5-flash");
    sent.bytes();
    EXPECT_EQ(sent.path, "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse");
}

TEST(Conversion, GoesToTheDialectOfTheModelOnVertex) {
    const std::pair<std::string_view, Endpoint> families[] = {{"gemini-2.5-pro", Endpoint::GenerateContent},
                                                              {"claude-x", Endpoint::Messages},
                                                              {"meta/llama-4", Endpoint::ChatCompletions}};
    for (const auto& [model, target] : families) {
        for (const Endpoint endpoint : {Endpoint::ChatCompletions, Endpoint::Messages, Endpoint::Responses}) {
            Sent sent(endpoint, R"({"model":")" + std::string(model) + R"("})", 41);
            ASSERT_FALSE(sent.complete()) << model;
            EXPECT_EQ(sent.route.form->endpoint, target) << model;
        }
        for (const Endpoint endpoint : {Endpoint::Completions, Endpoint::Embeddings, Endpoint::EmbedContent,
                                        Endpoint::BatchEmbedContents}) {
            const auto failure =
                Sent(endpoint, R"({"model":")" + std::string(model) + R"("})", 41).complete();
            ASSERT_TRUE(failure) << model;
            EXPECT_EQ(failure->retry, Retry::Elsewhere);
            EXPECT_EQ(std::to_string(failure->client.status) + " " + failure->client.code + " " +
                          failure->client.message,
                      "400 convert_request_failed not implemented");
        }
    }
}

TEST(Conversion, TakesModelAndStreamOutOfTheUrlOfGeminiClients) {
    constexpr std::string_view kBody =
        R"({"contents":[{"parts":[{"text":"hi"}]}],"generationConfig":{"thinkingConfig":{"includeThoughts":true}}})";
    Sent sent(Endpoint::GenerateContent, kBody, 1);
    sent.facts = read_facts(sent.body, {.form = form_of(Endpoint::GenerateContent),
                                        .content_type = "application/json",
                                        .path_model = "gpt-4o",
                                        .path_streams = true});
    const auto made = sent.converted();
    EXPECT_TRUE(made->include_thoughts);
    EXPECT_TRUE(made->facts.stream);
    EXPECT_EQ(made->route.model.name, "gpt-4o");
    EXPECT_EQ(made->route.path, "/v1/chat/completions");
    EXPECT_EQ(sent.bytes(), R"({"model":"gpt-4o","messages":[{"role":"user","content":"hi"}],"stream":true,)"
                            R"("stream_options":{"include_usage":true}})");
}

TEST(Conversion, AsksGeminiForEmbeddings) {
    Sent sent(Endpoint::Embeddings, R"({"model":"m","input":["a"],"encoding_format":"base64"})", 24);
    sent.channel.model_mapping = {{"m", "gemini-embedding-001"}};
    const auto made = sent.converted();
    EXPECT_EQ(made->kind, Converted::Embeddings);
    EXPECT_TRUE(made->vectors_as_base64);
    EXPECT_EQ(sent.bytes(),
              R"({"requests":[{"model":"models/gemini-embedding-001","content":{"parts":[{"text":"a"}]}}]})");
    EXPECT_EQ(sent.path, "/v1beta/models/gemini-embedding-001:batchEmbedContents");
}

TEST(Conversion, AsksForImagesWhereAModelMakesNothingElse) {
    constexpr std::string_view kDraw =
        R"({"model":"imagen-4.0","stream":true,"n":2,"messages":[{"role":"user","content":"a cat"}]})";
    for (const int type : {24, 41}) {
        Sent sent(Endpoint::ChatCompletions, kDraw, type);
        const auto made = sent.converted();
        EXPECT_EQ(made->kind, Converted::Images);
        EXPECT_EQ(made->route.form->endpoint, Endpoint::Predict);
        EXPECT_FALSE(made->facts.stream);
        EXPECT_EQ(sent.bytes(),
                  R"({"instances":[{"prompt":"a cat"}],"parameters":{"sampleCount":2,"aspectRatio":"1:1",)"
                  R"("personGeneration":"allow_adult"}})");
        for (const Endpoint endpoint : {Endpoint::Messages, Endpoint::Responses})
            EXPECT_EQ(Sent(endpoint, kDraw, type).complete().value().retry, Retry::Elsewhere);
    }
    Sent other(Endpoint::Completions, kDraw, 24);
    EXPECT_EQ(other.complete().value().retry, Retry::Elsewhere);
}

TEST(Conversion, LeavesOutWhatTheChannelDoesNotAllow) {
    Sent sent(
        Endpoint::Messages,
        R"({"model":"gpt-4o","stream":true,"max_tokens":1,"messages":[{"role":"user","content":"hi"}]})", 1);
    sent.channel.system_prompt = "p";
    EXPECT_EQ(
        sent.bytes(),
        R"({"model":"gpt-4o","messages":[{"role":"system","content":"p"},{"role":"user","content":"hi"}],)"
        R"("stream":true,"stream_options":{"include_usage":true},"max_tokens":1})");
}

TEST(Conversion, NamesTheModelThatIsSent) {
    Sent suffix(Endpoint::ChatCompletions,
                R"({"model":"claude-opus-4-6-high","messages":[{"role":"user","content":"hi"}]})", 14);
    EXPECT_EQ(suffix.converted()->route.model.name, "claude-opus-4-6");
    Sent lost(Endpoint::Messages, R"({"model":"m-thinking","messages":[{"role":"user","content":"hi"}]})", 1);
    lost.channel.model_mapping = {{"m-thinking", "other"}};
    EXPECT_EQ(lost.converted()->route.model.name, "other-thinking");
}

TEST(Conversion, RefusesWhatCannotBeCarried) {
    Sent broken(Endpoint::ChatCompletions, R"({"model":"m","messages":[nonsense]})", 14);
    try {
        broken.converted();
        FAIL() << "taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.code, "convert_request_failed");
        EXPECT_EQ(error.status, 400);
    }
}

TEST(Conversion, NamesTheFilesThatItNeeds) {
    const std::string body = R"({"model":"m","messages":[{"role":"user","content":[)"
                             R"({"type":"image_url","image_url":{"url":"https://a.example/b.png"}}]}]})";
    Sent remote(Endpoint::ChatCompletions, body, 14);
    const auto without = remote.converted();
    EXPECT_EQ(without->needs, std::vector<std::string>{"https://a.example/b.png"});
    EXPECT_TRUE(without->body.empty());
    const dialect::FetchedFiles files = {{"https://a.example/b.png", {"image/jpeg", "iVBORw0KGgo="}}};
    const auto with = convert(remote.facts, remote.route, remote.settings, files);
    EXPECT_TRUE(with->needs.empty());
    EXPECT_NE(with->body.view().find(R"("media_type":"image/png","data":"iVBORw0KGgo=")"),
              std::string_view::npos)
        << with->body.view();
    Sent own(Endpoint::ChatCompletions, body, 1);
    ASSERT_FALSE(own.complete());
    EXPECT_FALSE(translates(own.route, own.facts)) << "an OpenAI provider fetches it itself";
}

TEST(Conversion, TakesNoPageForAnImage) {
    Sent page(Endpoint::ChatCompletions,
              R"({"model":"m","messages":[{"role":"user","content":[)"
              R"({"type":"image_url","image_url":{"url":"https://a.example/b.png"}}]}]})",
              14);
    page.complete();
    const dialect::FetchedFiles files = {{"https://a.example/b.png", {"text/html", "PGh0bWw+"}}};
    EXPECT_THROW(convert(page.facts, page.route, page.settings, files), Error);
}

}    // namespace
}    // namespace opusclaw::relay
