// Tests of dialect/openai_responses/codec.h beyond the converted cases of tests/data/dialect: what is refused, ends that fail, streams cut
// anywhere, and conversations that go on for a second turn (spec 06 sections 8.5, 10, 11.5, 17.4, 20.3).
#include "dialect/openai_responses/codec.h"

#include "base/unfit.h"
#include "dialect_cases.h"

namespace opusclaw::dialect {
namespace {

Encoded encode(std::string_view from, std::string_view to, const std::string& body, std::string_view model) {
    static const Profile profile;
    const chat::Request request = codec_named(from).decode_request(body);
    return codec_named(to).encode_request(request, {model, profile, FetchedFiles{}});
}

TEST(ResponsesRequests, NameWhatOnlyTheirOwnServersResolve) {
    struct Case {
        std::string body, field;
    };
    const std::vector<Case> cases = {
        {R"({"previous_response_id":"resp_1"})", "previous_response_id"},
        {R"({"conversation":"conv_1"})", "conversation"},
        {R"({"conversation":{"id":"conv_1"}})", "conversation"},
        {R"({"prompt":{"id":"p"}})", "prompt"},
        {R"({"background":true})", "background"},
        {R"({"input":[{"type":"item_reference","id":"msg_1"}]})", "item_reference"},
        {R"({"tool_choice":{"type":"file_search"}})", "tool_choice"},
        {R"({"tool_choice":{"type":"computer_use_preview"}})", "tool_choice"}};
    for (const Case& one : cases) {
        try {
            openai_responses::decode_request(one.body);
            ADD_FAILURE() << one.body;
        } catch (const Unfit& error) {
            EXPECT_EQ(error.code, "invalid_request");
            EXPECT_EQ(error.status, 400);
            EXPECT_EQ(error.message.text, one.field + " is not supported by the selected channel");
        }
    }
}

TEST(ResponsesRequests, AForcedSearchNeedsAModelThatSearches) {
    const std::string body =
        R"({"input":"x","tools":[{"type":"web_search"}],"tool_choice":{"type":"web_search"}})";
    EXPECT_THROW(encode("responses", "openai", body, "m"), Unfit);
    EXPECT_NO_THROW(encode("responses", "openai", body, "a-search-model"));
}

TEST(ResponsesRequests, OneAnswerIsAllThereIs) {
    try {
        encode("openai", "responses", R"({"messages":[],"n":2})", "m");
        ADD_FAILURE() << "took two";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind, ErrorKind::InvalidRequest);
        EXPECT_EQ(error.code, "invalid_request");
        EXPECT_EQ(error.message.text, "n>1 is not supported in responses compatibility mode");
    }
}

TEST(ResponsesRequests, ManyCallsCostTheirNumber) {
    std::string body = R"({"model":"m","messages":[{"role":"assistant","tool_calls":[)";
    constexpr int kCalls = 5000;
    for (int i = 0; i < kCalls; ++i)
        body += std::string(i > 0 ? "," : "") + R"({"id":"c)" + std::to_string(i) +
                R"(","function":{"name":"f","arguments":"{}"}})";
    body += "]}";
    for (int i = kCalls; i-- > 0;)
        body += R"(,{"role":"tool","tool_call_id":"c)" + std::to_string(i) + R"(","content":"ok"})";
    body += "]}";
    const std::string sent = encode("openai", "responses", body, "m").body;
    const json::Document document = json::Document::copy(sent);
    int outputs = 0;
    std::string call;
    document.root().find("input").value().each_item([&](const json::View& item) {
        if (string_in(item, "type") == "function_call") call = string_in(item, "call_id");
        if (string_in(item, "type") != "function_call_output") return true;
        EXPECT_EQ(string_in(item, "call_id"), call);
        ++outputs;
        return true;
    });
    EXPECT_EQ(outputs, kCalls);
}

TEST(ResponsesRequests, SoundFromAnAddressIsFetched) {
    chat::Request request;
    request.messages.emplace_back().parts.emplace_back(
        chat::Media{.kind = chat::MediaKind::Audio, .url = "https://x/a.mp3"});
    const Profile profile;
    FetchedFiles files;
    const Encoded without = openai_responses::encode_request(request, {"m", profile, files});
    EXPECT_EQ(without.body, "");
    EXPECT_EQ(without.needs, std::vector<std::string>{"https://x/a.mp3"});
    files["https://x/a.mp3"] = {"audio/mpeg", "SUQz"};
    const Encoded with = openai_responses::encode_request(request, {"m", profile, files});
    EXPECT_NE(with.body.find(R"({"type":"input_audio","input_audio":{"data":"SUQz","format":"mp3"}})"),
              std::string::npos)
        << with.body;
    files["https://x/a.mp3"] = {"application/zip", "UEsDBA=="};
    const Encoded other = openai_responses::encode_request(request, {"m", profile, files});
    EXPECT_NE(other.body.find(R"("type":"input_file","filename":"file.zip")"), std::string::npos)
        << other.body;
}

