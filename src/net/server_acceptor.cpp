// net/server_acceptor.cpp: accepting connections, also when descriptors run out: then clients are closed at once instead of
// waiting in a queue that nobody serves, and the loop does not spin.
#include "net/server_acceptor.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/log.h"

namespace opusclaw::net {

namespace {

constexpr int kAcceptsAtOnce = 64;    // then other work of the loop has its turn
constexpr std::chrono::milliseconds kBackoff{100};

IpAddress address_of(const sockaddr_storage& from) {
    if (from.ss_family == AF_INET6) {
        sockaddr_in6 address{};
        std::memcpy(&address, &from, sizeof(address));
        std::array<std::uint8_t, 16> bytes{};
        std::memcpy(bytes.data(), &address.sin6_addr, bytes.size());
        return IpAddress::v6(bytes);
    }
    sockaddr_in address{};
    std::memcpy(&address, &from, sizeof(address));
    std::array<std::uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), &address.sin_addr, bytes.size());
    return IpAddress::v4(bytes);
}

int accept_one(int socket, sockaddr_storage& from) {
    socklen_t size = sizeof(from);
    return ::accept4(socket, reinterpret_cast<sockaddr*>(&from), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

Descriptor open_reserve() { return Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

bool out_of_resources(int error) {
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}    // namespace

ServerAcceptor::ServerAcceptor(Loop& loop, std::vector<Descriptor> sockets,
                               std::function<void(Accepted)> take)
    : loop_(loop), take_(std::move(take)), tasks_(loop), reserve_(open_reserve()) {
    for (Descriptor& socket : sockets) {
        acceptors_.emplace_back(loop.context()).assign(boost::asio::ip::tcp::v6(), socket.release());
    }
}

void ServerAcceptor::start() {
    for (Acceptor& acceptor : acceptors_) tasks_.start(accept_from(acceptor));
}

void ServerAcceptor::stop() {
    stopping_ = true;
    boost::system::error_code ignored;
    for (Acceptor& acceptor : acceptors_) {
        while (accept_ready(acceptor.native_handle()) == Outcome::More) continue;
        acceptor.close(ignored);
    }
}

Task<> ServerAcceptor::accept_from(Acceptor& acceptor) {
    constexpr boost::asio::as_tuple_t<boost::asio::use_awaitable_t<boost::asio::io_context::executor_type>>
        token;
    while (!stopping_) {
        const auto [error] = co_await acceptor.async_wait(Acceptor::wait_read, token);
        if (stopping_ || error) co_return;
        if (accept_ready(acceptor.native_handle()) == Outcome::Exhausted) co_await loop_.sleep(kBackoff);
    }
}

ServerAcceptor::Outcome ServerAcceptor::accept_ready(int socket) {
    for (int i = 0; i < kAcceptsAtOnce; ++i) {
        sockaddr_storage from{};
        Descriptor accepted(accept_one(socket, from));
        if (accepted.open()) {
            exhausted_ = false;
            take_({std::move(accepted), address_of(from)});
            continue;
        }
        if (out_of_resources(errno)) {
            if (!std::exchange(exhausted_, true))
                log::error("cannot accept connections: {}", std::strerror(errno));
            for (int refused = 0; refused < kAcceptsAtOnce && take_or_refuse(socket);) ++refused;
            return Outcome::Exhausted;
        }
        // Others are the misfortune of one connection (accept(2) passes on pending network errors).
        if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINVAL || errno == EBADF) {
            return Outcome::Waiting;
        }
    }
    return Outcome::More;
}

bool ServerAcceptor::take_or_refuse(int socket) {
    reserve_.close();
    sockaddr_storage from{};
    Descriptor accepted(accept_one(socket, from));
    const bool was_there = accepted.open();
    // Only while the reserve cannot be opened beside the connection are the descriptors really used up.
    reserve_ = open_reserve();
    if (was_there && reserve_.open()) {
        exhausted_ = false;
        take_({std::move(accepted), address_of(from)});
        return true;
    }
    accepted.close();
    if (!reserve_.open()) reserve_ = open_reserve();
    return was_there;
}

}    // namespace opusclaw::net
