// dialect/openai_chat/read.h: what a gateway must see in OpenAI Chat answers that pass through: usage, output, the end (spec 04
// sections 14.4, 19.5; 05 sections 7 and 9; 06 section 19). Nothing is kept or changed here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json/view.h"
#include "dialect/answer_reader.h"

namespace opusclaw::dialect::openai_chat {

/// The `usage` object; nullopt when the value is no object.
std::optional<Usage> read_usage(const json::View& usage);

/// Text, reasoning, tool names and arguments go to `counter` on the way. Throws Error(UpstreamBroken, "bad_response_body") when
/// the payload is not a JSON object.
ChunkFacts read_chunk(std::string_view payload, OutputCounter& counter);

/// `body` is a whole non-streamed answer. Throws as read_chunk.
AnswerFacts read_answer(std::string_view body);
/// Hands the output of an answer that read_answer() took to `counter`, as read_chunk() does.
void count_answer(std::string_view body, OutputCounter& counter);
/// The same text without the member `usage` of the top-level object.
std::string without_usage(std::string_view payload);

}    // namespace opusclaw::dialect::openai_chat
