// relay/answer_translated.h: the stage `answer` for a request that was translated: the answer is translated back, whole or event by event
// (spec 06 sections 15 to 21). The bill is that of the provider's own figures.
#pragma once

#include "dialect/reply.h"
#include "relay/answer.h"

namespace opusclaw::relay {

/// As answer(), for a client that wants a whole answer. `answering.conversion` is set.
Task<std::optional<Failure>> answer_translated(net::Call& call, Answering answering);
/// As answer(), for a client that wants a stream and gets one.
Task<std::optional<Failure>> answer_translated_stream(net::Call& call, Answering answering);

/// What the client's encoder is told of the reply.
dialect::Reply reply_of(const Answering& answering);

}    // namespace opusclaw::relay
