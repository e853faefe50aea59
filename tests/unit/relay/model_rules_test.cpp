// Tests of relay/model_rules.h and of the forms in relay/prepare.h: which bytes leave for newer OpenAI models, and where to (spec 04
// section 15; 06 sections 4.6, 6.1, 6.2, 22.3; 07 section 4.1).
#include "relay/model_rules.h"

#include <gtest/gtest.h>

#include "relay/prepare.h"
#include "relay/request_form.h"

namespace opusclaw::relay {
namespace {

using provider::Endpoint;

/// A request on its way to a channel of type 1, or of another.
struct Sent {
    Sent(Endpoint endpoint, std::string_view text, int type = 1, std::string_view path_model = {})
        : body(text),
          facts(read_facts(
              body,
              {.form = form_of(endpoint), .content_type = "application/json", .path_model = path_model})) {
        channel.type = type;
        route.channel = &channel;
        route.provider = provider::find_provider(type);
        route.path = provider::endpoint_path(*route.provider, endpoint).value();
        route.key = "sk-upstream";
    }
    std::string bytes() {
        route.model = catalog::map_model(channel, facts.model);
        split_effort(route, facts, settings);
        net::RequestHead head;
        Prepared prepared = prepare(facts, route, head, UsageDemand::LeaveAsIs);
        path = prepared.path;
        return prepared.body.str();
    }
    settings::Settings settings;
    catalog::Channel channel;
    PaddedBuffer body;
    Facts facts;
    Route route;
    std::string path;
};

struct BytesCase {
    std::string_view sent, arrives;
};

TEST(ModelRules, ChangeChatsForNewerModels) {
    const BytesCase cases[] = {
        {R"({"model":"gpt-4o","max_tokens":5,"temperature":0,"messages":[{"role":"system"}]})",
         R"({"model":"gpt-4o","max_tokens":5,"temperature":0,"messages":[{"role":"system"}]})"},
        {R"({"model":"olmo-2","max_tokens":5,"temperature":0,"messages":[{"role":"system"}]})",
         R"({"model":"olmo-2","max_tokens":5,"temperature":0,"messages":[{"role":"system"}]})"},
        {R"({"model":"o3","max_tokens": 5,"temperature":0,"top_p":0.1,"messages":[{"role" : "system"},{"role":"system"}]})",
         R"({"model":"o3","max_completion_tokens": 5,"top_p":0.1,"messages":[{"role" : "developer"},{"role":"system"}]})"},
        {R"({"model":"gpt-5","temperature":1,"top_p":1,"logprobs":false,"seed":0,"messages":[{"content":"x","role":"system"}]})",
         R"({"model":"gpt-5","seed":0,"messages":[{"content":"x","role":"developer"}]})"},
        {R"({"model":"o1-mini","messages":[{"role":"system"}]})",
         R"({"model":"o1-mini","messages":[{"role":"system"}]})"},
        {R"({"model":"o1","max_tokens":0,"messages":[{"role":"user"},{"role":"system"}]})",
         R"({"model":"o1","max_tokens":0,"messages":[{"role":"user"},{"role":"system"}]})"},
        {R"({"model":"o1","max_tokens":7,"max_completion_tokens":0,"messages":[7]})",
         R"({"model":"o1","max_completion_tokens":7,"messages":[7]})"},
        {R"({"model":"o1","max_tokens":7,"max_completion_tokens":9,"messages":[]})",
         R"({"model":"o1","max_tokens":7,"max_completion_tokens":9,"messages":[]})"},
        {R"({"model":"o3-mini-high","reasoning_effort":"low","messages":[]})",
         R"({"model":"o3-mini","reasoning_effort":"high","messages":[]})"},
        {R"({"model":"gpt-5-none","messages":[]})",
         R"({"model":"gpt-5","messages":[],"reasoning_effort":"none"})"},
        {R"({"model":"grok-3-high","messages":[]})", R"({"model":"grok-3-high","messages":[]})"},
    };
    for (const BytesCase& row : cases)
        EXPECT_EQ(Sent(Endpoint::ChatCompletions, row.sent).bytes(), row.arrives) << row.sent;
}

TEST(ModelRules, ChangeOnlyTheEffortOfResponses) {
    const BytesCase cases[] = {
        {R"({"model":"gpt-5-high","input":"a","temperature":0,"reasoning":{"effort":"low","summary":"auto","x":1.0}})",
         R"({"model":"gpt-5","input":"a","temperature":0,"reasoning":{"effort":"high","summary":"auto","x":1.0}})"},
        {R"({"model":"o4-mini-low","input":"a"})",
         R"({"model":"o4-mini","input":"a","reasoning":{"effort":"low"}})"},
        {R"({"model":"o3-low","input":"a","reasoning":null})",
         R"({"model":"o3","input":"a","reasoning":{"effort":"low"}})"},
        {R"({"model":"gpt-5","input":"a","max_output_tokens":0,"top_p":1.0})",
         R"({"model":"gpt-5","input":"a","max_output_tokens":0,"top_p":1.0})"},
        {R"({"model":"claude-high","input":"a"})", R"({"model":"claude-high","input":"a"})"},
    };
    for (const BytesCase& row : cases)
        EXPECT_EQ(Sent(Endpoint::Responses, row.sent).bytes(), row.arrives) << row.sent;
}

TEST(ModelRules, GoByTheMappedName) {
    Sent sent(Endpoint::ChatCompletions, R"({"model":"fast","temperature":1,"messages":[]})");
    sent.channel.model_mapping = {{"fast", "o3-mini-low"}};
    EXPECT_EQ(sent.bytes(), R"({"model":"o3-mini","messages":[],"reasoning_effort":"low"})");
    EXPECT_EQ(sent.route.model.name, "o3-mini");
    EXPECT_EQ(effort_of(sent.facts, sent.route), "low");
}

TEST(ModelRules, LeaveNamesThatTheSettingsKeep) {
    Sent sent(Endpoint::ChatCompletions, R"({"model":"gpt-5-high","messages":[]})");
    sent.settings.thinking_model_blacklist = {"gpt-5-high"};
    EXPECT_EQ(sent.bytes(), R"({"model":"gpt-5-high","messages":[]})");
}

TEST(ModelRules, TellTheEffortThatTheClientAskedFor) {
    Sent chat(Endpoint::ChatCompletions, R"({"model":"o3","reasoning_effort":"medium","messages":[]})");
    chat.bytes();
    EXPECT_EQ(effort_of(chat.facts, chat.route), "medium");
    Sent responses(Endpoint::Responses, R"({"model":"o3","reasoning":{"effort":"low"},"input":""})");
    responses.bytes();
    EXPECT_EQ(effort_of(responses.facts, responses.route), "low");
    Sent plain(Endpoint::ChatCompletions, R"({"model":"gpt-4o","messages":[]})");
    plain.bytes();
    EXPECT_EQ(effort_of(plain.facts, plain.route), "");
    Sent unreadable(Endpoint::Responses,
                    R"({"model":"o3","input":"hi","reasoning":{"x":NaN,"effort":"low"}})");
    unreadable.bytes();
    EXPECT_EQ(effort_of(unreadable.facts, unreadable.route), "");
}

TEST(PrepareForms, SendTheModelThatTheBodyDidNotName) {
    EXPECT_EQ(Sent(Endpoint::Moderations, R"({"input":"a"})").bytes(),
              R"({"input":"a","model":"text-moderation-stable"})");
    EXPECT_EQ(Sent(Endpoint::Embeddings, R"({"input":"a","model":""})", 1, "p").bytes(),
              R"({"input":"a","model":"p"})");
}

TEST(PrepareForms, RemoveFieldsWhereTheTableSaysSo) {
    const std::string_view text =
        R"({"model":"m","input":"a","service_tier":"flex","dimensions":0,"stream":false})";
    EXPECT_EQ(Sent(Endpoint::Embeddings, text).bytes(), text);
    EXPECT_EQ(Sent(Endpoint::Responses, text).bytes(),
              R"({"model":"m","input":"a","dimensions":0,"stream":false})");
    EXPECT_EQ(Sent(Endpoint::Responses,
                   R"({"model":"m","stream":true,"stream_options":{"include_obfuscation":false},"input":""})")
                  .bytes(),
              R"({"model":"m","stream":true,"input":""})");
}

TEST(PrepareForms, ACustomBaseUrlIsTheWholeUrl) {
    Sent sent(Endpoint::Embeddings, R"({"model":"vendor/m 1","input":"a"})", 8);
    sent.channel.base_path = "/proxy/{model}/run?m={model}";
    sent.bytes();
    EXPECT_EQ(sent.path, "/proxy/vendor/m%201/run?m=vendor/m%201");
    sent.channel.base_path = "";
    sent.bytes();
    EXPECT_EQ(sent.path, "/");
}

}    // namespace
}    // namespace opusclaw::relay
