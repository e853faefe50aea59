// relay/answer.h: the stage `answer` for answers that stay in their dialect (spec 04 sections 19, 20; 05 section 7): whole bodies
// are read for usage and passed on byte for byte; streams are forwarded event by event, usage tapped in passing.
#pragma once

#include <optional>
#include <string>

#include "dialect/token_estimate.h"
#include "net/client.h"
#include "net/server.h"
#include "relay/facts.h"
#include "relay/failure.h"
#include "relay/route.h"
#include "relay/services.h"
#include "relay/settle.h"
#include "relay/trace.h"

namespace opusclaw::relay {

/// One attempt's surroundings. References outlive the answer.
struct Answering {
    net::Exchange& exchange;
    const Facts& facts;
    const PaddedBuffer& request_body;
    const Route& route;
    Trace& trace;
    Settler& settler;
    const Services& services;
    const settings::Settings& settings;
};

/// Reads the answer to its end, settles, and answers the client. nullopt: answered (or the client has gone and what there was to
/// settle is settled). A failure: nothing is settled, and nothing was sent to the client unless its exchange says answered(): then
/// it has been told. Throws only what is our own fault.
Task<std::optional<Failure>> answer(net::Call& call, Answering answering);

/// The headers of a provider's answer that a client may see (spec 04 section 20), behind the fixed ones of every answer.
net::HeaderLines answer_headers(const Answering& answering, const net::Headers& upstream);

/// Usage of an answer whose provider told none (spec 05 section 9.3): the counted output and an estimate of the prompt, made on a
/// worker when the texts are long. Keeps what was reported and is not 0.
Task<dialect::Usage> estimate_usage(const Answering& answering, const dialect::Usage& reported,
                                    const dialect::OutputCounter& output);

}    // namespace opusclaw::relay
