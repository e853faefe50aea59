// dialect/gemini/read.h: what a gateway must see in Gemini answers that pass through: usage, output, the end, blocked prompts (spec 04
// section 19; 05 sections 7, 9; 06 sections 6.4, 16.4, 19.2). Nothing is kept or changed here.
#pragma once

#include "base/json/view.h"
#include "dialect/answer_reader.h"

namespace opusclaw::dialect::gemini {

/// One payload of a stream. Throws Error(UpstreamBroken, "bad_response_body") when it is not a JSON object.
ChunkFacts read_chunk(std::string_view payload, OutputCounter& counter);
/// `body` is a whole answer. Throws as read_chunk.
AnswerFacts read_answer(std::string_view body);
void count_answer(std::string_view body, OutputCounter& counter);

extern const AnswerReader kReader;

}    // namespace opusclaw::dialect::gemini
