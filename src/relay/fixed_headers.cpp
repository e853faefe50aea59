// relay/fixed_headers.cpp: see the header. What only some answers carry is added by whoever makes them.
#include "relay/fixed_headers.h"

namespace opusclaw::relay {

net::HeaderLines fixed_headers(const net::RequestHead& request, std::string_view request_id,
                               std::string_view version) {
    net::HeaderLines headers;
    headers.add("X-Oneapi-Request-Id", request_id).add("X-New-Api-Version", version);
    const auto origin = request.headers.find("Origin");
    if (origin && !origin->empty()) {
        const std::string_view host = request.headers.find("Host").value_or("");
        const bool same = (origin->starts_with("http://") && origin->substr(7) == host) ||
                          (origin->starts_with("https://") && origin->substr(8) == host);
        if (!same) headers.add("Access-Control-Allow-Origin", "*");
    }
    return headers;
}

}    // namespace opusclaw::relay
