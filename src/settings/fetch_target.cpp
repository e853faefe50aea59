// settings/fetch_target.cpp: the checks of spec 01 section 17.2, those of addresses included.
#include "settings/fetch_target.h"

#include <fmt/format.h>

#include <utility>

#include "net/resolve.h"

namespace opusclaw::settings {

Task<FetchTarget> fetch_target(const FetchRules& rules, std::string_view url, net::ThreadPool& workers) {
    constexpr std::size_t kShown = 200;
    FetchTarget target;
    target.refused = true;
    const auto parsed = parse_url(url);
    if (auto why = refused_url(rules, url)) {
        target.why = std::move(*why);
        co_return target;
    }
    if (!parsed || (parsed->scheme != "http" && parsed->scheme != "https")) {    // without rules, too
        target.why = "invalid URL format: " + std::string(url.substr(0, kShown));
        co_return target;
    }
    target.refused = false;
    target.url = *parsed;
    target.parts.tls = parsed->scheme == "https";
    target.parts.host = parsed->host;
    target.parts.port = parsed->port;
    if (!addresses_count(rules, parsed->host)) co_return target;
    const net::NameAnswer found = co_await net::addresses_of(workers, parsed->host);
    if (found.addresses.empty())
        target.why = fmt::format("DNS resolution failed for {}: {}", parsed->host, found.why);
    for (const IpAddress& address : found.addresses) {
        auto why = refused_address(rules, address, parsed->host);
        if (!why) continue;
        target.why = std::move(*why);
        target.refused = true;
        co_return target;
    }
    if (target.why.empty()) target.parts.address = found.addresses.front().to_string();
    co_return target;
}

}    // namespace opusclaw::settings
