// net/server_listen.cpp: the listening sockets: dual stack where the machine has IPv6, IPv4 otherwise; or those that systemd
// opened for us (sd_listen_fds(3)).
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "base/environment.h"
#include "base/text.h"
#include "net/server_acceptor.h"

namespace opusclaw::net {

namespace {

constexpr int kBacklog = 4096;    // the kernel lowers it to net.core.somaxconn
constexpr int kFirstInherited = 3;
constexpr std::int64_t kMostInherited = 64;

[[noreturn]] void fail(const std::string& what, int error) {
    throw std::runtime_error(what + ": " + std::strerror(error));
}

void set_flag(int socket, int level, int option, int value) {
    ::setsockopt(socket, level, option, &value, sizeof(value));
}

int flag_of(int socket, int option) {
    int value = 0;
    socklen_t size = sizeof(value);
    return ::getsockopt(socket, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

struct SocketName {
    sockaddr_storage text{};
    socklen_t size = 0;
};

SocketName name_of(const IpAddress& address, int family, std::uint16_t port) {
    SocketName name;
    if (family == AF_INET6) {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        std::memcpy(&v6.sin6_addr, address.bytes().data(), sizeof(v6.sin6_addr));
        std::memcpy(&name.text, &v6, name.size = sizeof(v6));
    } else {
        constexpr std::size_t kMappedPrefix = 12;
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        std::memcpy(&v4.sin_addr, address.bytes().data() + kMappedPrefix, sizeof(v4.sin_addr));
        std::memcpy(&name.text, &v4, name.size = sizeof(v4));
    }
    return name;
}

/// A listening socket, or a closed one and errno.
Descriptor try_bind(const IpAddress& address, int family, std::uint16_t port) {
    Descriptor socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket.open()) return socket;
    set_flag(socket.get(), SOL_SOCKET, SO_REUSEADDR, 1);
    if (family == AF_INET6) set_flag(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
    const SocketName name = name_of(address, family, port);
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&name.text), name.size) == 0 &&
        ::listen(socket.get(), kBacklog) == 0) {
        return socket;
    }
    const int error = errno;
    socket.close();
    errno = error;
    return socket;
}

Descriptor bind_to(const std::string& address, std::uint16_t port) {
    const std::optional<IpAddress> parsed = IpAddress::parse(address);
    const std::string place = "cannot listen on " + address + " port " + std::to_string(port);
    if (!parsed) throw std::runtime_error(place + ": not an IP address");
    Descriptor socket = try_bind(*parsed, parsed->is_v4() ? AF_INET : AF_INET6, port);
    const bool no_v6 = !socket.open() && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL);
    if (no_v6 && *parsed == IpAddress()) socket = try_bind(IpAddress::v4({0, 0, 0, 0}), AF_INET, port);
    if (!socket.open()) fail(place, errno);
    return socket;
}

/// How many sockets were inherited; 0: none for this process.
std::int64_t inherited_count() {
    const Environment environment = Environment::of_process();
    const std::optional<std::int64_t> process = text::parse_int(environment.text("LISTEN_PID", ""));
    if (!process || *process != ::getpid()) return 0;
    const std::optional<std::int64_t> count = text::parse_int(environment.text("LISTEN_FDS", ""));
    return count && *count > 0 && *count <= kMostInherited ? *count : 0;
}

Descriptor inherit(int number) {
    const int domain = flag_of(number, SO_DOMAIN);
    if (flag_of(number, SO_ACCEPTCONN) != 1 || flag_of(number, SO_TYPE) != SOCK_STREAM ||
        (domain != AF_INET && domain != AF_INET6)) {
        throw std::runtime_error("LISTEN_FDS: descriptor " + std::to_string(number) +
                                 " is no listening TCP socket");
    }
    ::fcntl(number, F_SETFD, FD_CLOEXEC);
    ::fcntl(number, F_SETFL, ::fcntl(number, F_GETFL) | O_NONBLOCK);
    return Descriptor(number);
}

}    // namespace

std::vector<Descriptor> listening_sockets(const std::string& address, std::uint16_t port) {
    std::vector<Descriptor> sockets;
    const std::int64_t inherited = inherited_count();
    for (std::int64_t i = 0; i < inherited; ++i)
        sockets.push_back(inherit(kFirstInherited + static_cast<int>(i)));
    if (sockets.empty()) sockets.push_back(bind_to(address, port));
    return sockets;
}

std::uint16_t port_of(int socket) {
    sockaddr_storage name{};
    socklen_t size = sizeof(name);
    if (::getsockname(socket, reinterpret_cast<sockaddr*>(&name), &size) != 0) return 0;
    sockaddr_in6 v6{};
    std::memcpy(&v6, &name, sizeof(v6));    // the port lies at the same place in both families
    return ntohs(v6.sin6_port);
}

}    // namespace opusclaw::net
