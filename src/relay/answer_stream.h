// relay/answer_stream.h: a streamed answer on its way from provider to client (spec 04 section 19; 05 section 7; 06
// sections 16.2 to 16.4).
#pragma once

#include "relay/answer.h"

namespace opusclaw::relay {

/// As answer(), for an answer whose content type is text/event-stream.
Task<std::optional<Failure>> answer_stream(net::Call& call, const Answering& answering);

}    // namespace opusclaw::relay
