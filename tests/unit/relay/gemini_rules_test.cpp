// Tests of relay/gemini_rules.h, of the prompt in `systemInstruction`, and of relay/prepare.h for Gemini: which bytes leave for it, and
// where to (spec 06 sections 4.4, 6.4, 11.5, 22.2; 07 section 10.1).
#include "relay/gemini_rules.h"

#include <gtest/gtest.h>

#include "dialect/envelope.h"
#include "relay/prepare.h"
#include "relay/request_form.h"
#include "settings/settings.h"

namespace opusclaw::relay {
namespace {

using provider::Endpoint;

constexpr int kGemini = 24, kVertex = 41;

/// A request on its way to a channel.
struct Sent {
    explicit Sent(std::string_view text, std::string_view model = "gemini-2.5-flash",
                  Endpoint endpoint = Endpoint::GenerateContent, int type = kGemini)
        : body(text),
          facts(read_facts(
              body, {.form = form_of(endpoint), .content_type = "application/json", .path_model = model})) {
        channel.type = type;
        route.channel = &channel;
        route.provider = provider::find_provider(type, model);
        route.form = facts.form;
        const auto* const row = provider::find_path(*route.provider, {.endpoint = endpoint});
        route.path = row->path;
        route.stream_path = row->stream_path;
        route.key = "AIza";
    }
    std::string bytes() {
        route.model = catalog::map_model(channel, facts.model);
        fit_route(route, facts, settings);
        net::RequestHead head;
        head.query = query;
        Prepared prepared = prepare(facts, route, head, UsageDemand::AskProvider);
        path = prepared.path;
        lines = prepared.headers.text();
        return prepared.body.str();
    }
    std::string path_of() {
        bytes();
        return path;
    }
    settings::Settings settings = settings::default_settings();
    catalog::Channel channel;
    std::string query;
    PaddedBuffer body;
    Facts facts;
    Route route;
    std::string path, lines;
};

constexpr std::string_view kHi = R"({"contents":[{"role":"user","parts":[{"text":"hi"}]}]})";

TEST(GeminiUrl, HasTheVersionTheModelAndTheAction) {
    EXPECT_EQ(Sent(kHi).path_of(), "/v1beta/models/gemini-2.5-flash:generateContent");
    EXPECT_EQ(Sent(kHi, "gemini-1.0-pro").path_of(), "/v1/models/gemini-1.0-pro:generateContent");
    EXPECT_EQ(Sent(kHi, "a b/c").path_of(), "/v1beta/models/a%20b/c:generateContent");
    Sent stream(kHi);
    stream.facts.stream = true;
    stream.query = "key=sk-of-the-client&alt=sse&x=1";
    EXPECT_EQ(stream.path_of(), "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse");
    EXPECT_NE(stream.lines.find("x-goog-api-key: AIza\r\n"), std::string::npos);
    Sent mapped(kHi);
    mapped.channel.base_path = "/proxy";
    mapped.channel.model_mapping = {{"gemini-2.5-flash", "other"}};
    mapped.settings.gemini_version_settings = {{"other", "v2"}};
    EXPECT_EQ(mapped.path_of(), "/proxy/v2/models/other:generateContent");
    Sent none(kHi);
    none.settings.gemini_version_settings = {};
    EXPECT_EQ(none.path_of(), "/v1beta/models/gemini-2.5-flash:generateContent");
}

struct BytesCase {
    std::string_view sent, arrives;
};

TEST(GeminiRules, ChangeNothingButWhatTheyName) {
    const BytesCase cases[] = {
        {kHi, kHi},
        {R"({ "contents":[{"role":"model","parts":[]}],"labels":{"a":1.0},"model":"x"})",
         R"({ "contents":[{"role":"model","parts":[]}],"labels":{"a":1.0},"model":"x"})"},
        {R"({"contents":[{"parts":[{"text":"hi"}]},{"parts":[]}]})",
         R"({"contents":[{"role":"user","parts":[{"text":"hi"}]},{"parts":[]}]})"},
        {R"({"contents":[{"role":"","parts":[]}]})", R"({"contents":[{"role":"user","parts":[]}]})"},
        {R"({"contents":[{"role":null,"parts":[]}]})", R"({"contents":[{"role":"user","parts":[]}]})"},
        {R"({"contents":[{}]})", R"({"contents":[{"role":"user"}]})"},
        {R"({"contents":[{"parts":[{"fileData":{"fileUri":"https://www.youtube.com/watch?v=1"}},{"text":"t"}]}]})",
         R"({"contents":[{"parts":[{"fileData":{"fileUri":"https://www.youtube.com/watch?v=1",)"
         R"("mimeType":"video/webm"}},{"text":"t"}],"role":"user"}]})"},
        {R"({"contents":[{"role":"user","parts":[{"file_data":{"file_uri":"https://www.youtube.com/1","mime_type":"video/mp4"}}]}]})",
         R"({"contents":[{"role":"user","parts":[{"file_data":{"file_uri":"https://www.youtube.com/1","mime_type":"video/mp4"}}]}]})"},
        {R"({"contents":"what is this?"})", R"({"contents":"what is this?"})"},
    };
    for (const BytesCase& row : cases) EXPECT_EQ(Sent(row.sent).bytes(), row.arrives) << row.sent;
}

TEST(GeminiRules, TakeTheWishToThinkOffTheName) {
    const auto sent = [](std::string_view model, std::string_view body = kHi) {
        Sent made(body, model);
        made.settings.gemini_thinking_adapter_enabled = true;
        const std::string bytes = made.bytes();
        return made.path.substr(0, made.path.find(':')).substr(sizeof("/v1beta/models/") - 1) + " " + bytes;
    };
    const auto with = [](std::string_view config) {
        return std::string(kHi.substr(0, kHi.size() - 1)) + R"(,"generationConfig":)" + std::string(config) +
               "}";
    };
    EXPECT_EQ(
        sent("gemini-2.5-flash-thinking-1000"),
        "gemini-2.5-flash " + with(R"({"thinkingConfig":{"includeThoughts":true,"thinkingBudget":1000}})"));
    EXPECT_EQ(sent("gemini-2.5-flash-nothinking"),
              "gemini-2.5-flash " + with(R"({"thinkingConfig":{"thinkingBudget":0}})"));
    EXPECT_EQ(sent("gemini-2.5-flash-thinking"),
              "gemini-2.5-flash " + with(R"({"thinkingConfig":{"includeThoughts":true}})"));
    EXPECT_EQ(
        sent("gemini-2.5-flash-thinking", with(R"({"maxOutputTokens":1000})")),
        "gemini-2.5-flash " +
            with(
                R"({"maxOutputTokens":1000,"thinkingConfig":{"includeThoughts":true,"thinkingBudget":600}})"));
    EXPECT_EQ(
        sent("gemini-3-pro-high"),
        "gemini-3-pro " + with(R"({"thinkingConfig":{"includeThoughts":true,"thinkingLevel":"high"}})"));
    const std::string own = with(R"({"thinking_config":{"thinking_budget":5}})");
    EXPECT_EQ(sent("gemini-2.5-flash-thinking", own), "gemini-2.5-flash " + own) << "the client's own stays";
    Sent off(kHi, "gemini-2.5-flash-thinking");
    EXPECT_EQ(off.bytes(), kHi);
    EXPECT_EQ(off.path, "/v1beta/models/gemini-2.5-flash-thinking:generateContent");
    Sent kept(kHi, "gemini-2.5-flash-nothinking");
    kept.settings.gemini_thinking_adapter_enabled = true;
    kept.settings.thinking_model_blacklist = {"gemini-2.5-flash-nothinking"};
    EXPECT_EQ(kept.bytes(), with(R"({"thinkingConfig":{"thinkingBudget":0}})"));
    EXPECT_EQ(kept.path, "/v1beta/models/gemini-2.5-flash-nothinking:generateContent");
}

TEST(GeminiRules, UnpackEnvelopesForTheModelThatReadsThem) {
    const auto sealed = [](dialect::Dialect origin) {
        return dialect::seal_opaque({.origin = origin,
                                     .kind = dialect::chat::OpaqueKind::Signature,
                                     .model = "gemini-2.5-flash",
                                     .value = "sig"});
    };
    const auto bytes = [](const std::string& signature, std::string_view part) {
        return Sent(R"({"contents":[{"role":"model","parts":[{)" + std::string(part) +
                    R"(,"thoughtSignature":")" + signature + R"("},{"text":"oc1. is a text"}]}]})")
            .bytes();
    };
    const std::string head = R"({"contents":[{"role":"model","parts":[)";
    const std::string rest = R"({"text":"oc1. is a text"}]}]})";
    constexpr std::string_view kThought = R"("text":"t","thought":true)";
    constexpr std::string_view kCall = R"("functionCall":{"name":"f","args":{"a":1.0}})";
    EXPECT_EQ(bytes(sealed(dialect::Dialect::Gemini), kThought),
              head + R"({"text":"t","thought":true,"thoughtSignature":"sig"},)" + rest);
    EXPECT_EQ(bytes(sealed(dialect::Dialect::Anthropic), kThought), head + rest);
    EXPECT_EQ(bytes(sealed(dialect::Dialect::Anthropic), kCall),
              head + R"({"functionCall":{"name":"f","args":{"a":1.0}}},)" + rest);
    EXPECT_EQ(bytes("native", kThought),
              head + R"({"text":"t","thought":true,"thoughtSignature":"native"},)" + rest);
}

TEST(GeminiCalls, AndTheirResultsHaveNoIdWhereTheServerKnowsNone) {
    const std::string sent =
        R"({"contents":[{"role":"user","parts":[{"functionResponse":{"id":"a","name":"id","response":{"id":1.0}}},)"
        R"({"function_response": { "id" : {"x":1} } },{"functionCall":{"id":"c","name":"f"}}]},{"id":1,"parts":5},)"
        R"({"parts":{"function_call":{"name":"f","id":"d"}}}],)"
        R"("requests":[{"contents":[{"parts":[{"functionResponse":{"name":"f","id":null}}]}]},7,{"contents":{}}]})";
    const std::string without =
        R"({"contents":[{"role":"user","parts":[{"functionResponse":{"name":"id","response":{"id":1.0}}},)"
        R"({"function_response": {} },{"functionCall":{"name":"f"}}]},{"id":1,"parts":5},)"
        R"({"parts":{"function_call":{"name":"f"}}}],)"
        R"("requests":[{"contents":[{"parts":[{"functionResponse":{"name":"f"}}]}]},7,{"contents":{}}]})";
    const auto bytes = [&sent](int type, bool removed, Endpoint endpoint = Endpoint::GenerateContent) {
        Sent made(sent, "gemini-2.5-flash", endpoint, type);
        made.settings.gemini_removes_result_ids = removed;
        return made.bytes();
    };
    EXPECT_EQ(bytes(kVertex, true), without);
    EXPECT_EQ(bytes(kVertex, false), sent);
    EXPECT_EQ(bytes(kGemini, true), sent);
    EXPECT_EQ(bytes(kVertex, true, Endpoint::CountTokens),
              without.substr(0, without.find(R"("requests")")) + sent.substr(sent.find(R"("requests")")))
        << "a count has no list of requests";
    EXPECT_EQ(bytes(kGemini, true, Endpoint::CountTokens), sent);
}

TEST(GeminiPrompt, GoesIntoTheInstruction) {
    const auto bytes = [](std::string_view instruction, std::string_view prompt, bool override = false) {
        Sent made(R"({"contents":[{"role":"user"}])" + std::string(instruction) + "}");
        made.channel.system_prompt = prompt;
        made.channel.system_prompt_override = override;
        return made.bytes().substr(sizeof(R"({"contents":[{"role":"user"}])") - 1);
    };
    EXPECT_EQ(bytes("", "p"), R"(,"systemInstruction":{"parts":[{"text":"p"}]}})");
    EXPECT_EQ(bytes(R"(,"systemInstruction":{"parts":[]})", "p"),
              R"(,"systemInstruction":{"parts":[{"text":"p"}]}})");
    EXPECT_EQ(bytes(R"(,"systemInstruction":{"parts":[{"text":""}]})", ""), "}") << "it says nothing";
    constexpr std::string_view kOwn = R"(,"system_instruction":{"parts":[{"inlineData":1},{"text":"own"}]})";
    EXPECT_EQ(bytes(kOwn, "p"), std::string(kOwn) + "}");
    EXPECT_EQ(bytes(kOwn, "p", true),
              R"(,"system_instruction":{"parts":[{"inlineData":1},{"text":"p\nown"}]}})");
    EXPECT_EQ(bytes(R"(,"systemInstruction":"own")", "p", true), R"(,"systemInstruction":"own"})");
}

TEST(GeminiBodies, NameTheModelThatIsSent) {
    const auto bytes = [](std::string_view text, Endpoint endpoint) {
        Sent made(text, "m", endpoint);
        made.channel.model_mapping = {{"m", "n"}};
        return made.bytes();
    };
    EXPECT_EQ(bytes(R"({"content":{}})", Endpoint::EmbedContent), R"({"content":{},"model":"models/n"})");
    EXPECT_EQ(bytes(R"({"model":"models/m","content":{}})", Endpoint::EmbedContent),
              R"({"model":"models/n","content":{}})");
    EXPECT_EQ(bytes(R"({"requests":[{"model":"models/m","x":1.0},{}]})", Endpoint::BatchEmbedContents),
              R"({"requests":[{"model":"models/n","x":1.0},{"model":"models/n"}]})");
    EXPECT_EQ(bytes(R"({"contents":[]})", Endpoint::CountTokens), R"({"contents":[]})");
    EXPECT_EQ(
        bytes(R"({"generateContentRequest":{"model":"models/m","contents":[]}})", Endpoint::CountTokens),
        R"({"generateContentRequest":{"model":"models/n","contents":[]}})");
    EXPECT_EQ(bytes(R"({"instances":[{"prompt":"p"}]})", Endpoint::Predict),
              R"({"instances":[{"prompt":"p"}]})");
}

TEST(GeminiBodies, NameNoModelWhereThePathDoes) {
    for (const Endpoint endpoint : {Endpoint::CountTokens, Endpoint::Predict}) {
        EXPECT_EQ(Sent(R"({"model":"models/m","x":1.0})", "m", endpoint, kVertex).bytes(), R"({"x":1.0})");
        EXPECT_EQ(Sent(R"({"x":1.0})", "m", endpoint, kVertex).bytes(), R"({"x":1.0})");
    }
}

TEST(GeminiBodies, AreCountedForTheModelWithoutItsSuffix) {
    Sent made(kHi, "gemini-2.5-flash-thinking-1000", Endpoint::CountTokens);
    made.settings.gemini_thinking_adapter_enabled = true;
    EXPECT_EQ(made.path_of(), "/v1beta/models/gemini-2.5-flash:countTokens");
    EXPECT_EQ(made.bytes(), kHi);
}

TEST(GeminiFacts, AreThoseOfPathAndConfig) {
    const auto facts = [](std::string_view text) { return Sent(text, "from-the-path").facts; };
    EXPECT_EQ(facts(R"({"model":"body","contents":[1]})").model, "from-the-path");
    EXPECT_FALSE(facts(R"({"stream":true,"contents":[1]})").stream);
    EXPECT_EQ(facts(R"({"generationConfig":{"maxOutputTokens":7}})").max_output, 7);
    EXPECT_EQ(
        facts(R"({"generationConfig":{"maxOutputTokens":7},"generation_config":{"max_output_tokens":8}})")
            .max_output,
        8);
    EXPECT_EQ(facts(R"({"generationConfig":{"maxOutputTokens":9000000000000}})").max_output, kMostTokens);
    EXPECT_THROW(facts(R"({"generationConfig":{"maxOutputTokens":-1}})"), Error);
    EXPECT_THROW(facts(R"({"contents":[],"contents":[]})"), Error);
    EXPECT_FALSE(facts(R"({"max_tokens":3,"contents":[]})").found(Member::MaxTokens));
}

TEST(GeminiBill, IsThatOfTheNameWithoutThinkingWhereThereIsOne) {
    const auto billed = [](std::string_view model, std::string_view config, bool adapter = true) {
        Sent made(R"({"contents":[1],"generationConfig":)" + std::string(config) + "}", model);
        made.settings.gemini_thinking_adapter_enabled = adapter;
        bill_without_thinking(made.facts, made.settings);
        return made.facts.priced_model();
    };
    constexpr std::string_view kPriced = "gemini-2.5-flash-preview-05-20",
                               kSilent = R"({"thinkingConfig":{"thinkingBudget":0}})";
    EXPECT_EQ(billed(kPriced, kSilent), "gemini-2.5-flash-preview-05-20-nothinking");
    EXPECT_EQ(billed(kPriced, R"({"thinking_config":{"thinking_budget":0}})"),
              "gemini-2.5-flash-preview-05-20-nothinking");
    EXPECT_EQ(billed(kPriced, kSilent, false), kPriced);
    EXPECT_EQ(billed(kPriced, R"({"thinkingConfig":{"thinkingBudget":1}})"), kPriced);
    EXPECT_EQ(billed(kPriced, "{}"), kPriced);
    EXPECT_EQ(billed("gemini-2.5-flash", kSilent), "gemini-2.5-flash") << "that name has no price of its own";
}

TEST(GeminiChecks, AskForContents) {
    const RequestForm& form = form_of(Endpoint::GenerateContent);
    for (const std::string_view body : {"{}", R"({"contents":[]})", R"({"contents":null,"requests":[]})"})
        EXPECT_THROW(form.check(Sent(body).facts), Error) << body;
    for (const std::string_view body : {kHi, std::string_view(R"({"requests":[1]})")})
        EXPECT_NO_THROW(form.check(Sent(body).facts)) << body;
    EXPECT_NO_THROW(form_of(Endpoint::CountTokens).check(Sent("{}", "m", Endpoint::CountTokens).facts));
}

}    // namespace
}    // namespace opusclaw::relay
