// net/stream.h: a connected socket, plain or TLS, on its loop. Errors are values here: connections break every day. The TLS
// engine is OpenSSL directly on the non-blocking socket, with buffers given back while idle (DESIGN section 5). Only for net.
#pragma once

#include <sys/uio.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "base/descriptor.h"
#include "net/loop.h"
#include "net/readiness.h"

struct ssl_st;

namespace opusclaw::net {

enum class IoStatus {
    Ok,
    Ended,
    Broken,
    TimedOut,
    Closed
};    // Ended: orderly; Closed: by close() on our side
struct IoResult {
    IoStatus status = IoStatus::Ok;
    std::size_t bytes = 0;    // moved before the status came about
    explicit operator bool() const { return status == IoStatus::Ok; }
};

struct SslDelete {
    void operator()(ssl_st* ssl) const;
};
using Ssl = std::unique_ptr<ssl_st, SslDelete>;

/// One reader and one writer at a time; none may be pending when it is destroyed. Belongs to one loop. Not movable: owners
/// hold it in place or by unique_ptr.
class Stream : private TimerEntry {
public:
    /// Takes a connected, non-blocking socket, and sets TCP_NODELAY. Closed from the beginning when the kernel has no room for it.
    Stream(Loop& loop, Descriptor socket);
    ~Stream() override;    // closes

    /// Starts TLS on the socket; nothing was read or written before. The SSL object comes from net/tls.h with mode and name
    /// set. On Broken, tls_error(ssl()) right after it says why.
    Task<IoResult> handshake(Ssl ssl);
    bool tls() const { return ssl_ != nullptr; }
    ssl_st* ssl() { return ssl_.get(); }
    /// Takes the TLS engine off, to put another one on top of it with the next handshake (TLS within TLS to a proxy).
    Ssl release_ssl() { return std::move(ssl_); }

    /// At least one byte into [into, into+room), or another status. A TLS peer that closes without close_notify is Broken.
    /// A sender that is faster than we are does not keep the loop: now and then everybody else comes first.
    Task<IoResult> read_some(char* into, std::size_t room);
    /// The same without waiting or suspending, where bytes are likely to be there; nullopt: ask read_some().
    std::optional<IoResult> try_read(char* into, std::size_t room);
    /// All bytes of all pieces, gathered; pieces are consumed (changed) on the way. TLS packs small pieces into one record.
    Task<IoResult> write(std::span<iovec> pieces);
    /// The same without suspending. False: `pieces` are what is left for write(), or the error is met again there.
    bool try_write(std::span<iovec>& pieces);
    /// Resumes when there is something to read (or an end or error to find out). Holds no buffer while waiting.
    Task<IoResult> wait_readable();
    /// A pending wait_readable() looks again: idle_state() may have taken the bytes that would have ended it.
    void look_again();
    /// Without waiting: has the other side closed or sent anything while nobody asked? For idle pooled connections.
    enum class IdleState { Quiet, HasBytes, Gone };
    IdleState idle_state();
    /// What the loop knows of that without asking, from looks() on: false, it was quiet at the last of them.
    bool heard_something() const { return readiness_.readable(); }
    /// How often the loop has looked at all of its sockets.
    std::uint32_t looks() const { return readiness_.looks(); }
    /// Calls `tell`, once, when something happens on the socket, whoever reads it; null: nobody.
    void on_news(std::function<void()> tell) { readiness_.on_news(std::move(tell)); }

    /// One deadline at a time for whatever is pending or comes next: when it passes, operations give TimedOut until
    /// another deadline is set, or none. Coarse.
    void deadline(std::chrono::milliseconds after);
    void no_deadline();

    /// Ends pending operations with Closed. Safe at any time on the loop.
    void close() noexcept;
    bool open() const { return !closed_; }
    /// Tells the peer that no more bytes follow (TLS close_notify, FIN); errors do not matter.
    void shutdown_send() noexcept;
    /// The same without TLS's part.
    void shutdown_socket() noexcept;
    /// Closes so that the peer sees a reset: it must not take what it has for the whole.
    void reset() noexcept;
    /// Lets the kernel find out about a peer that went without a word.
    void keep_alive() noexcept;
    int socket() const { return socket_.get(); }
    Loop& loop() { return loop_; }

private:
    void expired() override;
    /// What stops an operation before it begins: closed_ or timed_out_.
    IoStatus barrier() const;
    IoStatus status_of(Wait how) const;
    IoStatus send_plain(std::span<iovec>& pieces, std::size_t& sent);

    enum class TlsStep { Done, WantRead, WantWrite, Ended, Broken };
    TlsStep tls_peek();
    TlsStep tls_step(int result);
    TlsStep tls_write_step(std::span<iovec>& pieces, std::size_t& written);
    using Side = Readiness::Side;
    Task<Wait> ready(TlsStep step, Side side);
    bool found_empty();
    Task<IoResult> tls_read(char* into, std::size_t room);
    Task<IoResult> tls_write(std::span<iovec> pieces);

    Loop& loop_;
    Descriptor socket_;
    Readiness readiness_;
    Ssl ssl_;
    bool timed_out_ = false;
    bool closed_ = false;
    bool filled_room_ = false;    // by the last read of TLS: there is likely more
    bool look_again_ = false;
    unsigned reads_in_a_row_ = 0;    // that found bytes without waiting
};

}    // namespace opusclaw::net
