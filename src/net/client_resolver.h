// net/client_resolver.h: names to addresses for the client (DESIGN section 5): getaddrinfo on the worker pool, one look-up at a
// time for a name, answers kept for a while, addresses that refused moved to the end. Only for the client.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/ip.h"
#include "base/time.h"
#include "net/client_attempt.h"
#include "net/thread_pool.h"

namespace opusclaw::net {

using Addresses = std::vector<IpAddress>;
struct Resolved {
    Addresses addresses;    // in the order to try them; empty: none
    std::string why;        // when there is none
};
/// Asks for the addresses of a name; may block. Called on worker threads.
using ResolveFunction = std::function<Resolved(const std::string& name)>;
/// The system's resolver (getaddrinfo), in its order (RFC 6724).
Resolved resolve_by_system(const std::string& name);
/// RFC 8305 section 4: the families in turn, starting with the family of the first address.
Addresses interleave_families(const Addresses& addresses);

/// The names of all loops' clients. Thread-safe.
class Resolver {
public:
    /// `workers` and `clock` outlive it.
    Resolver(ThreadPool& workers, ResolveFunction resolve, std::chrono::seconds keep, const Clock& clock);

    /// The addresses of `host`, never none; a literal address needs no look-up. Throws Error(UpstreamBroken) when there are
    /// none, Error(Unavailable) when the workers' queue is full, and what `attempt` was stopped for.
    Task<Addresses> resolve(Attempt& attempt, std::string host);
    /// A connect to `address` failed: it is tried last from now on.
    void demote(const std::string& host, const IpAddress& address);

private:
    struct Waiter;
    struct Entry;
    class Waiting;
    struct Book;
    std::shared_ptr<Book> book_;    // shared with look-ups that are still running
    ThreadPool& workers_;
};

}    // namespace opusclaw::net
