// Streams of one dialect as clients of another read them, event by event, from tests/data/dialect/streams_*.json (spec 06 sections
// 16 to 19).
#include "dialect_cases.h"

namespace opusclaw::dialect {
namespace {

/// The payloads of frames; each frame must be `data:` alone or named after its type, and end in a blank line.
std::vector<std::string> payloads_of(std::string_view frames, Dialect client) {
    std::vector<std::string> payloads;
    while (!frames.empty()) {
        const std::size_t end = frames.find("\n\n");
        EXPECT_NE(end, std::string_view::npos);
        std::string_view frame = frames.substr(0, end);
        frames.remove_prefix(std::min(frames.size(), end + 2));
        const std::size_t data = frame.find("data: ");
        const std::string_view head = frame.substr(0, data);
        frame.remove_prefix(data + 6);
        EXPECT_EQ(frame.find('\n'), std::string_view::npos);
        const std::string payload = frame == "[DONE]" ? "\"[DONE]\"" : compact(frame);
        if (client == Dialect::Anthropic || client == Dialect::OpenaiResponses) {
            const json::Document document = json::Document::copy(payload);
            EXPECT_EQ(head, "event: " + string_in(document.root(), "type") + "\n");
        } else {
            EXPECT_EQ(head, "");
        }
        payloads.push_back(payload);
    }
    return payloads;
}

std::vector<std::string> expected_payloads(const json::View& list) {
    std::vector<std::string> payloads;
    list.each_item([&](const json::View& item) {
        payloads.push_back(compact(item));
        return true;
    });
    return payloads;
}

void check_case(const json::View& test_case) {
    const Dialect client = dialect_named(string_in(test_case, "client"));
    const Pair pair{codec_named(string_in(test_case, "provider")), *find_codec(client)};
    StreamTranslation translation(pair, tools_in(test_case), reply_to(test_case));
    OutputCounter counter("m");
    bool output = false;
    std::optional<ClientError> error;
    test_case.find("steps").value().each_item([&](const json::View& step) {
        const json::View in = step.find("in").value();
        const std::string payload = in.as_string().value_or(std::string(in.raw()));
        SCOPED_TRACE(payload);
        std::string out;
        const AnswerFindings findings = translation.feed(payload, counter, out);
        output = output || findings.output;
        if (findings.error) error = findings.error;
        EXPECT_EQ(payloads_of(out, client), expected_payloads(step.find("out").value()));
        return true;
    });
    EXPECT_EQ(output, test_case.find("output").value().as_bool());
    if (const auto end = test_case.find("end")) {
        std::string out;
        translation.finish(out);
        EXPECT_EQ(payloads_of(out, client), expected_payloads(*end));
        EXPECT_FALSE(error);
    } else {
        EXPECT_TRUE(error);
    }
}

class StreamPairs : public testing::TestWithParam<const char*> {};
TEST_P(StreamPairs, AreConvertedEventByEvent) { each_case(GetParam(), check_case); }
INSTANTIATE_TEST_SUITE_P(Files, StreamPairs,
                         testing::Values("streams_claude_to_chat.json", "streams_chat_to_claude.json",
                                         "streams_to_responses.json", "streams_from_responses.json",
                                         "streams_from_gemini.json", "streams_to_gemini.json"),
                         [](const auto& info) {
                             const std::string name = info.param;
                             return name.substr(0, name.find('.'));
                         });

TEST(StreamDecoders, RefuseWhatIsNoObject) {
    for (const std::string_view name : {"openai", "claude", "responses", "gemini"}) {
        const auto decoder = codec_named(name).make_stream_decoder();
        for (const std::string_view payload : {"", "7", "{\"a\"", "[]"})
            EXPECT_THROW(decoder->decode(payload), Error) << name << " took " << payload;
        EXPECT_NO_THROW(decoder->decode("{}"));
    }
}

// A client of Messages has a place for one choice: what another says is no output, and its end is none.
TEST(StreamPair, TellsNothingOfChoicesThatAreNotShown) {
    const Pair pair{*find_codec(Dialect::OpenaiChat), *find_codec(Dialect::Anthropic)};
    StreamTranslation translation(pair, {}, {.request_id = "r1", .model = "m"});
    OutputCounter counter("m");
    std::string out;
    const auto feed = [&](std::string_view choices) {
        const auto payload = std::string(R"({"id":"c","model":"m","choices":[)").append(choices) + "]}";
        return translation.feed(payload, counter, out);
    };
    const auto hidden = feed(R"({"index":1,"delta":{"content":"nobody reads this"},"finish_reason":"stop"})");
    EXPECT_FALSE(hidden.output);
    EXPECT_FALSE(hidden.finished);
    EXPECT_EQ(out.find("nobody"), std::string::npos) << out;
    EXPECT_TRUE(feed(R"({"index":0,"delta":{"content":"hi"}})").output);
    EXPECT_TRUE(
        feed(R"({"index":1,"delta":{"content":"more"}},{"index":0,"delta":{},"finish_reason":"stop"})")
            .finished);
    const auto usage = translation.feed(
        R"({"id":"c","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}})",
        counter, out);
    ASSERT_TRUE(usage.usage);
    EXPECT_EQ(usage.usage->completion, 2);
}

TEST(StreamPair, HasFinishedWhenEveryChoiceHas) {
    const Pair pair{*find_codec(Dialect::Gemini), *find_codec(Dialect::OpenaiChat)};
    StreamTranslation translation(pair, {}, {.request_id = "r1", .model = "m"});
    OutputCounter counter("m");
    std::string out;
    const auto finished = [&](std::string_view candidates) {
        return translation.feed(std::string(R"({"candidates":[)").append(candidates) + "]}", counter, out)
            .finished;
    };
    const std::string text = R"("content":{"parts":[{"text":"a"}]})";
    EXPECT_FALSE(finished("{" + text + R"(,"index":0},{)" + text + R"(,"index":1})"));
    EXPECT_FALSE(finished(R"({"finishReason":"STOP","index":0},{)" + text + R"(,"index":1})"));
    EXPECT_TRUE(finished(R"({"finishReason":"STOP","index":1})"));
    EXPECT_FALSE(finished("{" + text + R"(,"index":2})")) << "another one begins";
    EXPECT_TRUE(finished(R"({"finishReason":"STOP","index":2})"));
    EXPECT_TRUE(finished("{" + text + R"(,"index":1})")) << "once is enough";
}

}    // namespace
}    // namespace opusclaw::dialect
