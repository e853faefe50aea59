// relay/error_row.h: the log row of a failed attempt (spec 04 section 23.1; 03 section 14.3). Pure. Who writes it down, and whether, is
// the caller's business.
#pragma once

#include <chrono>
#include <string_view>

#include "account/caller.h"
#include "catalog/channel.h"
#include "relay/failure.h"
#include "relay/trace.h"
#include "store/logs.h"

namespace opusclaw::relay {

struct ErrorFacts {
    const account::Caller& caller;
    std::string_view model;    // as requested
    std::string_view group;    // the using group
    const catalog::Channel& channel;
    std::size_t key_place = 0;
    const Trace& trace;
    const Failure& failure;    // masked
    UnixSeconds now{};
    std::chrono::seconds elapsed{};
    bool stream = false;    // asked for
};
/// The finished row of type 5.
store::LogRow error_row(const ErrorFacts& facts);

}    // namespace opusclaw::relay
