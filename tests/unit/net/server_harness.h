// tests/unit/net/server_harness.h: a server on loops of its own with a handler of the test, and a client that writes raw bytes
// to it. The client blocks, with a patience after which its test fails.
#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "base/error.h"
#include "net/server.h"

namespace opusclaw::net {

inline constexpr int kPatienceSeconds = 30;

/// Answers with what it got: method, target and body.
inline Task<> echo(Exchange& exchange) {
    const RequestHead& head = exchange.request();
    const PaddedBuffer* body = co_await exchange.body({.limit = 1 << 20});
    HeaderLines lines;
    lines.add("Content-Type", "text/plain");
    const std::string text = std::string(head.method) + " " + std::string(head.target) + " ";
    const std::string_view pieces[] = {text, body->view()};
    co_await exchange.respond(200, lines, std::span<const std::string_view>(pieces));
}

/// `echo` that turns errors into answers, as handlers do.
inline Task<> careful_echo(Exchange& exchange) {
    int status = 0;
    std::string code;
    try {
        co_await echo(exchange);
    } catch (const Error& error) {
        if (error.kind == ErrorKind::ClientGone) throw;
        status = error.status;
        code = error.code;
    }
    if (status != 0) co_await exchange.respond(status, HeaderLines(), code);
}

/// A running server. Everything it started has ended when it is gone.
class TestServer {
public:
    explicit TestServer(Handler handler, ServerOptions options = {}, unsigned loop_count = 1)
        : loops_(loop_count),
          server_(loops_, prepared(std::move(options)),
                  [handler = std::move(handler)](Loop&) { return handler; }) {
        loops_.start();
        server_.start();
    }
    ~TestServer() {
        server_.drain(std::chrono::milliseconds(0));
        for (std::size_t i = 0; i < loops_.size(); ++i) EXPECT_EQ(loops_[i].broken_invariants(), 0U);
        loops_.stop();
    }
    TestServer(const TestServer&) = delete;
    TestServer& operator=(const TestServer&) = delete;

    Server& operator*() { return server_; }
    Server* operator->() { return &server_; }
    Loop& loop(std::size_t index) { return loops_[index]; }

private:
    static ServerOptions prepared(ServerOptions options) {
        options.port = 0;
        options.refusal_body = [](const Refusal& refusal) {
            return R"({"error":")" + refusal.code + ": " + refusal.message + "\"}";
        };
        return options;
    }
    Loops loops_;
    Server server_;
};

struct RawAnswer {
    int status = 0;      // 0: none came
    std::string head;    // with the status line and the empty line
    std::string body;    // chunk framing included
};

/// A blocking client on IPv4 loopback.
class RawClient {
public:
    explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const timeval patience{kPatienceSeconds, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
        ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0)
            << std::strerror(errno);
    }
    ~RawClient() { close(); }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    /// False: the server has closed.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    /// The next answer of a request that was no HEAD: its body by its length, up to the last chunk, or to the end.
    RawAnswer answer() {
        RawAnswer answer;
        while (buffer_.find("\r\n\r\n") == std::string::npos && receive()) {}
        const std::size_t end = buffer_.find("\r\n\r\n");
        if (end == std::string::npos) return answer;
        answer.head = take(end + 4);
        answer.status = std::stoi(answer.head.substr(9, 3));
        const std::size_t length = answer.head.find("Content-Length: ");
        if (length != std::string::npos) {
            const std::size_t size = std::stoul(answer.head.substr(length + 16));
            while (buffer_.size() < size && receive()) {}
            answer.body = take(size);
        } else if (answer.head.find("chunked") != std::string::npos) {
            while (buffer_.find("0\r\n\r\n") == std::string::npos && receive()) {}
            answer.body = take(buffer_.find("0\r\n\r\n") + 5);
        }
        return answer;
    }
    /// What is left, up to the server's close.
    std::string rest() {
        while (receive()) {}
        return take(buffer_.size());
    }
    /// Exactly so many bytes, fewer when the server closes.
    std::string bytes(std::size_t size) {
        while (buffer_.size() < size && receive()) {}
        return take(size);
    }
    /// The server has ended the connection in an orderly way and nothing was left to read.
    bool ended() { return rest().empty() && !reset_; }
    bool was_reset() const { return reset_; }
    void half_close() { ::shutdown(socket_, SHUT_WR); }
    void close() {
        if (socket_ >= 0) ::close(std::exchange(socket_, -1));
    }
    /// Ends with RST.
    void abort() {
        const linger now{1, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
        close();
    }
    int socket() const { return socket_; }

private:
    bool receive() {
        std::array<char, 4096> part;
        const ssize_t got = ::recv(socket_, part.data(), part.size(), 0);
        if (got > 0) buffer_.append(part.data(), static_cast<std::size_t>(got));
        if (got < 0) {
            EXPECT_NE(errno, EAGAIN) << "the server says nothing";
            reset_ = true;
        }
        return got > 0;
    }
    std::string take(std::size_t size) {
        std::string taken = buffer_.substr(0, size);
        buffer_.erase(0, size);
        return taken;
    }
    int socket_;
    std::string buffer_;
    bool reset_ = false;
};

inline std::string get(std::string_view path, std::string_view fields = {}) {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n";
}
inline std::string post(std::string_view body, std::string_view fields = {}) {
    return "POST /p HTTP/1.1\r\nHost: a\r\n" + std::string(fields) +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

/// Gives the processor away until `condition` holds; false after the patience.
template <class Condition>
bool becomes_true(Condition condition) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(kPatienceSeconds);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) return false;
        std::this_thread::yield();
    }
    return true;
}

}    // namespace opusclaw::net
