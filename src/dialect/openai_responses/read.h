// dialect/openai_responses/read.h: what a gateway must see in OpenAI Responses answers that pass through: usage, output, the terminal
// event, errors (spec 04 section 19.5; 05 sections 7, 9; 06 sections 16.4, 19.2). Nothing is kept or changed here.
#pragma once

#include "base/json/view.h"
#include "dialect/answer_reader.h"

namespace opusclaw::dialect::openai_responses {

/// The `usage` object of a response; nullopt when the value is no object.
std::optional<Usage> read_usage(const json::View& usage);

/// One event. Throws Error(UpstreamBroken, "bad_response_body") when the payload is not a JSON object.
ChunkFacts read_event(std::string_view payload, OutputCounter& counter);
/// A whole response object. Throws as read_event.
AnswerFacts read_answer(std::string_view body);
void count_answer(std::string_view body, OutputCounter& counter);

extern const AnswerReader kReader;

}    // namespace opusclaw::dialect::openai_responses
