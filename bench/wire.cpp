// Sockets and HTTP/1.1 framing of the bench: see wire.h. Nothing here allocates while a measurement runs.
#include "wire.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <ctime>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace opusclaw::bench {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool starts_with_name(std::string_view line, std::string_view lower_name) {
    if (line.size() < lower_name.size()) return false;
    return std::equal(lower_name.begin(), lower_name.end(), line.begin(),
                      [](char expected, char given) { return expected == lower(given); });
}

std::uint64_t number_in(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

}    // namespace

std::int64_t monotonic_ns() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * kSecond + now.tv_nsec;
}

Fd& Fd::operator=(Fd&& other) noexcept {
    if (this != &other) {
        if (number_ >= 0) close(number_);
        number_ = other.release();
    }
    return *this;
}

Fd::~Fd() {
    if (number_ >= 0) close(number_);
}

int Fd::release() { return std::exchange(number_, -1); }

Fd listen_on(std::uint16_t port) {
    Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (socket.get() < 0) fail("socket");
    const int on = 1;
    setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const sockaddr_in address = loopback(port);
    if (bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("bind");
    if (listen(socket.get(), SOMAXCONN) != 0) fail("listen");
    return socket;
}

Fd connect_to(std::uint16_t port) {
    Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (socket.get() < 0) fail("socket");
    set_no_delay(socket.get());
    const sockaddr_in address = loopback(port);
    const int done = connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    if (done != 0 && errno != EINPROGRESS) fail("connect");
    return socket;
}

void set_no_delay(int socket) {
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

void use_exact_timers() { prctl(PR_SET_TIMERSLACK, 1UL); }

// For so long after an event nobody sleeps.
constexpr std::int64_t kAwake = 1'000'000;

Poller::Poller() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_.get() < 0) fail("epoll_create1");
}

void Poller::add(int socket, std::uint64_t token) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.u64 = token;
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, socket, &event) != 0) fail("epoll_ctl");
}

std::span<epoll_event> Poller::wait(std::int64_t deadline) {
    std::span<epoll_event> events = look(0);
    for (std::int64_t now = monotonic_ns(); events.empty(); now = monotonic_ns()) {
        if (now - last_event_ >= kAwake || (deadline >= 0 && now >= deadline)) break;
        sched_yield();    // upstream and load share a core
        events = look(now);
    }
    if (events.empty()) events = look(deadline);
    if (!events.empty()) last_event_ = monotonic_ns();
    return events;
}

std::span<epoll_event> Poller::look(std::int64_t deadline) {
    timespec timeout{};
    if (deadline >= 0) {
        const std::int64_t left = std::max<std::int64_t>(0, deadline - monotonic_ns());
        timeout.tv_sec = left / kSecond;
        timeout.tv_nsec = left % kSecond;
    }
    const int count = epoll_pwait2(epoll_.get(), events_, static_cast<int>(std::size(events_)),
                                   deadline >= 0 ? &timeout : nullptr, nullptr);
    if (count < 0 && errno != EINTR) fail("epoll_pwait2");
    return {events_, static_cast<std::size_t>(std::max(count, 0))};
}

std::optional<Head> parse_head(std::string_view bytes) {
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) return std::nullopt;
    Head head{.size = end + 4};
    std::string_view rest = bytes.substr(0, end + 2);
    if (rest.starts_with("HTTP/1.1 ")) {
        head.status = static_cast<int>(number_in(rest.substr(9, 3)));
    } else {
        const std::string_view behind_method = rest.substr(std::min(rest.find(' '), rest.size() - 1) + 1);
        head.target = behind_method.substr(0, behind_method.find(' '));
    }
    while (!rest.empty()) {
        const std::size_t line_end = rest.find("\r\n");
        const std::string_view line = rest.substr(0, line_end);
        if (starts_with_name(line, "content-length:")) {
            head.length = number_in(line.substr(15));
        } else if (starts_with_name(line, "transfer-encoding:")) {
            head.chunked = true;
        }
        rest.remove_prefix(line_end + 2);
    }
    return head;
}

BodyReader::BodyReader(const Head& head) : left_(head.length) {
    if (head.chunked) {
        state_ = State::ChunkSize;
        left_ = 0;
    } else {
        state_ = left_ > 0 ? State::Payload : State::Done;
    }
}

BodyReader::Piece BodyReader::take_payload(std::string_view bytes, State after) {
    const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
    left_ -= size;
    if (left_ == 0) state_ = after;
    return {size, bytes.substr(0, size)};
}

void BodyReader::end_size_line() {
    size_read_ = false;
    trailer_line_ = 0;
    state_ = left_ == 0 ? State::Trailer : State::ChunkData;
}

BodyReader::Piece BodyReader::next(std::string_view bytes) {
    const char c = bytes.front();
    switch (state_) {
        case State::Payload: return take_payload(bytes, State::Done);
        case State::ChunkData: return take_payload(bytes, State::ChunkEnd);
        case State::ChunkEnd:
            if (c == '\n') state_ = State::ChunkSize;
            return {1, {}};
        case State::ChunkSize: {
            std::uint64_t digit = 0;
            const bool is_digit = std::from_chars(&c, &c + 1, digit, 16).ec == std::errc{};
            if (c == '\n') {
                end_size_line();
            } else if (is_digit && !size_read_) {
                left_ = left_ * 16 + digit;
            } else if (c == '\r' || c == ';' || c == ' ') {
                size_read_ = true;
            } else if (!size_read_) {
                throw std::runtime_error("not a chunk size");
            }
            return {1, {}};
        }
        case State::Trailer:
            if (c == '\n' && trailer_line_ == 0) state_ = State::Done;
            if (c != '\r') trailer_line_ = c == '\n' ? 0 : trailer_line_ + 1;
            return {1, {}};
        case State::Done: break;
    }
    return {0, {}};
}

}    // namespace opusclaw::bench
