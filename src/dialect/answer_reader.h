// dialect/answer_reader.h: what the relay must see in answers that pass through in their own dialect, and how their streams are framed
// and ended: one table of functions for each kind of answer (spec 04 sections 19, 20; 05 section 7; 06 section 16). What is done
// with what was seen is up to relay.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "dialect/error_body.h"
#include "dialect/token_estimate.h"
#include "dialect/usage.h"

namespace opusclaw::dialect {

/// What one stream payload (the JSON behind `data:`) holds.
struct ChunkFacts {
    std::optional<Usage> usage;    // a usage object that is not null
    bool usage_only = false;       // usage and no choices: withheld from clients that did not ask for usage
    bool usage_beside_choices = false;     // usage that shares the payload with a choice
    bool output = false;                   // spec 05 section 7.1: text, reasoning, refusal, tool call, audio
    bool answer_without_output = false;    // a refusal or a content filter in place of output (7.1)
    bool finished = false;                 // the format's normal end: a finish_reason, `response.completed`
    bool terminal = false;                 // the last event: not sent before the bill is on record
    bool error = false;                    // an error object instead of a chunk, or an answer that failed
    std::size_t media = 0;        // inline media in it, of providers that do not count them (06 section 19.4)
    std::string error_body;       // of an error: as read_upstream_error() takes it; empty: the payload itself
    std::string_view name;        // of the event, where events have names; a view into the payload
    std::string reject_reason;    // of a prompt that was blocked, for the log row
};

struct AnswerFacts {
    std::optional<Usage> usage;
    bool output = false;
    bool answer_without_output = false;
    bool error = false;           // an `error` object or text inside a 200 answer (spec 04 section 14.4)
    bool timings = false;         // with the `timings` of llama.cpp, which tell what was cached
    std::string reject_reason;    // of an answer that says nothing, for the log row
};

/// How a client's stream ends; views live during the call.
struct StreamEnding {
    std::string_view opening;              // what keep_opening() gave for the first payload; may be empty
    std::size_t payloads = 0;              // received so far
    const ClientError* error = nullptr;    // the stream ends with it; masked
    const Usage* owed_usage = nullptr;     // the client wishes usage and has not got any
    bool has_terminal = false;             // the provider's own last event goes out before
    std::string_view request_id;
};

/// `data:` lines alone, or with an `event:` line that names the payload's type.
enum class Framing { Data, NamedEvents };
/// What an upstream body means that ends as it should, but without the format's end marker (spec 05 section 7.2).
enum class CleanEnd { IsNormal, IsBroken };
/// Whether the body of a full answer gets the usage that was estimated in place of what the provider told.
enum class EstimatedUsage { PutIntoBody, ForTheBillOnly };

/// Which figures of a stream's usage are estimated: both when neither was told (spec 05 section 9.3), or each for itself (04 section
/// 19.5).
enum class EstimatedFigures { WhenNoneWasTold, EachThatIsMissing };

/// How the usage of one payload goes with that of earlier ones.
enum class UsageOfStream { TheLastCounts, EachFigureOverwrites };
/// What a payload means that is no JSON (spec 06 section 16.3).
enum class BrokenPayload { IsSkipped, EndsTheStream };

/// Plain functions. Those that read throw Error(UpstreamBroken, "bad_response_body") for what is no JSON object.
struct AnswerReader {
    AnswerFacts (*read_answer)(std::string_view body);
    /// Hands the output of an answer that read_answer() took to the counter; nullptr: output is not counted.
    void (*count_answer)(std::string_view body, OutputCounter& counter) = nullptr;
    /// Text, reasoning, tool names and arguments go to `counter` on the way. nullptr: never streamed.
    ChunkFacts (*read_chunk)(std::string_view payload, OutputCounter& counter) = nullptr;
    /// What end_stream() will need of the first payload; short.
    std::string (*keep_opening)(std::string_view payload) = nullptr;
    /// The payload without its usage, for clients that asked for none; nullptr: usage is never taken out.
    std::string (*without_usage)(std::string_view payload) = nullptr;
    /// The bytes that end the client's stream, framing included.
    std::string (*end_stream)(const StreamEnding& ending) = nullptr;
    Framing framing = Framing::Data;
    CleanEnd clean_end = CleanEnd::IsNormal;
    EstimatedUsage estimated_usage = EstimatedUsage::PutIntoBody;
    EstimatedFigures estimated_figures = EstimatedFigures::WhenNoneWasTold;
    UsageOfStream usage_of_stream = UsageOfStream::TheLastCounts;
    BrokenPayload broken_payload = BrokenPayload::IsSkipped;
    /// The payload with those figures of `so_far` that its own usage lacks; empty: it lacks none. nullptr: all are as they come.
    std::string (*complete_usage)(std::string_view payload, const Usage& so_far) = nullptr;
    /// `reject_reason` in the log row of an answer that is a refusal; empty: none is told.
    std::string_view reject_reason = {};
    /// Tokens that each inline media of a stream counts that tells no completion (06 section 19.4).
    std::int64_t tokens_of_media = 0;
};

}    // namespace opusclaw::dialect