TEST(ResponsesShown, IsNothingForWhatCannotBeRead) {
    for (const std::string_view body : {"", "{", "{\"text\":}"}) {
        EXPECT_EQ(shown_request(Dialect::OpenaiResponses, body), "") << body;
    }
    EXPECT_EQ(shown_request(Dialect::OpenaiResponses, "[]"), "{}");
    EXPECT_EQ(shown_request(Dialect::OpenaiChat, R"({"temperature":1})"), "");
    EXPECT_EQ(
        shown_request(Dialect::OpenaiResponses, R"({"top_p":0.50,"user":null,"input":"x","model":"m"})"),
        R"({"top_p":0.50})");
}

// ---------------------------------------------------------------------------------------------------------- streams

Pair pair_of(std::string_view provider, std::string_view client) {
    return {codec_named(provider), codec_named(client)};
}

TEST(ResponsesStreams, FailAsTheyBegan) {
    ClientError error;
    error.message = "boom";
    error.code = "upstream_stream_interrupted";
    StreamTranslation silent(pair_of("openai", "responses"), {}, reply_of_tests());
    std::string out;
    EXPECT_FALSE(silent.fail(error, out)) << "the client has no response yet that could fail";
    EXPECT_EQ(out, "");

    StreamTranslation begun(pair_of("openai", "responses"), {}, reply_of_tests());
    OutputCounter counter("m");
    begun.feed(R"({"choices":[{"index":0,"delta":{"content":"x"}}]})", counter, out);
    out.clear();
    EXPECT_TRUE(begun.fail(error, out));
    EXPECT_TRUE(out.starts_with("event: response.failed\ndata: ")) << out;
    const json::Document document = json::Document::copy(out.substr(out.find('{')));
    const json::View response = document.root().find("response").value();
    EXPECT_EQ(document.root().find("sequence_number").value().as_int(), 5);
    EXPECT_EQ(string_in(response, "status"), "failed");
    EXPECT_TRUE(response.find("output").value().empty()) << "an open item is none yet";
    EXPECT_EQ(string_in(response.find("error").value(), "code"), "upstream_stream_interrupted");
    EXPECT_EQ(string_in(response.find("error").value(), "message"), "boom (request id: req1)");

    StreamTranslation other(pair_of("responses", "claude"), {}, reply_of_tests());
    EXPECT_FALSE(other.fail(error, out)) << "the end of other dialects does not depend on what was written";
}

/// What the last event of a stream says, without the usage; the events before must be numbered without a gap.
std::string completed_of(const std::string& frames) {
    std::int64_t number = 0;
    std::string last;
    for (std::size_t at = frames.find("data: "); at != std::string::npos; at = frames.find("data: ", at)) {
        at += 6;
        last = frames.substr(at, frames.find('\n', at) - at);
        const json::Document document = json::Document::copy(last);
        EXPECT_EQ(document.root().find("sequence_number").value().as_int(), number++);
    }
    const json::Document document = json::Document::copy(last);
    return compact(document.root().find("response").value());
}

std::string json_text(std::string_view text) {
    std::string out;
    json::append_quoted(out, text);
    return out;
}

/// A Chat stream whose reasoning, text and arguments are each cut in two.
std::string stream_cut(std::size_t cut) {
    const std::string text = "{\"key\": [1, \"two\"]}";
    StreamTranslation stream(pair_of("openai", "responses"), {}, reply_of_tests());
    OutputCounter counter("m");
    std::string out;
    const auto feed = [&](const std::string& delta) {
        stream.feed(R"({"id":"c","choices":[{"index":0,"delta":{)" + delta + "}}]}", counter, out);
    };
    const std::string first = json_text(std::string_view(text).substr(0, cut));
    const std::string second = json_text(std::string_view(text).substr(cut));
    for (const std::string& piece : {first, second}) feed(R"("reasoning_content":)" + piece);
    for (const std::string& piece : {first, second}) feed(R"("content":)" + piece);
    feed(R"("tool_calls":[{"index":0,"id":"a","function":{"name":"f"}}])");
    for (const std::string& piece : {first, second})
        feed(R"("tool_calls":[{"index":0,"function":{"arguments":)" + piece + "}}]");
    stream.finish(out);
    return completed_of(out);
}

TEST(ResponsesStreams, CutsDoNotMatter) {
    const std::string whole = stream_cut(0);
    EXPECT_NE(whole.find("summary_text"), std::string::npos);
    for (std::size_t cut = 1; cut <= 19; ++cut) EXPECT_EQ(stream_cut(cut), whole) << cut;
}

