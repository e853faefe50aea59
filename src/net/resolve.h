// net/resolve.h: the addresses of a name, for whoever has to look at them before anything connects (spec 01 section 17.2).
#pragma once

#include <string>
#include <vector>

#include "base/ip.h"
#include "net/task.h"
#include "net/thread_pool.h"

namespace opusclaw::net {

struct NameAnswer {
    std::vector<IpAddress> addresses;    // in the order to try them; empty: none
    std::string why;                     // when there is none
};
/// Asked on a worker. Throws Error(Unavailable) when they are too busy.
Task<NameAnswer> addresses_of(ThreadPool& workers, std::string name);

}    // namespace opusclaw::net
