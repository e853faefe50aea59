// net/client_shared.h: what the clients of all loops share (net/client.h's ClientShared): TLS contexts and session tickets, the
// cache of names, the limits of the pools. Thread-safe. Only for the client and its tests.
#pragma once

#include <atomic>

#include "net/client.h"
#include "net/client_resolver.h"
#include "net/tls.h"

namespace opusclaw::net {

class ClientShared {
public:
    /// `workers` and `clock` outlive it. Tests give a resolver and a clock of their own.
    ClientShared(ClientOptions options, ThreadPool& workers, ResolveFunction resolve = resolve_by_system,
                 const Clock& clock = system_clock())
        : options_(std::move(options)),
          tls_(options_.ca_file),
          resolver_(workers, std::move(resolve), options_.dns_time, clock) {}

    const ClientOptions& options() const { return options_; }
    TlsClient& tls() { return tls_; }
    Resolver& resolver() { return resolver_; }

    void client_started() { clients_.fetch_add(1, std::memory_order_relaxed); }
    void client_ended() { clients_.fetch_sub(1, std::memory_order_relaxed); }
    /// A loop's share of a limit of the process, at least one; 0 stays 0.
    std::size_t share_of(std::size_t limit) const {
        const std::size_t clients = std::max<std::size_t>(clients_.load(std::memory_order_relaxed), 1);
        return (limit + clients - 1) / clients;
    }

private:
    ClientOptions options_;
    TlsClient tls_;
    Resolver resolver_;
    std::atomic<std::size_t> clients_{0};
};

}    // namespace opusclaw::net
