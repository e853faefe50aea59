// dialect/gemini/predict.cpp: one walk over the predictions. What was filtered was not made.
#include "dialect/gemini/predict.h"

#include "dialect/answer_parts.h"

namespace opusclaw::dialect::gemini {
namespace {

constexpr std::int64_t kTokensOfImage = 258;

AnswerFacts read_predictions(std::string_view body) {
    return with_object(body, [](const json::View& root) {
        AnswerFacts facts;
        std::int64_t images = 0;
        if (const auto list = root.find("predictions")) {
            list->each_item([&](const json::View& item) {
                const bool filtered = item.find("raiFilteredReason").has_value();
                if (!filtered) ++images;
                facts.answer_without_output = facts.answer_without_output || filtered;
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

const AnswerReader kPredictReader = {.read_answer = read_predictions,
                                     .estimated_usage = EstimatedUsage::ForTheBillOnly};

}    // namespace opusclaw::dialect::gemini
