// net/client_request.h: a request as it goes out: checked, its head built into reused memory, its body as pieces. No I/O. Only
// for the client.
#pragma once

#include <cstddef>

#include "net/client.h"
#include "net/client_buffer.h"

namespace opusclaw::net {

/// Throws Error(InvalidRequest, "bad_request_line") when the method is no token or the path could break out of its line.
void check_request(const OutgoingRequest& request);
/// Fills `room` with the head and the pieces of the body, which stay the caller's; gives the bytes of all together.
std::size_t gather_request(const Target& target, const OutgoingRequest& request, SendRoom& room);

}    // namespace opusclaw::net
