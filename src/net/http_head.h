// net/http_head.h: reading heads, strictly (RFC 9112): smuggling needs only one lenient reader. No I/O. Only for net.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "net/http.h"

namespace opusclaw::net {

struct HeadLimits {
    std::size_t bytes = 64 * 1024;
    std::size_t fields = 200;
};

enum class HeadState { Incomplete, Complete, Refused };
struct HeadResult {
    HeadState state = HeadState::Incomplete;
    std::size_t consumed = 0;    // Complete: bytes of the head, blank line included
    int status = 400;    // Refused: 400, 405 (CONNECT, TRACE), 414, 431, 501 (unknown transfer coding), 505
    std::string_view why;    // Refused: static text
};

/// Reads a head from the start of `bytes`, which must stay where it is while `head` is used. `scanned` lets a caller that
/// gets the head in pieces continue the search for its end (0 at first, updated here).
HeadResult read_request_head(std::string_view bytes, const HeadLimits& limits, std::size_t& scanned,
                             RequestHead& head);
/// `to_head_request`: the answer to a HEAD request has no body whatever its headers say.
enum class RequestMethodWas { Head, Other };
HeadResult read_response_head(std::string_view bytes, const HeadLimits& limits, std::size_t& scanned,
                              RequestMethodWas method, ResponseHead& head);

}    // namespace opusclaw::net
