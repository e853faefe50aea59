// Tests of dialect/openai_chat/reshape.h: thoughts in the content and exact members (spec 06 section 17.6).
#include "dialect/openai_chat/reshape.h"

#include <gtest/gtest.h>

namespace opusclaw::dialect::openai_chat {
namespace {

constexpr Shape kThoughts{.exact_members = false, .thinking_to_content = true};
constexpr Shape kExact{.exact_members = true, .thinking_to_content = false};

std::string delta(std::string_view members, std::string_view finish = "null") {
    return std::string(R"({"id":"c","choices":[{"index":0,"delta":{)")
        .append(members)
        .append(R"(},"finish_reason":)")
        .append(finish)
        .append("}]}");
}

std::string frame(std::string_view payload) { return std::string("data: ").append(payload).append("\n\n"); }

constexpr std::string_view kClosing =
    R"({"id":"c","system_fingerprint":null,"choices":[{"index":0,"delta":{"content":"\n</think>\n"},)"
    R"("logprobs":null,"finish_reason":null}],"usage":null})";

TEST(Reshape, PutsThoughtsIntoTheContentOfAStream) {
    StreamReshaper stream(kThoughts);
    std::string out;
    stream.payload(delta(R"("role":"assistant","content":null)"), out);
    stream.payload(delta(R"("reasoning_content":"a")"), out);
    stream.payload(delta(R"("reasoning":"b","content":"")"), out);
    stream.payload(delta(R"("content":"x")"), out);
    stream.payload(delta(R"("content":"y")"), out);
    stream.payload(delta("", "\"stop\""), out);
    EXPECT_EQ(out, frame(delta(R"("role":"assistant","content":null)")) +
                       frame(delta(R"("content":"<think>\na")")) + frame(delta(R"("content":"b")")) +
                       frame(kClosing) + frame(delta(R"("content":"x")")) + frame(delta(R"("content":"y")")) +
                       frame(delta("", "\"stop\"")));
}

TEST(Reshape, EndsThoughtsBeforeCallsAndTheEnd) {
    for (const std::string& last : {delta(R"("tool_calls":[{"index":0}])"), delta("", "\"stop\"")}) {
        StreamReshaper stream(kThoughts);
        std::string out;
        stream.payload(delta(R"("reasoning_content":"a")"), out);
        stream.payload(last, out);
        EXPECT_EQ(out, frame(delta(R"("content":"<think>\na")")) + frame(kClosing) + frame(last));
    }
    StreamReshaper both(kThoughts);
    std::string out;
    both.payload(delta(R"("reasoning_content":"a","content":"x")"), out);
    EXPECT_EQ(out, frame(delta(R"("content":"<think>\na\n</think>\nx")")));
}

TEST(Reshape, KeepsChoicesApart) {
    StreamReshaper stream(kThoughts);
    std::string out;
    stream.payload(
        R"({"choices":[{"index":1,"delta":{"reasoning_content":"a"}},{"index":0,"delta":{"content":"x"}}]})",
        out);
    EXPECT_EQ(
        out,
        frame(
            R"({"choices":[{"index":1,"delta":{"content":"<think>\na"}},{"index":0,"delta":{"content":"x"}}]})"));
}

TEST(Reshape, LeavesFramesAloneThatAreNoChunks) {
    StreamReshaper stream(kThoughts);
    const std::string frames = ": PING\n\n" + frame(R"({"error":{"message":"m"}})") + "data: [DONE]\n\n";
    EXPECT_EQ(stream.frames(frames), frames);
    EXPECT_EQ(stream.frames(frame(delta(R"("reasoning":"b")"))), frame(delta(R"("content":"<think>\nb")")));
    EXPECT_EQ(stream.frames("data: {broken\n\n"), "data: {broken\n\n");
}

TEST(Reshape, PutsThoughtsIntoTheContentOfAReply) {
    EXPECT_EQ(
        reshaped_reply(
            R"({"x":1.0,"choices":[{"message":{"role":"assistant","content":"hi","reasoning_content":"a"}}]})",
            kThoughts),
        R"({"x":1.0,"choices":[{"message":{"role":"assistant","content":"<think>\na\n</think>\nhi"}}]})");
    EXPECT_EQ(reshaped_reply(R"({"choices":[{"message":{"content":null,"reasoning":"a"}}]})", kThoughts),
              R"({"choices":[{"message":{"content":"<think>\na\n</think>\n"}}]})");
    for (const std::string_view same :
         {R"({"choices":[{"message":{"content":"hi"}}]})", R"({"error":{}})", "nonsense"})
        EXPECT_EQ(reshaped_reply(same, kThoughts), same);
}

TEST(Reshape, WritesExactMembersOnly) {
    StreamReshaper stream(kExact);
    std::string out;
    stream.payload(
        R"({"id":"c","provider":"p","created":5,"model":"m","choices":[{"index":0,"native":1,"delta":)"
        R"({"role":"assistant","content":"x","reasoning":"r","extra":1}}]})",
        out);
    EXPECT_EQ(
        out,
        frame(
            R"({"id":"c","object":"chat.completion.chunk","created":5,"model":"m",)"
            R"("system_fingerprint":null,"choices":[{"index":0,"delta":{"role":"assistant",)"
            R"("content":"x","reasoning_content":"r"},"logprobs":null,"finish_reason":null}],"usage":null})"));
    EXPECT_EQ(
        reshaped_reply(
            R"({"id":"c","provider":"p","choices":[{"message":{"content":"x","refusal":null,"y":1},"finish_reason":"stop"}],)"
            R"("created":5,"model":"m","usage":{"prompt_tokens":1}})",
            kExact),
        R"({"id":"c","model":"m","object":"chat.completion","created":5,"choices":[{"index":0,)"
        R"("message":{"content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1}})");
}

TEST(Reshape, DoesBothAtOnce) {
    StreamReshaper stream({.exact_members = true, .thinking_to_content = true});
    std::string out;
    stream.payload(delta(R"("reasoning":"r")"), out);
    EXPECT_NE(out.find(R"("delta":{"content":"<think>\nr"},"logprobs":null)"), std::string::npos) << out;
}

}    // namespace
}    // namespace opusclaw::dialect::openai_chat
