// dialect/openai_chat/read.h: what a gateway must see in OpenAI Chat answers that pass through: usage, output, the end (spec 04
// sections 14.4, 19.5; 05 sections 7 and 9; 06 section 19). Nothing is kept or changed here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json/view.h"
#include "dialect/token_estimate.h"
#include "dialect/usage.h"

namespace opusclaw::dialect::openai_chat {

/// The `usage` object; nullopt when the value is no object.
std::optional<Usage> read_usage(const json::View& usage);

/// What one stream payload (the JSON behind `data:`) holds.
struct ChunkFacts {
    std::optional<Usage> usage;    // a usage object that is not null
    bool usage_only = false;       // usage and no choices: withheld from clients that did not ask for usage
    bool usage_beside_choices = false;     // usage that shares the payload with a choice
    bool output = false;                   // spec 05 section 7.1: text, reasoning, refusal, tool call, audio
    bool answer_without_output = false;    // finish_reason content_filter or the like (7.1)
    bool finished = false;                 // a finish_reason
    bool error = false;                    // an error object instead of a chunk
};
/// Text, reasoning, tool names and arguments go to `counter` on the way. Throws Error(UpstreamBroken, "bad_response_body") when
/// the payload is not a JSON object.
ChunkFacts read_chunk(std::string_view payload, OutputCounter& counter);

struct AnswerFacts {
    std::optional<Usage> usage;
    bool output = false;
    bool answer_without_output = false;
    bool error = false;    // an `error` object or text inside a 200 answer (spec 04 section 14.4)
};
/// `body` is a whole non-streamed answer. Throws as read_chunk.
AnswerFacts read_answer(std::string_view body);
/// Hands the output of an answer that read_answer() took to `counter`, as read_chunk() does.
void count_answer(std::string_view body, OutputCounter& counter);
/// The same text without the member `usage` of the top-level object.
std::string without_usage(std::string_view payload);

}    // namespace opusclaw::dialect::openai_chat
