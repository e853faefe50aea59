// relay/answer.h: the stage `answer` (spec 04 sections 19, 20; 05 section 7): whole bodies are read for usage and passed on byte for
// byte; streams are forwarded event by event, usage tapped in passing. Answers in another dialect are translated (answer_translated.h).
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

struct Conversion;    // relay/conversion.h
class RemoteFiles;    // relay/remote_files.h

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
    RemoteFiles* remote = nullptr;             // of the request; for its translation
    const Conversion* conversion = nullptr;    // of a request that was translated
};

/// Reads the answer to its end, settles, and answers the client. nullopt: answered (or the client has gone and what there was to
/// settle is settled). A failure: nothing is settled, and nothing was sent to the client unless its exchange says answered(): then
/// it has been told. Throws only what is our own fault.
Task<std::optional<Failure>> answer(net::Call& call, const Answering& answering);

/// The headers of a provider's answer that a client may see (spec 04 section 20), behind the fixed ones of every answer.
net::HeaderLines answer_headers(const Answering& answering, const net::Headers& upstream);

/// The same for a stream, with what makes it one.
net::HeaderLines stream_headers(const Answering& answering, const net::Headers& upstream);

/// Content of the log row of an answer that told nothing to bill (spec 05 section 7.3).
inline constexpr std::string_view kNothingTold = "上游没有返回计费信息，无法扣费（可能是上游超时）";

/// What a whole answer told, as far as the bill is concerned.
struct WholeAnswer {
    std::optional<dialect::Usage> usage;
    bool output = false, answer_without_output = false;
    std::string reject_reason;    // where the answer itself tells it
};
/// Whether its usage has to be estimated: it told nothing of the prompt.
bool lacks_usage(const WholeAnswer& answer);
/// The usage of one that does not lack it: of an empty answer none, with a note in the log row (spec 05 section 7.6).
dialect::Usage reported_usage(const Answering& answering, const WholeAnswer& answer);
/// Where it is a refusal, that is told in the log row: as the answer told it, else as all of this provider are.
void note_refusal(const Answering& answering, const WholeAnswer& answer);
/// The status towards the client of an answer with that status: the channel's own mapping; what is no error status by itself counts
/// as a bad gateway.
int mapped_status(const catalog::Channel& channel, int status);

/// A body whose content type says that it is a stream.
bool is_event_stream(const net::ResponseHead& head);

/// Usage of an answer whose provider told none (spec 05 section 9.3): the counted output and an estimate of the prompt, made on a
/// worker when the texts are long. Keeps what was reported and is not 0.
Task<dialect::Usage> estimate_usage(const Answering& answering, const dialect::Usage& reported,
                                    const dialect::OutputCounter& output);

}    // namespace opusclaw::relay
