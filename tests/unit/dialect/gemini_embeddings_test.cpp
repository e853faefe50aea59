// Tests of dialect/gemini/embeddings.h and predict.h (spec 07 sections 10.4, 10.5).
#include "dialect/gemini/embeddings.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/unfit.h"
#include "dialect/gemini/predict.h"

namespace opusclaw::dialect::gemini {
namespace {

std::string request(std::string_view body, std::string_view model = "gemini-embedding-001") {
    return encode_embeddings_request(PaddedBuffer(body).view(), model);
}

TEST(GeminiEmbeddings, HaveARequestForEachText) {
    EXPECT_EQ(
        request(R"({"input":"a\n"})"),
        R"({"requests":[{"model":"models/gemini-embedding-001","content":{"parts":[{"text":"a\n"}]}}]})");
    EXPECT_EQ(
        request(R"({"input":["a","b"],"dimensions":3})", "text-embedding-004"),
        R"({"requests":[{"model":"models/text-embedding-004","content":{"parts":[{"text":"a"}]},)"
        R"("outputDimensionality":3},{"model":"models/text-embedding-004","content":{"parts":[{"text":"b"}]},)"
        R"("outputDimensionality":3}]})");
    for (const std::string_view silent :
         {R"({"input":"a","dimensions":0})", R"({"input":"a","dimensions":null})"})
        EXPECT_EQ(request(silent).find("outputDimensionality"), std::string::npos) << silent;
    EXPECT_EQ(request(R"({"input":"a","dimensions":3})", "embedding-001").find("outputDimensionality"),
              std::string::npos);
}

TEST(GeminiEmbeddings, RefuseWhatIsNoText) {
    try {
        request(R"({"input":[]})");
        FAIL() << "taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.status, 400);
        EXPECT_EQ(error.message.text, "input is empty");
    }
    EXPECT_THROW(request(R"({"input":[1,2]})"), Unfit);
    EXPECT_THROW(request(R"({"input":[[1],[2]]})"), Unfit);
}

std::string answer(std::string_view body, VectorForm form = VectorForm::Numbers) {
    return encode_embeddings_answer(PaddedBuffer(body).view(),
                                    {.model = "m", .prompt_tokens = 4, .form = form});
}

TEST(GeminiEmbeddings, AreTheListOfOpenai) {
    EXPECT_EQ(answer(R"({"embeddings":[{"values":[0.10,-1e-3]},{"values":[1]}]})"),
              R"({"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.10,-1e-3]},)"
              R"({"object":"embedding","index":1,"embedding":[1]}],"model":"m",)"
              R"("usage":{"prompt_tokens":4,"total_tokens":4}})");
    EXPECT_NE(answer(R"({"embeddings":[{"values":[1,-0.5]}]})", VectorForm::Base64)
                  .find(R"("embedding":"AACAPwAAAL8=")"),
              std::string::npos);
    EXPECT_THROW(answer("[]"), Error);
    EXPECT_EQ(vector_form(PaddedBuffer(R"({"encoding_format":"base64"})").view()), VectorForm::Base64);
    EXPECT_EQ(vector_form(PaddedBuffer(R"({"encoding_format":"float"})").view()), VectorForm::Numbers);
}

TEST(GeminiPredictions, CountTheImagesThatWereMade) {
    const AnswerFacts made = kPredictReader.read_answer(
        R"({"predictions":[{"bytesBase64Encoded":"A"},{"raiFilteredReason":"r"},{"bytesBase64Encoded":"B"}]})");
    EXPECT_TRUE(made.output);
    EXPECT_EQ(made.usage->prompt, 516);
    EXPECT_EQ(made.usage->total, 516);
    const AnswerFacts none = kPredictReader.read_answer(R"({"predictions":[{"raiFilteredReason":"r"}]})");
    EXPECT_FALSE(none.output);
    EXPECT_TRUE(none.answer_without_output);
    EXPECT_TRUE(kPredictReader.read_answer(R"({"error":{"message":"m"}})").error);
}

}    // namespace
}    // namespace opusclaw::dialect::gemini
