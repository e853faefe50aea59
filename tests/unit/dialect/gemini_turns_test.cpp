// What a client of another dialect got from Gemini comes back to Gemini in the next turn: names, ids and signatures of tool calls; and the
// ids that Gemini clients give back to other providers (spec 06 sections 10, 11.5).
#include "dialect_cases.h"

namespace opusclaw::dialect {
namespace {

using json::View;

constexpr std::string_view kGeminiAnswer =
    R"({"candidates":[{"content":{"role":"model","parts":[{"text":"plan","thought":true},{"text":"I look."},)"
    R"({"functionCall":{"name":"f","args":{"a":1}},"thoughtSignature":"SIG1"},)"
    R"({"functionCall":{"name":"g","args":{}},"thoughtSignature":"SIG2"}]},"finishReason":"STOP"}],)"
    R"("modelVersion":"gemini-3-pro","responseId":"r1"})";

std::string answer_for(std::string_view provider, std::string_view client, std::string_view answer) {
    OutputCounter counter("m");
    Reply reply = reply_of_tests();
    reply.include_thoughts = true;
    const Pair pair{codec_named(provider), codec_named(client)};
    return translate_answer(pair, answer, {}, reply, counter).body;
}

std::string encoded_for(std::string_view client, std::string_view provider, std::string_view model,
                        const std::string& body) {
    const Profile profile;
    const FetchedFiles files;
    const chat::Request request = codec_named(client).decode_request(body);
    return codec_named(provider).encode_request(request, {model, profile, files}).body;
}

/// The contents that Gemini gets in the second turn must hold both calls as it made them, and both results.
void expect_calls_and_results(const std::string& body) {
    const json::Document document = json::Document::copy(body);
    std::string calls, results;
    document.root().find("contents").value().each_item([&](const View& content) {
        content.find("parts").value().each_item([&](const View& part) {
            if (part.find("functionCall")) calls += compact(part);
            if (part.find("functionResponse")) results += compact(part);
            return true;
        });
        return true;
    });
    EXPECT_EQ(calls, R"({"functionCall":{"name":"f","args":{"a":1}},"thoughtSignature":"SIG1"})"
                     R"({"functionCall":{"name":"g","args":{}},"thoughtSignature":"SIG2"})");
    EXPECT_EQ(results, R"({"functionResponse":{"name":"f","response":{"content":"one"}}})"
                       R"({"functionResponse":{"name":"g","response":{"content":"two"}}})");
}

TEST(GeminiTurns, ChatClientsBringSignaturesBack) {
    const std::string answer = answer_for("gemini", "openai", kGeminiAnswer);
    const json::Document document = json::Document::copy(answer);
    std::optional<View> message;
    std::vector<std::string> ids;
    document.root().find("choices").value().each_item([&](const View& choice) {
        message = choice.find("message");
        return false;
    });
    message->find("tool_calls").value().each_item([&](const View& call) {
        ids.push_back(string_in(call, "id"));
        return true;
    });
    ASSERT_EQ(ids.size(), 2U);
    EXPECT_NE(ids[0], ids[1]);
    const std::string next = R"({"messages":[{"role":"user","content":"go"},)" + std::string(message->raw()) +
                             R"(,{"role":"tool","tool_call_id":")" + ids[1] + R"(","content":"two"})" +
                             R"(,{"role":"tool","tool_call_id":")" + ids[0] + R"(","content":"one"}]})";
    expect_calls_and_results(encoded_for("openai", "gemini", "gemini-3-pro", next));
}

TEST(GeminiTurns, ClaudeClientsBringSignaturesBack) {
    const std::string answer = answer_for("gemini", "claude", kGeminiAnswer);
    const json::Document document = json::Document::copy(answer);
    const View content = document.root().find("content").value();
    std::vector<std::string> ids;
    content.each_item([&](const View& block) {
        if (string_in(block, "type") == "tool_use") ids.push_back(string_in(block, "id"));
        return true;
    });
    ASSERT_EQ(ids.size(), 2U);
    const std::string next = R"({"messages":[{"role":"user","content":"go"},{"role":"assistant","content":)" +
                             std::string(content.raw()) +
                             R"(},{"role":"user","content":[{"type":"tool_result","tool_use_id":")" + ids[0] +
                             R"(","content":"one"},{"type":"tool_result","tool_use_id":")" + ids[1] +
                             R"(","content":"two"}]}]})";
    expect_calls_and_results(encoded_for("claude", "gemini", "gemini-3-pro", next));
}

