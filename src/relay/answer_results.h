// relay/answer_results.h: the stage `answer` for what was asked for in another vendor's form and is no conversation: embeddings, and images
// that a chat asked for (spec 07 sections 9.5, 10.4, 10.5).
#pragma once

#include <string>

#include "relay/answer.h"
#include "relay/conversion.h"

namespace opusclaw::relay {

/// As answer(). `answering.conversion` is set, and is no conversation.
Task<std::optional<Failure>> answer_results(net::Call& call, Answering answering);

/// What a list of results tells beside the provider's answer.
struct ResultFacts {
    dialect::Usage usage;
    std::int64_t now = 0;    // Unix seconds
};
/// What the client reads of the provider's whole answer. Throws Error(UpstreamBroken, "bad_response_body") and, for images, Error
/// "prompt_blocked" and "empty_response".
std::string translated_results(const Conversion& conversion, std::string_view body, const ResultFacts& facts);

}    // namespace opusclaw::relay
