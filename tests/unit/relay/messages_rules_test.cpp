// Tests of relay/messages_rules.h, of the prompt that is a member of its own, and of relay/prepare.h for Messages: which bytes leave for
// Anthropic, and with which headers (spec 06 sections 4.4, 6.3, 11.5, 22.1).
#include "relay/messages_rules.h"

#include <gtest/gtest.h>

#include "dialect/envelope.h"
#include "relay/prepare.h"
#include "relay/request_form.h"
#include "settings/settings.h"
#include "unit/base/work.h"

namespace opusclaw::relay {
namespace {

/// A request on its way to a channel of type 14.
struct Sent {
    explicit Sent(std::string_view text)
        : body(text),
          facts(read_facts(body, {.form = form_of(provider::Endpoint::Messages),
                                  .content_type = "application/json",
                                  .path_model = {}})) {
        channel.type = 14;
        route.channel = &channel;
        route.provider = provider::find_provider(14);
        route.form = facts.form;
        route.path = "/v1/messages";
        route.key = "sk-ant";
    }
    std::string bytes() {
        route.model = catalog::map_model(channel, facts.model);
        fit_route(route, facts, settings);
        net::RequestHead head;
        head.query = query;
        for (const auto& [name, value] : headers) head.headers.add({name, value});
        Prepared prepared = prepare(facts, route, head, UsageDemand::LeaveAsIs);
        path = prepared.path;
        lines = prepared.headers.text();
        return prepared.body.str();
    }
    settings::Settings settings = settings::default_settings();
    catalog::Channel channel;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string query;
    PaddedBuffer body;
    Facts facts;
    Route route;
    std::string path, lines;
};

struct BytesCase {
    std::string_view sent, arrives;
};

TEST(MessagesRules, ChangeWhatTheNameAsksFor) {
    const BytesCase cases[] = {
        {R"({"model":"claude-x","max_tokens": 5,"temperature":0.0,"messages":[]})",
         R"({"model":"claude-x","max_tokens": 5,"temperature":0.0,"messages":[]})"},
        {R"({"model":"claude-x","messages":[]})", R"({"model":"claude-x","messages":[],"max_tokens":8192})"},
        {R"({"model":"claude-x","max_tokens":0,"messages":[]})",
         R"({"model":"claude-x","max_tokens":8192,"messages":[]})"},
        {R"({"model":"claude-x","max_tokens":null,"messages":[]})",
         R"({"model":"claude-x","max_tokens":8192,"messages":[]})"},
        {R"({"model":"claude-3-7-thinking","max_tokens":10001,"top_k":1,"top_p":0.5,"messages":[]})",
         R"({"model":"claude-3-7","max_tokens":10001,"top_p":0.5,"messages":[],)"
         R"("thinking":{"type":"enabled","budget_tokens":8000},"temperature":1})"},
        {R"({"model":"claude-3-7-thinking","max_tokens":5,"thinking":{"type":"disabled"},"messages":[]})",
         R"({"model":"claude-3-7","max_tokens":5,"thinking":{"type":"disabled"},"messages":[]})"},
        {R"({"model":"claude-opus-4-7-max","max_tokens":5,"temperature":1,"top_p":1,"top_k":1,"messages":[]})",
         R"({"model":"claude-opus-4-7","max_tokens":5,"messages":[],)"
         R"("thinking":{"type":"adaptive","display":"summarized"},"output_config":{"effort":"max"}})"},
        {R"({"model":"claude-opus-4-6-low","max_tokens":5,"output_config":{"format":{}},"messages":[]})",
         R"({"model":"claude-opus-4-6","max_tokens":5,"output_config":{"format":{},"effort":"low"},"messages":[],)"
         R"("thinking":{"type":"adaptive"},"temperature":1})"},
        {R"({"model":"claude-3-low","max_tokens":5,"messages":[]})",
         R"({"model":"claude-3-low","max_tokens":5,"messages":[]})"},
    };
    for (const BytesCase& row : cases) EXPECT_EQ(Sent(row.sent).bytes(), row.arrives) << row.sent;
}

TEST(MessagesRules, FollowTheOptions) {
    const std::string_view text = R"({"model":"m","messages":[]})";
    Sent limited(text);
    limited.channel.model_mapping = {{"m", "claude-y"}};
    limited.settings.claude_default_max_tokens = {{"default", 3}, {"claude-y", 4}};
    EXPECT_EQ(limited.bytes(), R"({"model":"claude-y","messages":[],"max_tokens":4})");
    Sent none(text);
    none.settings.claude_default_max_tokens = {};
    EXPECT_EQ(none.bytes(), R"({"model":"m","messages":[],"max_tokens":8192})");
    const std::string_view thinking = R"({"model":"claude-3-7-thinking","max_tokens":5,"messages":[]})";
    Sent off(thinking);
    off.settings.claude_thinking_adapter_enabled = false;
    EXPECT_EQ(off.bytes(), thinking);
    Sent kept(thinking);
    kept.settings.thinking_model_blacklist = {"claude-3-7-thinking"};
    EXPECT_EQ(kept.bytes(), R"({"model":"claude-3-7-thinking","max_tokens":1280,"messages":[],)"
                            R"("thinking":{"type":"enabled","budget_tokens":1024},"temperature":1})");
}

TEST(MessagesRules, UnpackEnvelopesForTheModelThatReadsThem) {
    const auto sealed = [](dialect::Dialect origin, std::string_view model) {
        return dialect::seal_opaque(
            {.origin = origin, .kind = dialect::chat::OpaqueKind::Signature, .model = model, .value = "sig"});
    };
    const auto bytes = [](const std::string& signature) {
        const std::string block = R"({"type":"thinking","thinking":"t","signature":")" + signature + R"("})";
        return Sent(
                   R"({"model":"claude-sonnet-4","max_tokens":1,"messages":[ {"role":"assistant","content":[)" +
                   block + R"(,{"type":"text","text":"oc1. is a text"}]}]})")
            .bytes();
    };
    const std::string head =
        R"({"model":"claude-sonnet-4","max_tokens":1,"messages":[ {"role":"assistant","content":[)";
    const std::string text = R"({"type":"text","text":"oc1. is a text"}]}]})";
    EXPECT_EQ(bytes(sealed(dialect::Dialect::Anthropic, "claude-sonnet-3")),
              head + R"({"type":"thinking","thinking":"t","signature":"sig"},)" + text);
    EXPECT_EQ(bytes(sealed(dialect::Dialect::Gemini, "gemini-3")), head + text);
    EXPECT_EQ(bytes("oc1.damaged"), head + text);
    EXPECT_EQ(bytes("native"), head + R"({"type":"thinking","thinking":"t","signature":"native"},)" + text);
}

TEST(MessagesRules, PutTheChannelsPromptIntoTheSystem) {
    struct PromptCase {
        std::string_view system, kept, overwritten;
    };
    const PromptCase cases[] = {
        {R"("")", R"("p\"q")", R"("p\"q")"},
        {"null", R"("p\"q")", R"("p\"q")"},
        {"[]", R"("p\"q")", R"("p\"q")"},
        {R"(" own\n")", R"(" own\n")", R"("p\"q\nown")"},
        {R"([ {"type":"text","text":"own"}])", R"([ {"type":"text","text":"own"}])",
         R"([{"type":"text","text":"p\"q"}, {"type":"text","text":"own"}])"},
    };
    for (const PromptCase& row : cases) {
        const auto around = [](std::string_view system) {
            return R"({"model":"m","max_tokens":1,"system":)" + std::string(system) + R"(,"messages":[]})";
        };
        for (const bool override : {false, true}) {
            Sent sent(around(row.system));
            sent.channel.system_prompt = "p\"q";
            sent.channel.system_prompt_override = override;
            EXPECT_EQ(sent.bytes(), around(override ? row.overwritten : row.kept)) << row.system;
        }
    }
    Sent absent(R"({"model":"m","max_tokens":1,"messages":[]})");
    absent.channel.system_prompt = "p";
    EXPECT_EQ(absent.bytes(), R"({"model":"m","max_tokens":1,"messages":[],"system":"p"})");
}

