// Tests of dialect/gemini/predict.h: which predictions are images that are paid for (spec 07 sections 10.1, 10.4).
#include "dialect/gemini/predict.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/error.h"

namespace opusclaw::dialect::gemini {
namespace {

AnswerFacts read(const std::string& predictions) {
    const PaddedBuffer body(R"({"predictions":[)" + predictions + "]}");
    return kPredictReader.read_answer(body.view());
}

constexpr std::string_view kImage = R"({"mimeType":"image/png","bytesBase64Encoded":"QQ=="})";
constexpr std::string_view kFiltered = R"({"raiFilteredReason":"Support codes: 1"})";

TEST(GeminiPredict, CountsImages) {
    const std::string image(kImage), filtered(kFiltered);
    const AnswerFacts facts = read(image + "," + filtered +
                                   R"(,{"gcsUri":"gs://b/o","mimeType":"image/png"})");
    EXPECT_EQ(facts.usage->prompt, 2 * 258);
    EXPECT_EQ(facts.usage->total, 2 * 258);
    EXPECT_TRUE(facts.output);
    const AnswerFacts none = read(filtered);
    EXPECT_EQ(none.usage->prompt, 0);
    EXPECT_FALSE(none.output);
    EXPECT_TRUE(none.answer_without_output);
}

TEST(GeminiPredict, CountsNoReportsOnThePrompt) {
    constexpr std::string_view kScores = R"("safetyAttributes":{"categories":["Death"],"scores":[0.1]})";
    const std::string report =
        R"({"safetyAttributes":{"categories":["Death"],"scores":[0.1],"contentType":"Positive Prompt"}})";
    const std::string scored = R"({"mimeType":"image/png","bytesBase64Encoded":"QQ==",)" +
                               std::string(kScores) + "}";
    const AnswerFacts facts = read(scored + "," + report);
    EXPECT_EQ(facts.usage->prompt, 258);
    const AnswerFacts only = read(report);
    EXPECT_FALSE(only.output || only.answer_without_output);
}

TEST(GeminiPredict, TakesAnEmptyReasonForNone) {
    for (const std::string_view reason : {R"("")", "null"}) {
        const std::string item = R"({"raiFilteredReason":)" + std::string(reason) +
                                 R"(,"bytesBase64Encoded":"QQ=="})";
        EXPECT_EQ(read(item).usage->prompt, 258) << reason;
    }
}

}    // namespace
}    // namespace opusclaw::dialect::gemini
