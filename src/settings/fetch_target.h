// settings/fetch_target.h: where a fetch for somebody else connects to (spec 01 section 17): the rules of settings/fetch_rules.h, asked
// about a URL and about every address of its name; what was checked is what is connected to. The request itself is the caller's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/url.h"
#include "net/client.h"
#include "net/thread_pool.h"
#include "settings/fetch_rules.h"

namespace opusclaw::settings {

struct FetchTarget {
    Url url;
    net::Target::Parts parts;    // without proxy; `address` is set where the addresses count
    std::string why;             // it must not be fetched, or has no address; empty: it may
    bool refused = false;        // by the rules; else the look-up of the name failed
};

/// Names are looked up on a worker. Throws Error(Unavailable) when they are too busy.
Task<FetchTarget> fetch_target(const FetchRules& rules, std::string_view url, net::ThreadPool& workers);

}    // namespace opusclaw::settings
