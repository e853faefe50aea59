// net/client_race.h: connecting to one of several addresses (RFC 8305, happy eyeballs): the next one starts when the last one
// failed or has been silent for 250 ms, the first connected wins. Only for the client.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/descriptor.h"
#include "base/ip.h"
#include "net/client_attempt.h"
#include "net/wake_up.h"

namespace opusclaw::net {

struct RaceResult {
    std::optional<Descriptor> socket;    // none: `why` says what happened last
    std::vector<IpAddress> failed;       // refused, unreachable, or overtaken by a later one
    std::string why;
};

/// Shared by its pending connects, which may end after it was decided. Belongs to one loop.
class Race final : public Stoppable, private TimerEntry, public std::enable_shared_from_this<Race> {
public:
    Race(Loop& loop, std::vector<IpAddress> addresses, std::uint16_t port);
    /// Once. Ends without a socket when stopped; the caller asks its attempt why.
    Task<RaceResult> run(Attempt& attempt);
    void stop() noexcept override;

private:
    void expired() override { start_next(); }
    void start_next();
    bool start(std::size_t index);
    void ended(std::size_t index, const boost::system::error_code& problem);
    void close_all() noexcept;

    Loop& loop_;
    std::vector<IpAddress> addresses_;
    std::uint16_t port_;
    using Socket =
        boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;
    std::vector<std::unique_ptr<Socket>> sockets_;    // by index into addresses_; started ones
    std::size_t pending_ = 0;
    bool decided_ = false;
    WakeUp wake_;
    RaceResult result_;
};

}    // namespace opusclaw::net
