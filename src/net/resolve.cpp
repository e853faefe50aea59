// net/resolve.cpp: the system's resolver, asked once and without the client's cache.
#include "net/resolve.h"

#include <utility>

#include "net/client_resolver.h"

namespace opusclaw::net {

Task<NameAnswer> addresses_of(ThreadPool& workers, std::string name) {
    Resolved resolved = co_await workers.run([&name] { return resolve_by_system(name); });
    co_return NameAnswer{.addresses = std::move(resolved.addresses), .why = std::move(resolved.why)};
}

}    // namespace opusclaw::net
