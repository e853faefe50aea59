// net/client_errors.h: the errors of the HTTP client (spec 04 section 14.4, last paragraph): one text for whoever called, the
// cause in the detail, which only the log shows. A cause may name hosts; it never holds passwords, keys or paths. Only for net.
#pragma once

#include <string>
#include <string_view>

#include "net/stream.h"

namespace opusclaw::net {

/// There is no answer: UpstreamBroken, "do_request_failed".
[[noreturn]] void throw_request_failed(std::string cause);
/// There was no answer in time: UpstreamTimeout, "do_request_failed".
[[noreturn]] void throw_request_timed_out(std::string cause);
/// The answer's head came, its body did not: UpstreamBroken, "read_response_body_failed".
[[noreturn]] void throw_body_broken(std::string cause);
/// The body fell silent: UpstreamTimeout, "read_response_body_failed".
[[noreturn]] void throw_body_timed_out();
/// The caller stopped it: ClientGone.
[[noreturn]] void throw_client_gone();

/// "ended", "broken", ... for causes.
std::string_view io_status_text(IoStatus status);

}    // namespace opusclaw::net
