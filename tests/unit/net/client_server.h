// tests/unit/net/client_server.h: what tests of the HTTP client share: scripted servers on threads that speak raw bytes over
// blocking sockets, and a client with its workers. A server plays what it is told, right or wrong.
#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "net/client.h"
#include "net/client_shared.h"
#include "on_loop.h"

namespace opusclaw::net {

/// The other side is gone: ends a script.
struct PeerGone {};

/// One accepted connection, blocking.
class RawPeer {
public:
    explicit RawPeer(int fd) : fd_(fd) {
        const int on = 1;
        setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    ~RawPeer() { close(); }
    RawPeer(const RawPeer&) = delete;
    RawPeer& operator=(const RawPeer&) = delete;

    std::string read_exactly(std::size_t size) {
        while (input_.size() < size) fill();
        return std::exchange(input_, input_.substr(size)).substr(0, size);
    }
    /// Through the blank line.
    std::string read_head() {
        std::size_t end = 0;
        while ((end = input_.find("\r\n\r\n")) == std::string::npos) fill();
        return read_exactly(end + 4);
    }
    /// The head, and the body its Content-Length announces.
    std::string read_request() {
        const std::string head = read_head();
        const std::size_t at = head.find("Content-Length: ");
        return head + (at == std::string::npos ? "" : read_exactly(std::stoul(head.substr(at + 16))));
    }
    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t done = ssl_ ? SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                                      : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (done <= 0) throw PeerGone{};
            bytes.remove_prefix(static_cast<std::size_t>(done));
        }
    }
    void close() {
        ssl_.reset();
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }
    /// Cuts the connection with a RST.
    void reset() {
        const linger now{1, 0};
        setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        close();
    }
    /// Until the client closes; what it still sends is dropped.
    void await_end() {
        try {
            for (;;) fill();
        } catch (const PeerGone&) {
            input_.clear();
        }
    }
    /// What there is, at least one byte.
    std::string read_some() {
        if (input_.empty()) fill();
        return std::exchange(input_, {});
    }
    bool has_bytes() const { return !input_.empty() || (ssl_ && SSL_pending(ssl_.get()) > 0); }
    void start_tls(SSL_CTX* context) {
        Ssl ssl(SSL_new(context));
        SSL_set_fd(ssl.get(), fd_);
        if (SSL_accept(ssl.get()) != 1) throw PeerGone{};
        ssl_ = std::move(ssl);
    }
    bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
    int fd() const { return fd_; }

private:
    void fill() {
        char bytes[16 * 1024];
        const ssize_t got = ssl_ ? SSL_read(ssl_.get(), bytes, sizeof bytes)
                                 : recv(fd_, bytes, sizeof bytes, 0);
        if (got <= 0) throw PeerGone{};
        input_.append(bytes, static_cast<std::size_t>(got));
    }
    int fd_;
    Ssl ssl_;
    std::string input_;
};

/// Accepts on loopback; the n-th connection plays the n-th script, all further ones the last.
class RawServer {
public:
    using Script = std::function<void(RawPeer&)>;

    explicit RawServer(std::vector<Script> scripts) : scripts_(std::move(scripts)) {
        listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const generic = reinterpret_cast<sockaddr*>(&address);
        if (bind(listener_, generic, size) != 0 || listen(listener_, 128) != 0)
            throw std::runtime_error("listen");
        getsockname(listener_, generic, &size);
        port_ = ntohs(address.sin_port);
        acceptor_ = std::thread([this] { accept_all(); });
    }
    ~RawServer() {
        shutdown(listener_, SHUT_RDWR);
        acceptor_.join();
        ::close(listener_);
        {
            const std::scoped_lock lock(mutex_);
            for (const int fd : live_) shutdown(fd, SHUT_RDWR);
        }
        for (std::thread& thread : threads_) thread.join();
    }
    RawServer(const RawServer&) = delete;
    RawServer& operator=(const RawServer&) = delete;

    std::uint16_t port() const { return port_; }
    std::size_t connections() const { return connections_.load(); }
    std::shared_ptr<const Target> target() const {
        return Target::make({.tls = false, .host = "127.0.0.1", .port = port_, .proxy = {}});
    }

private:
    void accept_all() {
        for (;;) {
            const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (fd < 0) return;
            const std::size_t number = connections_++;
            const Script& script = scripts_[std::min(number, scripts_.size() - 1)];
            const std::scoped_lock lock(mutex_);
            live_.push_back(fd);
            threads_.emplace_back([this, fd, &script] { play(fd, script); });
        }
    }
    void play(int fd, const Script& script) {
        RawPeer peer(fd);
        try {
            script(peer);
        } catch (const PeerGone&) {
            EXPECT_TRUE(true);    // scripts of tests that cut connections end so
        }
        const std::scoped_lock lock(mutex_);
        std::erase(live_, fd);
        peer.close();
    }

    std::vector<Script> scripts_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<std::size_t> connections_{0};
    std::mutex mutex_;
    std::vector<int> live_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

/// Answers every request on a connection with `answer`.
inline RawServer::Script answers(std::string answer) {
    return [answer = std::move(answer)](RawPeer& peer) {
        for (;;) {
            peer.read_request();
            peer.send(answer);
        }
    };
}
/// Answers one request and closes.
inline RawServer::Script answers_once(std::string answer) {
    return [answer = std::move(answer)](RawPeer& peer) {
        peer.read_request();
        peer.send(answer);
    };
}

inline constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

/// A client with its workers, on a loop.
struct ClientUnderTest {
    explicit ClientUnderTest(Loop& loop, ClientOptions options = {},
                             ResolveFunction resolve = resolve_by_system, const Clock& clock = system_clock())
        : workers({.name = "test", .threads = 2}),
          shared(std::make_shared<ClientShared>(std::move(options), workers, std::move(resolve), clock)),
          client(loop, shared) {}
    ThreadPool workers;
    std::shared_ptr<ClientShared> shared;
    Client client;
};

inline Task<Call> get(Client& client, std::shared_ptr<const Target> target, Timeouts timeouts = {},
                      Cancel* cancel = nullptr) {
    const OutgoingRequest request{.method = "GET", .path = "/"};
    co_return co_await client.send(std::move(target), request, timeouts, cancel);
}

inline Task<Call> post(Client& client, std::shared_ptr<const Target> target, std::string_view body,
                       Timeouts timeouts = {}) {
    const std::string_view pieces[] = {body};
    const OutgoingRequest request{.method = "POST", .path = "/", .body = pieces};
    co_return co_await client.send(std::move(target), request, timeouts);
}

/// The rest of the body, piece by piece.
inline Task<std::string> drain(Call& call) {
    std::string out;
    for (;;) {
        const std::string_view bytes = co_await call.read();
        if (bytes.empty()) co_return out;
        out += bytes;
    }
}

inline Task<std::string> read_whole(Call& call, std::size_t limit = 1 << 20) {
    PaddedBuffer body;
    co_await call.read_all(body, limit);
    co_return std::string(body.view());
}

/// The Error a task ends with, if it does.
template <class T>
Task<std::optional<Error>> error_of(Task<T> task) {
    try {
        co_await std::move(task);
    } catch (const Error& error) {
        co_return error;
    }
    co_return std::nullopt;
}

}    // namespace opusclaw::net
