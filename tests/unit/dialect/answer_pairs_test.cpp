// Whole answers of one dialect as clients of another read them, from tests/data/dialect/answers*.json (spec 06 sections 15, 18 to 21).
#include "dialect_cases.h"

namespace opusclaw::dialect {
namespace {

class AnswerPairs : public testing::TestWithParam<const char*> {};
TEST_P(AnswerPairs, AreConvertedByTheTables) {
    each_case(GetParam(), [](const json::View& test_case) {
        const Pair pair{codec_named(string_in(test_case, "provider")),
                        codec_named(string_in(test_case, "client"))};
        OutputCounter counter("m");
        const std::string answer(test_case.find("answer").value().raw());
        const TranslatedAnswer translated = translate_answer(pair, answer, tools_in(test_case),
                                                             reply_to(test_case), counter);
        const AnswerFindings& findings = translated.findings;
        if (const auto expected = test_case.find("expected")) {
            EXPECT_EQ(compact(translated.body), compact(*expected));
        }
        EXPECT_EQ(findings.output, test_case.find("output").value().as_bool());
        const auto silent = test_case.find("uncounted");    // output that has no text
        EXPECT_EQ(findings.output && !silent, counter.tokens() > 0);
        const auto filtered = test_case.find("answer_without_output");
        if (filtered) {
            EXPECT_EQ(findings.answer_without_output, filtered->as_bool());
        }
        if (const auto error = test_case.find("error")) {
            ASSERT_TRUE(findings.error);
            EXPECT_TRUE(translated.body.empty());
            const auto status = error->find("status");
            EXPECT_EQ(findings.error->status, status ? status->as_int().value() : 502);
            EXPECT_EQ(findings.error->type, string_in(*error, "type"));
            EXPECT_EQ(findings.error->message, string_in(*error, "message"));
            EXPECT_EQ(findings.error->code_json.value_or(findings.error->code), string_in(*error, "code"));
        } else {
            EXPECT_FALSE(findings.error);
        }
    });
}

INSTANTIATE_TEST_SUITE_P(Files, AnswerPairs,
                         testing::Values("answers.json", "answers_responses.json", "answers_gemini.json"),
                         [](const auto& info) {
                             const std::string name = info.param;
                             return name.substr(0, name.find('.'));
                         });

TEST(AnswerDecoders, BrokenBodiesAreTheProvidersFault) {
    for (const std::string_view name : {"openai", "claude", "responses", "gemini"}) {
        for (const std::string_view body : {"", "null", "[]", "{\"id\":", "<html>"}) {
            try {
                codec_named(name).decode_response(body);
                ADD_FAILURE() << name << " took " << body;
            } catch (const Error& error) {
                EXPECT_EQ(error.kind, ErrorKind::UpstreamBroken);
                EXPECT_EQ(error.code, "bad_response_body");
            }
        }
    }
}

}    // namespace
}    // namespace opusclaw::dialect
