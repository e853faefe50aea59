// relay/access_tokens.h: access tokens that providers give for a key, kept until they near their end (DESIGN section 4; spec 07 section
// 9.4). How one is asked for and read stands with the provider; who needs one: relay/protocol_call.h.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "net/client.h"
#include "net/latch.h"
#include "provider/protocol.h"

namespace opusclaw::relay {

/// Shared by all loops.
class AccessTokens {
public:
    struct Exchange {
        std::string id;    // of channel and key
        std::shared_ptr<const net::Target> target;
        std::string path;    // of the grant's URL
        std::string form;
        provider::AccessToken (*read)(std::string_view answer, int status);
    };
    /// What is kept under `id` and not near its end.
    std::optional<std::string> find(std::string_view id, SteadyTime now);
    /// The same, or what the exchange gives: one at a time for each id, others wait for it and fail with it. The exchange goes on
    /// when the client leaves that it was begun for. Throws what `read` throws, or Error "do_request_failed".
    Task<std::string> get(net::Client& client, const Exchange& exchange, const Clock& clock);
    /// That token was refused: the next call gets another one. One that came after it stays.
    void drop(std::string_view id, std::string_view token);

private:
    struct Flight {
        net::Latch done;
        std::optional<Error> failed;    // written before `done` is set
        std::string token;
    };
    struct Kept {
        std::string token;
        SteadyTime until{};
        std::shared_ptr<Flight> flight;    // under way
    };
    void land(const std::string& id, const std::shared_ptr<Flight>& flight, SteadyTime until);
    void forget_old(SteadyTime now);

    std::mutex mutex_;
    std::map<std::string, Kept, std::less<>> kept_;
};

}    // namespace opusclaw::relay