TEST(MessagesRules, ManyForeignEnvelopesCostTheirNumber) {
    const auto run = [](std::int64_t count) {
        std::string blocks;
        for (std::int64_t i = 0; i < count; ++i) blocks += R"({"type":"thinking","signature":"oc1."},)";
        Sent sent(R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":[)" + blocks +
                  R"({"type":"text","text":"hi"}]}]})");
        std::string bytes;
        const auto time = cpu_time_of([&] { bytes = sent.bytes(); });
        EXPECT_EQ(bytes, R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":[)"
                         R"({"type":"text","text":"hi"}]}]})");
        return time;
    };
    EXPECT_LT(growth(run, 1'000), kLinearGrowth);
}

TEST(MessagesHeaders, ArePassedOnAndAddedTo) {
    const std::string_view text = R"({"model":"m","max_tokens":1,"messages":[]})";
    Sent plain(text);
    plain.query = "beta=false&x=1";
    plain.bytes();
    EXPECT_EQ(plain.path, "/v1/messages");
    EXPECT_NE(plain.lines.find("x-api-key: sk-ant\r\nanthropic-version: 2023-06-01\r\n"), std::string::npos);
    EXPECT_EQ(plain.lines.find("anthropic-beta"), std::string::npos);
    Sent beta(text);
    beta.query = "x=1&beta=true";
    beta.headers = {{"Anthropic-Version", "v"}, {"anthropic-beta", "a, b"}, {"Anthropic-Beta", "c"}};
    beta.settings.claude_model_headers = {{"m", {{"Anthropic-Beta", {"b,d", " "}}}}};
    beta.bytes();
    EXPECT_EQ(beta.path, "/v1/messages?beta=true");
    EXPECT_NE(beta.lines.find("anthropic-version: v\r\nanthropic-beta: a,b,c,d\r\n"), std::string::npos);
    Sent named(text);    // what the gateway says itself gives way
    named.settings.claude_model_headers = {{"m", {{"User-Agent", {"other/1"}}}}};
    named.bytes();
    EXPECT_NE(named.lines.find("User-Agent: other/1\r\n"), std::string::npos) << named.lines;
    EXPECT_EQ(named.lines.find("Opusclaw/"), std::string::npos) << named.lines;
    Sent channel(text);
    channel.channel.beta_query = true;
    channel.bytes();
    EXPECT_EQ(channel.path, "/v1/messages?beta=true");
}

}    // namespace
}    // namespace opusclaw::relay