/// The same the other way: deltas of every kind cut in two, then told whole.
std::string chat_of_cut(std::size_t cut) {
    const std::string text = "{\"key\": [1, \"two\"]}";
    StreamTranslation stream(pair_of("responses", "openai"), {}, reply_of_tests());
    OutputCounter counter("m");
    std::string out, said;
    const std::string pieces[] = {text.substr(0, cut), text.substr(cut)};
    const auto feed = [&](const std::string& event) {
        stream.feed("{\"type\":\"response." + event + "}", counter, out);
    };
    for (const std::string& piece : pieces)
        feed(R"(reasoning_summary_text.delta","item_id":"r","summary_index":0,"delta":)" + json_text(piece));
    for (const std::string& piece : pieces)
        feed(R"(output_text.delta","item_id":"m","content_index":0,"delta":)" + json_text(piece));
    feed(R"(output_text.done","item_id":"m","content_index":0,"text":)" + json_text(text));
    feed(
        R"(output_item.added","item":{"type":"function_call","id":"c","call_id":"a","name":"f","arguments":""})");
    for (const std::string& piece : pieces)
        feed(R"(function_call_arguments.delta","item_id":"c","delta":)" + json_text(piece));
    feed(R"(function_call_arguments.done","item_id":"c","arguments":)" + json_text(text));
    stream.finish(out);
    for (std::size_t at = out.find("data: {"); at != std::string::npos; at = out.find("data: {", at + 6)) {
        const json::Document document = json::Document::copy(out.substr(at + 6, out.find('\n', at) - at - 6));
        document.root().find("choices").value().each_item([&said](const json::View& choice) {
            const json::View delta = choice.find("delta").value();
            said += string_in(delta, "reasoning_content") + string_in(delta, "content");
            if (const auto calls = delta.find("tool_calls")) {
                calls->each_item([&said](const json::View& call) {
                    said += string_in(call.find("function").value(), "arguments");
                    return true;
                });
            }
            return true;
        });
    }
    return said;
}

TEST(ResponsesStreams, CutsOfTheProviderDoNotMatter) {
    const std::string text = "{\"key\": [1, \"two\"]}";
    for (std::size_t cut = 0; cut <= text.size(); ++cut)
        EXPECT_EQ(chat_of_cut(cut), text + text + text) << cut;
}

// ------------------------------------------------------------------------------------------------------ second turns

/// The answer of `provider` as `client` reads it.
std::string answered(std::string_view provider, std::string_view client, const std::string& answer) {
    OutputCounter counter("m");
    return translate_answer(pair_of(provider, client), answer, {}, reply_of_tests(), counter).body;
}

std::string raw_at(const std::string& json, std::initializer_list<std::string_view> path) {
    const json::Document document = json::Document::copy(json);
    return std::string(document.root().at(path).value().raw());
}

constexpr std::string_view kClaudeAnswer =
    R"({"id":"msg_1","model":"claude-sonnet-4-5","content":[{"type":"thinking","thinking":"hm","signature":"SIG"},)"
    R"({"type":"redacted_thinking","data":"RED"},{"type":"text","text":"Looking"},)"
    R"({"type":"tool_use","id":"toolu_1","name":"f","input":{"a":1}},{"type":"tool_use","id":"toolu_2","name":"f","input":{}}],)"
    R"("stop_reason":"tool_use","usage":{"input_tokens":1,"output_tokens":1}})";

/// What a Responses client sends after an answer: all its items, and the outputs of two calls.
std::string second_turn(const std::string& answer) {
    std::string output = raw_at(answer, {"output"});
    output.pop_back();
    return R"({"model":"x","max_output_tokens":5000,"reasoning":{"effort":"low"},"input":[{"role":"user","content":"go"},)" +
           output.substr(1) +
           R"(,{"type":"function_call_output","call_id":"toolu_2","output":"two"},)"
           R"({"type":"function_call_output","call_id":"toolu_1","output":"one"}]})";
}

TEST(ResponsesTurns, ClaudesReasoningAndCallsComeBackToClaude) {
    const std::string turn = second_turn(answered("claude", "responses", std::string(kClaudeAnswer)));
    const std::string sent = encode("responses", "claude", turn, "claude-sonnet-4-5-20250929").body;
    EXPECT_EQ(
        raw_at(sent, {"messages"}),
        R"([{"role":"user","content":"go"},{"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"SIG"},)"
        R"({"type":"redacted_thinking","data":"RED"},{"type":"text","text":"Looking"},)"
        R"({"type":"tool_use","id":"toolu_1","name":"f","input":{"a":1}},{"type":"tool_use","id":"toolu_2","name":"f","input":{}}]},)"
        R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_2","content":"two"},)"
        R"({"type":"tool_result","tool_use_id":"toolu_1","content":"one"}]}])");
    EXPECT_EQ(raw_at(sent, {"thinking"}), R"({"type":"enabled","budget_tokens":1280})");
}

