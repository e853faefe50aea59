// dialect/gemini/predict.h: what a gateway must see in answers of the `predict` action, which passes through as it is: images that are
// billed by their number (spec 07 sections 10.1, 10.4).
#pragma once

#include "dialect/answer_reader.h"

namespace opusclaw::dialect::gemini {

/// Never streamed. Every image that was made counts as 258 tokens of the prompt.
extern const AnswerReader kPredictReader;

}    // namespace opusclaw::dialect::gemini
