// api/uptime_cache.h: what the configured status pages say, fetched at most every 30 seconds, so that a call of nobody in particular
// cannot be multiplied (spec 02 section 23).
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

#include "base/time.h"
#include "net/task.h"

namespace opusclaw::net {
class Client;
}

namespace opusclaw::api {

/// What fetching needs. References outlive the call; the client is of the calling loop.
struct UptimeParts {
    net::Client& client;
    bool skip_certificate_check = false;    // TLS_INSECURE_SKIP_VERIFY
    const Clock& clock;
};

/// Thread-safe.
class UptimeCache {
public:
    static constexpr std::chrono::seconds kBelieved{30};
    /// `option`: the configured groups as JSON text. Gives the array of the answer: of pages that do not answer, no monitors.
    Task<std::string> current(std::string option, UptimeParts parts);

private:
    enum class Turn { Known, Wait, Fetch };
    /// Fills `answer` when it is Known. Old news are given while somebody else fetches new ones.
    Turn take_turn(std::string_view option, SteadyTime now, std::string& answer);

    std::mutex mutex_;    // guards what follows
    std::string option_, answer_;
    SteadyTime at_{};
    bool made_ = false, busy_ = false;
};

}    // namespace opusclaw::api