TEST(ResponsesTurns, AnotherFamilyDoesNotGetClaudesReasoning) {
    const std::string turn = second_turn(answered("claude", "responses", std::string(kClaudeAnswer)));
    const Encoded sent = encode("responses", "claude", turn, "claude-opus-4-5");
    EXPECT_EQ(sent.body.find("SIG"), std::string::npos);
    EXPECT_EQ(sent.body.find("\"thinking\""), std::string::npos) << "nor can it think before the open calls";
    EXPECT_EQ(sent.notes, (std::vector<std::string>{"reasoning", "reasoning of earlier turns"}));
}

TEST(ResponsesTurns, ChatCallsKeepTheirIds) {
    const std::string answer = answered(
        "openai", "responses",
        R"({"id":"c","model":"m","choices":[{"message":{"content":null,"tool_calls":[{"id":"toolu_1","type":"function",)"
        R"("function":{"name":"f","arguments":"{\"a\":1}"}},{"id":"toolu_2","type":"function","function":{"name":"g","arguments":"{}"}}]},)"
        R"("finish_reason":"tool_calls"}]})");
    const std::string sent = encode("responses", "openai", second_turn(answer), "m").body;
    EXPECT_EQ(
        raw_at(sent, {"messages"}),
        R"([{"role":"user","content":"go"},{"role":"assistant","content":null,"tool_calls":[{"id":"toolu_1","type":"function",)"
        R"("function":{"name":"f","arguments":"{\"a\":1}"}},{"id":"toolu_2","type":"function","function":{"name":"g","arguments":"{}"}}]},)"
        R"({"role":"tool","tool_call_id":"toolu_2","name":"g","content":"two"},)"
        R"({"role":"tool","tool_call_id":"toolu_1","name":"f","content":"one"}])");
}

constexpr std::string_view kResponsesAnswer =
    R"({"id":"resp_1","model":"gpt-5.1","status":"completed","output":[{"type":"reasoning","id":"rs_1","summary":)"
    R"([{"type":"summary_text","text":"hm"}],"encrypted_content":"ENC"},{"type":"function_call","id":"fc_1","call_id":"call_1",)"
    R"("name":"f","arguments":"{\"a\":1}"}]})";
constexpr std::string_view kGivenBack =
    R"({"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"ENC"})";
constexpr std::string_view kCallGivenBack =
    R"({"type":"function_call","call_id":"call_1","name":"f","arguments":"{\"a\":1}"},)"
    R"({"type":"function_call_output","call_id":"call_1","name":"f","output":"one"})";

TEST(ResponsesTurns, EncryptedReasoningComesBackThroughClaudeClients) {
    const std::string answer = answered("responses", "claude", std::string(kResponsesAnswer));
    const std::string turn =
        R"({"max_tokens":99,"messages":[{"role":"user","content":"go"},{"role":"assistant","content":)" +
        raw_at(answer, {"content"}) +
        R"(},{"role":"user","content":[{"type":"tool_result","tool_use_id":"call_1","content":"one"}]}]})";
    const std::string go = R"([{"type":"message","role":"user","content":"go"},)";
    EXPECT_EQ(raw_at(encode("claude", "responses", turn, "gpt-5.2").body, {"input"}),
              go + std::string(kGivenBack) + "," + std::string(kCallGivenBack) + "]");
    EXPECT_EQ(raw_at(encode("claude", "responses", turn, "o3").body, {"input"}),
              go + std::string(kCallGivenBack) + "]");
}

TEST(ResponsesTurns, EncryptedReasoningComesBackThroughChatClients) {
    const std::string answer = answered("responses", "openai", std::string(kResponsesAnswer));
    const json::Document document = json::Document::copy(answer);
    std::string message;
    document.root().find("choices").value().each_item([&message](const json::View& choice) {
        message = choice.find("message").value().raw();
        return true;
    });
    const std::string turn = R"({"messages":[{"role":"user","content":"go"},)" + message +
                             R"(,{"role":"tool","tool_call_id":"call_1","content":"one"}]})";
    const std::string sent = encode("openai", "responses", turn, "gpt-5.1").body;
    EXPECT_NE(sent.find(R"("encrypted_content":"ENC")"), std::string::npos) << sent;
    EXPECT_NE(sent.find(R"("id":"rs_1")"), std::string::npos);
    EXPECT_NE(sent.find(R"("summary":[{"type":"summary_text","text":"hm"}])"), std::string::npos) << sent;
    EXPECT_NE(sent.find(std::string(kCallGivenBack)), std::string::npos);
}

}    // namespace
}    // namespace opusclaw::dialect
