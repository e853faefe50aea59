// relay/fixed_headers.h: the headers that every answer of the program carries (spec 04 sections 3.1, 3.2): request id, version, CORS.
#pragma once

#include <string_view>

#include "net/http.h"

namespace opusclaw::relay {

/// `Access-Control-Allow-Origin: *` when a browser of another origin asks; no credentials: keys travel in headers.
net::HeaderLines fixed_headers(const net::RequestHead& request, std::string_view request_id,
                               std::string_view version);

}    // namespace opusclaw::relay
