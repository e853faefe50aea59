// dialect/gemini/predict.cpp: one walk over the predictions. What was filtered was not made.
#include "dialect/gemini/predict.h"

#include "dialect/answer_parts.h"

namespace opusclaw::dialect::gemini {
namespace {

constexpr std::int64_t kTokensOfImage = 258;

/// A text that is not empty; images are long, and not looked into.
bool says(const json::View& object, std::string_view name) {
    constexpr std::string_view kEmpty = R"("")";
    const auto value = object.find(name);
    return value && value->type() == json::Type::String && value->raw() != kEmpty;
}

AnswerFacts read_predictions(std::string_view body) {
    return with_object(body, [](const json::View& root) {
        AnswerFacts facts;
        std::int64_t images = 0;
        if (const auto list = root.find("predictions")) {
            list->each_item([&](const json::View& item) {
                const Prediction kind = kind_of(item);
                if (kind == Prediction::Image) ++images;
                facts.answer_without_output = facts.answer_without_output || kind == Prediction::Filtered;
                return true;
            });
        }
        facts.output = images > 0;
        Usage& usage = facts.usage.emplace();
        usage.prompt = usage.total = images * kTokensOfImage;
        if (const auto error = root.find("error")) facts.error = is_error(*error);
        return facts;
    });
}

}    // namespace

Prediction kind_of(const json::View& prediction) {
    if (says(prediction, "raiFilteredReason")) return Prediction::Filtered;
    const bool image = says(prediction, "bytesBase64Encoded") || says(prediction, "gcsUri");
    return !image && prediction.find("safetyAttributes") ? Prediction::Report : Prediction::Image;
}

const AnswerReader kPredictReader = {.read_answer = read_predictions,
                                     .estimated_usage = EstimatedUsage::ForTheBillOnly};

}    // namespace opusclaw::dialect::gemini
