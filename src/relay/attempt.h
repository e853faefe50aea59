// relay/attempt.h: one attempt on one channel: prepare, send, answer. Everything of it is fresh: nothing of one attempt reaches
// the next (spec 04 section 1).
#pragma once

#include <optional>

#include "relay/answer.h"
#include "relay/failure.h"

namespace opusclaw::relay {

/// nullopt: answered. Stops, and cancels what is under way upstream, when the client leaves.
Task<std::optional<Failure>> attempt(net::Client& client, Answering answering);

}    // namespace opusclaw::relay
