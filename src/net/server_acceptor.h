// net/server_acceptor.h: listening sockets, bound here or inherited from systemd, and the loop that accepts (DESIGN section 5).
// Who gets a connection is decided by server.cpp. Only for net/server*.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "base/descriptor.h"
#include "base/ip.h"
#include "net/loop.h"

namespace opusclaw::net {

/// The sockets of LISTEN_FDS when they are for this process, else one bound to `address` and `port`. Throws
/// std::runtime_error.
std::vector<Descriptor> listening_sockets(const std::string& address, std::uint16_t port);
/// The port a socket is bound to, in host order; 0 if it has none.
std::uint16_t port_of(int socket);

/// Accepts on one loop until stopped. `take` gets each connection, on that loop.
class ServerAcceptor {
public:
    struct Accepted {
        Descriptor socket;    // non-blocking
        IpAddress peer;
    };
    ServerAcceptor(Loop& loop, std::vector<Descriptor> sockets, std::function<void(Accepted)> take);

    /// On the loop.
    void start();
    /// On the loop: takes what has connected already, then closes. The listening ends when tasks() has ended.
    void stop();
    TaskGroup& tasks() { return tasks_; }

private:
    using Acceptor =
        boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;
    enum class Outcome { Waiting, More, Exhausted };
    Task<> accept_from(Acceptor& acceptor);
    /// Accepts until nobody waits, or it has been enough for once (More), or no descriptor is left.
    Outcome accept_ready(int socket);
    /// When no descriptor is left: gives up the reserve for a moment to close who waits, or to take him if there are some again.
    /// False: nobody waits.
    bool take_or_refuse(int socket);

    Loop& loop_;
    std::function<void(Accepted)> take_;
    std::list<Acceptor> acceptors_;
    TaskGroup tasks_;
    Descriptor reserve_;    // given up for a moment to tell a client that no descriptor is left
    bool stopping_ = false;
    bool exhausted_ = false;
};

}    // namespace opusclaw::net
