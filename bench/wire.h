// Sockets, the clock and HTTP/1.1 framing (RFC 9112) for the load generator and the simulated upstream: just enough to
// talk to a proxy under test. It trusts its peers; the gateway's own HTTP is in src/net and shares nothing with this.
#pragma once

#include <sys/epoll.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace opusclaw::bench {

/// Nanoseconds of CLOCK_MONOTONIC: comparable between the processes of one machine.
std::int64_t monotonic_ns();

/// Owns a file descriptor.
class Fd {
public:
    Fd() = default;
    explicit Fd(int number) : number_(number) {}
    Fd(Fd&& other) noexcept : number_(other.release()) {}
    Fd& operator=(Fd&& other) noexcept;
    ~Fd();

    int get() const { return number_; }
    int release();

private:
    int number_ = -1;
};

/// A non-blocking listening socket on 127.0.0.1. Throws std::system_error.
Fd listen_on(std::uint16_t port);
/// A non-blocking socket that is connecting to 127.0.0.1. Throws std::system_error.
Fd connect_to(std::uint16_t port);
/// Small writes leave at once.
void set_no_delay(int socket);
/// As many descriptors as the hard limit allows.
void raise_descriptor_limit();
/// Timers of this thread fire when due; the kernel's default lets them slip by 50 µs.
void use_exact_timers();

/// An epoll instance, edge triggered: a handler must read and write until the socket would block.
class Poller {
public:
    Poller();
    /// Events of `socket` come with `token` in data.u64. Throws std::system_error.
    void add(int socket, std::uint64_t token);
    /// Waits for events at most until `deadline` (ns, monotonic); a negative deadline waits without end.
    /// Soon after an event it looks without sleeping: waking a core that sleeps costs the sender, several microseconds on a
    /// virtual machine, and the slower of two proxies would pay it more often.
    std::span<epoll_event> wait(std::int64_t deadline);

private:
    std::span<epoll_event> look(std::int64_t deadline);
    Fd epoll_;
    epoll_event events_[256];
    std::int64_t last_event_ = 0;
};

/// What a message's head says about the message.
struct Head {
    std::size_t size = 0;       // bytes of the head, the empty line included
    int status = 0;             // of a response; 0 for a request
    std::string_view target;    // of a request, a view into its bytes
    bool chunked = false;
    std::uint64_t length = 0;    // Content-Length, 0 when there is none
};

/// The head at the start of `bytes`; nothing when its end is not there yet.
std::optional<Head> parse_head(std::string_view bytes);

/// Takes a body apart as it arrives: by its length or in chunks.
class BodyReader {
public:
    struct Piece {
        std::size_t consumed;        // bytes of the input that are dealt with
        std::string_view payload;    // part of the input; may be empty
    };

    BodyReader() = default;
    explicit BodyReader(const Head& head);

    /// The next piece of `bytes`, which is not empty. Throws std::runtime_error on a chunk size that is none.
    Piece next(std::string_view bytes);
    bool done() const { return state_ == State::Done; }

private:
    enum class State { Payload, ChunkSize, ChunkData, ChunkEnd, Trailer, Done };

    Piece take_payload(std::string_view bytes, State after);
    void end_size_line();

    State state_ = State::Done;
    std::uint64_t left_ = 0;
    bool size_read_ = false;          // the digits are over: an extension or the line end follows
    std::size_t trailer_line_ = 0;    // length of the trailer line being read
};

}    // namespace opusclaw::bench
