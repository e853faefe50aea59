// net/http_head_scan.h: what is looked at before the fields when a head is read (RFC 9112 sections 2, 3 and 5):
// its end, its line ends, the request line, authorities. Framing is decided in http_head.cpp. Only for net/http_head*.
#pragma once

#include <cstddef>
#include <string_view>

#include "net/http.h"

namespace opusclaw::net {

/// Requests end their lines with CRLF and may follow one empty line; from providers a bare LF is taken too.
enum class HeadKind { Request, Response };

struct HeadScan {
    enum class State { Incomplete, Complete, Refused };
    State state = State::Incomplete;
    std::size_t start = 0;      // of the first line
    std::size_t end = 0;        // Complete: behind the empty line
    std::size_t stopped = 0;    // Refused: at this byte
    std::string_view why;       // Refused: static text
};
/// Looks for the end of a head and refuses NUL and other control bytes, and CR or LF alone. Goes on at `scanned`.
HeadScan scan_head(std::string_view bytes, HeadKind kind, std::size_t& scanned);

/// Why a head is refused; status 0: it is not.
struct HeadRefusal {
    int status = 0;
    std::string_view why;
    explicit operator bool() const { return status != 0; }
};

/// What a request line holds besides what RequestHead keeps.
struct TargetAuthority {
    std::string_view text;    // of an absolute-form target; empty otherwise
    std::string_view scheme;
};
/// Reads `line` (without its CRLF) into the method, target and version of `head`.
HeadRefusal read_request_line(std::string_view line, RequestHead& head, TargetAuthority& authority);

/// `host` or `host:port` as a Host header may say it: a name or address of plain characters, not empty.
bool valid_authority(std::string_view text);
/// Whether two authorities are the same when letter case and the scheme's own port are ignored.
bool same_authority(std::string_view a, std::string_view b, std::string_view scheme);

/// Reads digits only. False: something else, or more than 64 bits.
bool read_content_length(std::string_view text, std::uint64_t& length);

}    // namespace opusclaw::net
