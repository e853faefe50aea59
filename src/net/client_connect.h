// net/client_connect.h: a fresh connection to a target: name, race of addresses, proxy, TLS, all within the attempt's deadline.
// Only for the client.
#pragma once

#include <memory>

#include "net/client_attempt.h"
#include "net/client_pool.h"
#include "net/client_shared.h"

namespace opusclaw::net {

/// Ready for requests. Throws Error: UpstreamBroken with the cause, UpstreamTimeout, ClientGone, Unavailable (no worker for
/// the name). `shared` and `attempt` outlive the task.
Task<std::unique_ptr<Connection>> open_connection(ClientShared& shared, std::shared_ptr<const Target> target,
                                                  Attempt& attempt);

}    // namespace opusclaw::net
