// relay/stream_bill.h: what a stream is billed by, whether it passes through or is translated (spec 05 sections 7.3, 9.3; 06 sections
// 17.5, 20.4).
#pragma once

#include <optional>

#include "relay/answer.h"

namespace opusclaw::relay {

/// What a stream has brought so far.
struct StreamFindings {
    std::optional<dialect::Usage> usage;
    bool output = false;
    bool answer_without_output = false;
    bool finished = false;           // a finish reason was seen
    bool ended = false;              // the format's last event was seen
    std::size_t media = 0;           // inline ones
    std::string reject_reason;       // of a blocked prompt
    std::optional<Failure> error;    // the provider's, or our reading of it
};

/// At its end: is there something to bill, or did it fail?
bool may_bill(const Answering& answering, const StreamFindings& found);
/// Fills in usage that the provider did not tell. True when figures were counted here.
Task<bool> complete_usage(const Answering& answering, StreamFindings& found,
                          const dialect::OutputCounter& counter);
/// Before the end goes to the client.
void settle_stream(const Answering& answering, const StreamFindings& found);

/// The provider told an error in place of an event.
void take_error(const Answering& answering, StreamFindings& found, const dialect::ClientError& error);
/// Nothing more is read: its handler gave up for that reason, which counts as a soft error as well (spec 04 section 19.4).
void stop_with(const Answering& answering, std::string_view why);
/// A soft error, in the provider's words or ours: no key stays in it.
void note_fault(const Answering& answering, std::string_view why);
/// The error of a stream without any output.
Failure no_output();
/// A stream that will be billed but did not end as it should has an error from now on, its texts masked.
void name_break(const Answering& answering, StreamFindings& found);

/// A line in the server's log, of the level that the end deserves (spec 04 section 19.4).
void tell_end(const Answering& answering);
/// How reading ended with this error; goes to the stream's status.
void end_with(const Answering& answering, const Error& error);

}    // namespace opusclaw::relay
