// Requests of one dialect as another takes them, from tests/data/dialect/requests_*.json (spec 06 sections 7 to 13, 22).
#include "base/unfit.h"
#include "dialect_cases.h"

namespace opusclaw::dialect {
namespace {

FetchedFiles files_in(const json::View& test_case) {
    FetchedFiles files;
    if (const auto list = test_case.find("files")) {
        list->each_member([&files](std::string_view url, const json::View& file) {
            files[std::string(url)] = {string_in(file, "mime"), string_in(file, "base64")};
            return true;
        });
    }
    return files;
}

struct Converted {
    std::string request;
    Encoded encoded;
};

Converted convert(const json::View& test_case) {
    Converted out{.request = std::string(test_case.find("request").value().raw()), .encoded = {}};
    const Profile profile = profile_in(test_case);
    const FetchedFiles files = files_in(test_case);
    const std::string model = string_in(test_case, "model", "m");
    const Codec& to = codec_named(string_in(test_case, "to"));
    const chat::Request request = codec_named(string_in(test_case, "from")).decode_request(out.request);
    out.encoded = to.encode_request(request, {model, profile, files});
    return out;
}

void check_refused(const json::View& test_case) {
    try {
        convert(test_case);
        ADD_FAILURE() << "was taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.status, 400);
        EXPECT_EQ(error.code, "convert_request_failed");
        EXPECT_EQ(error.message.text, string_in(test_case, "refused"));
    }
}

void check_case(const json::View& test_case) {
    if (test_case.find("refused")) return check_refused(test_case);
    const Converted converted = convert(test_case);
    if (const auto expected = test_case.find("expected")) {
        EXPECT_EQ(compact(converted.encoded.body), compact(*expected));
    }
    EXPECT_EQ(converted.encoded.needs, strings_in(test_case, "needs"));
    if (test_case.find("notes")) {
        EXPECT_EQ(converted.encoded.notes, strings_in(test_case, "notes"));
    }
    if (test_case.find("sent_model")) {
        EXPECT_EQ(converted.encoded.model, string_in(test_case, "sent_model"));
    }
}

class RequestPairs : public testing::TestWithParam<const char*> {};
TEST_P(RequestPairs, AreConvertedByTheTables) { each_case(GetParam(), check_case); }
INSTANTIATE_TEST_SUITE_P(Files, RequestPairs,
                         testing::Values("requests_chat_to_claude.json", "requests_claude_to_chat.json",
                                         "requests_chat_to_responses.json",
                                         "requests_claude_to_responses.json",
                                         "requests_responses_to_chat.json",
                                         "requests_responses_to_claude.json", "requests_thinking.json",
                                         "requests_media.json", "requests_chat_to_gemini.json",
                                         "requests_claude_to_gemini.json", "requests_gemini_to_chat.json",
                                         "requests_gemini_to_claude.json", "requests_gemini_schema.json",
                                         "requests_gemini_thinking.json"),
                         [](const auto& info) {
                             const std::string name = info.param;
                             return name.substr(0, name.find('.'));
                         });

/// What a decoder reads of what its own encoder wrote is encoded the same again.
void check_round_trip(const json::View& test_case) {
    if (test_case.find("refused")) return;
    const Converted converted = convert(test_case);
    if (converted.encoded.body.empty()) return;
    const Codec& codec = codec_named(string_in(test_case, "to"));
    Profile profile = profile_in(test_case);
    const std::string model = converted.encoded.model;
    const auto again = [&](const std::string& body) {
        return codec.encode_request(codec.decode_request(body), {model, profile, FetchedFiles{}}).body;
    };
    const std::string once = again(converted.encoded.body);
    EXPECT_EQ(again(once), once);
}
TEST_P(RequestPairs, RoundTripsSettle) { each_case(GetParam(), check_round_trip); }

TEST(RequestDecoders, RefuseWhatIsNoJson) {
    for (const std::string_view name : {"openai", "claude", "responses", "gemini"}) {
        for (const std::string_view body : {"", "{", "{\"model\":}", "[1,", "{\"a\":1}x"}) {
            EXPECT_THROW(codec_named(name).decode_request(body), Error) << name << " " << body;
        }
    }
}

TEST(RequestDecoders, TakeOddValuesForAbsentOnes) {
    const std::string_view odd =
        R"({"model":7,"messages":[1,"x",null,{"role":3,"content":{"a":1}},{"content":[{"type":"text"},5,{}]}],"tools":{},)"
        R"("temperature":"hot","stop":[1,null,""],"max_tokens":"many","stream":"yes","system":[1],"tool_choice":4})";
    const Profile profile;
    for (const std::string_view from : {"openai", "claude", "responses", "gemini"}) {
        for (const std::string_view to : {"openai", "claude", "responses", "gemini"}) {
            const chat::Request request = codec_named(from).decode_request(odd);
            const Encoded encoded = codec_named(to).encode_request(request, {"m", profile, FetchedFiles{}});
            EXPECT_NO_THROW(compact(encoded.body)) << from << " to " << to;
            EXPECT_FALSE(request.sampling.temperature);
            EXPECT_TRUE(request.sampling.stop.empty());
        }
    }
}

/// Another channel may have the tool.
void expect_unfit(std::string_view from, std::string_view to, std::string_view body) {
    const Profile profile;
    try {
        const chat::Request request = codec_named(from).decode_request(body);
        codec_named(to).encode_request(request, {"gemini-2.5-flash", profile, FetchedFiles{}});
        ADD_FAILURE() << "was taken";
    } catch (const Unfit& error) {
        EXPECT_EQ(error.code, "invalid_request");
        EXPECT_EQ(error.message.text, "tool_choice is not supported by the selected channel");
    }
}

TEST(RequestEncoders, RefuseToForceAToolOfTheProvidersOwn) {
    const std::string_view search =
        R"({"input":"hi","tools":[{"type":"web_search"},{"type":"function","name":"f"}],"tool_choice":{"type":"web_search"}})";
    expect_unfit("responses", "gemini",
                 search);    // before its third generation not even offered beside functions
    const std::string_view shell =
        R"({"messages":[{"role":"user","content":"hi"}],"tool_choice":{"type":"tool","name":"bash"},)"
        R"("tools":[{"type":"bash_20250124","name":"bash"},{"name":"f","input_schema":{"type":"object"}}]})";
    for (const std::string_view to : {"openai", "responses", "gemini"}) expect_unfit("claude", to, shell);
    const std::string_view code =
        R"({"messages":[{"role":"user","content":"hi"}],"tool_choice":{"type":"tool","name":"code_execution"},)"
        R"("tools":[{"type":"code_execution_20250522","name":"code_execution"},{"name":"f","input_schema":{}}]})";
    for (const std::string_view to : {"openai", "gemini"}) expect_unfit("claude", to, code);
    const std::string_view page =
        R"({"messages":[{"role":"user","content":"hi"}],"tool_choice":{"type":"tool","name":"web_fetch"},)"
        R"("tools":[{"type":"web_fetch_20250910","name":"web_fetch"}]})";
    for (const std::string_view to : {"openai", "responses"}) expect_unfit("claude", to, page);
    const std::string_view interpreter =
        R"({"input":"hi","tools":[{"type":"code_interpreter"}],"tool_choice":{"type":"code_interpreter"}})";
    for (const std::string_view to : {"openai", "claude"}) expect_unfit("responses", to, interpreter);
}

/// A hosted tool can only be offered there.
TEST(RequestEncoders, OfferGeminiTheHostedToolThatIsDemanded) {
    const auto tools_of = [](std::string_view from, std::string_view body) {
        const Profile profile;
        const chat::Request request = codec_named(from).decode_request(body);
        const Encoded encoded = codec_named("gemini").encode_request(
            request, {"gemini-2.5-flash", profile, FetchedFiles{}});
        const json::Document document = json::Document::copy(encoded.body);
        EXPECT_FALSE(document.root().find("toolConfig"));
        return compact(document.root().find("tools").value());
    };
    EXPECT_EQ(tools_of("claude", R"({"messages":[],"tool_choice":{"type":"tool","name":"code_execution"},)"
                                 R"("tools":[{"type":"code_execution_20250522","name":"code_execution"}]})"),
              R"([{"codeExecution":{}}])");
    EXPECT_EQ(tools_of("claude", R"({"messages":[],"tool_choice":{"type":"tool","name":"web_fetch"},)"
                                 R"("tools":[{"type":"web_fetch_20250910","name":"web_fetch"}]})"),
              R"([{"urlContext":{}}])");
    EXPECT_EQ(tools_of("responses", R"({"input":"hi","tools":[{"type":"code_interpreter"}],)"
                                    R"("tool_choice":{"type":"code_interpreter"}})"),
              R"([{"codeExecution":{}}])");
}

TEST(RequestDecoders, ManyCallsCostTheirNumber) {
    std::string body =
        R"({"model":"m","messages":[{"role":"user","content":"go"},{"role":"assistant","tool_calls":[)";
    constexpr int kCalls = 5000;
    for (int i = 0; i < kCalls; ++i)
        body += std::string(i > 0 ? "," : "") + R"({"id":"c)" + std::to_string(i) +
                R"(","function":{"name":"f","arguments":"{}"}})";
    body += "]}";
    for (int i = kCalls; i-- > 0;)
        body += R"(,{"role":"tool","tool_call_id":"c)" + std::to_string(i) + R"(","content":"ok"})";
    body += "]}";
    const Profile profile;
    const chat::Request request = codec_named("openai").decode_request(body);
    const Encoded encoded = codec_named("claude").encode_request(request, {"m", profile, FetchedFiles{}});
    const json::Document document = json::Document::copy(encoded.body);
    int results = 0;
    document.root().find("messages").value().each_item([&](const json::View& message) {
        message.find("content")->each_item([&](const json::View& block) {
            results += string_in(block, "type") == "tool_result" ? 1 : 0;
            return true;
        });
        return true;
    });
    EXPECT_EQ(results, kCalls);
}

}    // namespace
}    // namespace opusclaw::dialect
