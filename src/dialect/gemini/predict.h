// dialect/gemini/predict.h: what a gateway must see in answers of the `predict` action, which passes through as it is: images that are
// billed by their number (spec 07 sections 10.1, 10.4).
#pragma once

#include "base/json/view.h"
#include "dialect/answer_reader.h"

namespace opusclaw::dialect::gemini {

/// One of the `predictions`. A filter takes an image away and tells why; a report has scores of the prompt and no image (it comes when
/// `includeSafetyAttributes` asks for it).
enum class Prediction { Image, Filtered, Report };
Prediction kind_of(const json::View& prediction);

/// Never streamed. Every image that was made counts as 258 tokens of the prompt.
extern const AnswerReader kPredictReader;

}    // namespace opusclaw::dialect::gemini
