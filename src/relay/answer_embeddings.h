// relay/answer_embeddings.h: the stage `answer` for embeddings that were asked for in another vendor's form (spec 07 section 10.5).
#pragma once

#include <string>

#include "relay/answer.h"
#include "relay/conversion.h"

namespace opusclaw::relay {

/// As answer(). `answering.conversion` is set, and is one of embeddings.
Task<std::optional<Failure>> answer_embeddings(net::Call& call, Answering answering);

/// What the client reads of the provider's whole answer. Throws Error(UpstreamBroken, "bad_response_body").
std::string translated_embeddings(const Conversion& conversion, std::string_view body,
                                  const dialect::Usage& usage);

}    // namespace opusclaw::relay