/// The second turn of a Gemini client that got `answer` from another provider.
std::string next_of_gemini_client(std::string_view provider, std::string_view answer, std::string_view id) {
    const std::string reply = answer_for(provider, "gemini", answer);
    const json::Document document = json::Document::copy(reply);
    std::string content;
    document.root().find("candidates").value().each_item([&](const View& candidate) {
        content = candidate.find("content").value().raw();
        return false;
    });
    const std::string given = id.empty() ? "" : R"("id":")" + std::string(id) + R"(",)";
    return R"({"contents":[{"role":"user","parts":[{"text":"go"}]},)" + content +
           R"(,{"role":"user","parts":[{"functionResponse":{)" + given +
           R"("name":"f","response":{"ok":true}}}]}]})";
}

TEST(GeminiTurns, GeminiClientsBringIdsAndSignaturesBackToClaude) {
    constexpr std::string_view kAnswer =
        R"({"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-5","content":[)"
        R"({"type":"thinking","thinking":"plan","signature":"SIG"},{"type":"tool_use","id":"toolu_1","name":"f",)"
        R"("input":{"a":1}}],"stop_reason":"tool_use","usage":{"input_tokens":1,"output_tokens":2}})";
    for (const std::string_view id : {"toolu_1", ""}) {
        const std::string next = next_of_gemini_client("claude", kAnswer, id);
        const json::Document body = json::Document::copy(
            encoded_for("gemini", "claude", "claude-sonnet-4-5", next));
        EXPECT_EQ(
            compact(body.root().find("messages").value()),
            R"([{"role":"user","content":[{"type":"text","text":"go"}]},{"role":"assistant","content":[)"
            R"({"type":"thinking","thinking":"plan","signature":"SIG"},{"type":"tool_use","id":"toolu_1",)"
            R"("name":"f","input":{"a":1}}]},{"role":"user","content":[{"type":"tool_result",)"
            R"("tool_use_id":"toolu_1","content":"{\"ok\":true}"}]}])");
    }
}

TEST(GeminiTurns, GeminiClientsBringIdsBackToChat) {
    constexpr std::string_view kAnswer =
        R"({"choices":[{"message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_7","type":)"
        R"("function","function":{"name":"f","arguments":"{\"a\":1}"}}]},"finish_reason":"tool_calls"}]})";
    const std::string next = next_of_gemini_client("openai", kAnswer, "call_7");
    const json::Document body = json::Document::copy(encoded_for("gemini", "openai", "gpt-4o", next));
    EXPECT_EQ(
        compact(body.root().find("messages").value()),
        R"([{"role":"user","content":"go"},{"role":"assistant","content":null,"tool_calls":[{"id":"call_7",)"
        R"("type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},{"role":"tool",)"
        R"("tool_call_id":"call_7","name":"f","content":"{\"ok\":true}"}])");
}

TEST(GeminiTurns, IdsAreTheSameForTheSameReplyAndNewInTheNext) {
    const auto ids_of = [](std::string reply_id) {
        const std::string answer = R"({"candidates":[{"content":{"parts":[{"functionCall":{"name":"f"}}]}}],)"
                                   R"("responseId":")" +
                                   reply_id + "\"}";
        const chat::Response response = codec_named("gemini").decode_response(answer);
        return std::string(std::get<chat::ToolCall>(response.choices.at(0).parts.at(0)).id);
    };
    EXPECT_EQ(ids_of("r1"), ids_of("r1"));
    EXPECT_NE(ids_of("r1"), ids_of("r2"));
    EXPECT_TRUE(ids_of("r1").starts_with("call_"));
    EXPECT_EQ(ids_of("r1").size(), 37U);
}

}    // namespace
}    // namespace opusclaw::dialect
