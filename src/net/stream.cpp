// net/stream.cpp: reading, writing and waiting on one socket; the plain side. System calls are made where they are likely to
// succeed, and cost no coroutine switch then; readiness.h waits otherwise. The TLS side is in stream_tls.cpp.
#include "net/stream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <openssl/ssl.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "net/io_pieces.h"

namespace opusclaw::net {
namespace {

constexpr std::size_t kMaxPieces = 64;    // of one sendmsg(); far below IOV_MAX
constexpr unsigned kReadsInARow = 16;     // then the others of this loop come first

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

ssize_t receive(int fd, char* into, std::size_t room, int flags) {
    ssize_t got = 0;
    do got = ::recv(fd, into, room, flags | MSG_DONTWAIT);
    while (got < 0 && errno == EINTR);
    return got;
}

void switch_on(int socket, int level, int option) {
    const int on = 1;
    ::setsockopt(socket, level, option, &on, sizeof(on));
}

}    // namespace

Stream::Stream(Loop& loop, Descriptor socket)
    : loop_(loop), socket_(std::move(socket)), readiness_(loop.poller(), socket_.get()) {
    if (readiness_.entered())
        switch_on(socket_.get(), IPPROTO_TCP, TCP_NODELAY);
    else
        close();
}

Stream::~Stream() { close(); }

IoStatus Stream::barrier() const {
    if (closed_) return IoStatus::Closed;
    return timed_out_ ? IoStatus::TimedOut : IoStatus::Ok;
}

IoStatus Stream::status_of(Wait how) const {
    // A deadline may pass between the news and the one who waited for it.
    const IoStatus stop = barrier();
    return stop == IoStatus::Ok && how == Wait::Stopped ? IoStatus::TimedOut : stop;
}

Task<IoResult> Stream::read_some(char* into, std::size_t room) {
    if (ssl_) co_return co_await tls_read(into, room);
    for (;;) {
        if (const auto got = try_read(into, room)) co_return *got;
        if (readiness_.readable()) {
            reads_in_a_row_ = 0;
            co_await loop_.yield();
            continue;
        }
        const Wait how = co_await readiness_.until_readable(Side::Reader);
        reads_in_a_row_ = 0;
        if (const IoStatus status = status_of(how); status != IoStatus::Ok) co_return IoResult{status, 0};
    }
}

std::optional<IoResult> Stream::try_read(char* into, std::size_t room) {
    if (const IoStatus stop = barrier(); stop != IoStatus::Ok) return IoResult{stop, 0};
    if (ssl_ || !readiness_.readable() || reads_in_a_row_ >= kReadsInARow) return std::nullopt;
    const ssize_t got = receive(socket_.get(), into, room, 0);
    if (got == 0) return IoResult{room == 0 ? IoStatus::Ok : IoStatus::Ended, 0};
    if (got < 0 && !would_block(errno)) return IoResult{IoStatus::Broken, 0};
    if (got < 0) {
        readiness_.nothing_left();
        return std::nullopt;
    }
    if (static_cast<std::size_t>(got) < room) readiness_.short_read();
    ++reads_in_a_row_;
    return IoResult{IoStatus::Ok, static_cast<std::size_t>(got)};
}

bool Stream::try_write(std::span<iovec>& pieces) {
    if (ssl_ || barrier() != IoStatus::Ok) return false;
    std::size_t sent = 0;
    return send_plain(pieces, sent) == IoStatus::Ok && pieces.empty();
}

IoStatus Stream::send_plain(std::span<iovec>& pieces, std::size_t& sent) {
    while (!pieces.empty()) {
        msghdr message{};
        message.msg_iov = pieces.data();
        message.msg_iovlen = std::min(pieces.size(), kMaxPieces);
        std::size_t offered = 0;
        for (const iovec& piece : pieces.first(message.msg_iovlen)) offered += piece.iov_len;
        const ssize_t done = ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return would_block(errno) ? IoStatus::Ok : IoStatus::Broken;
        sent += static_cast<std::size_t>(done);
        drop_front(pieces, static_cast<std::size_t>(done));
        if (static_cast<std::size_t>(done) < offered) return IoStatus::Ok;    // the socket is full
    }
    return IoStatus::Ok;
}

Task<IoResult> Stream::write(std::span<iovec> pieces) {
    if (const IoStatus stop = barrier(); stop != IoStatus::Ok) co_return IoResult{stop, 0};
    if (ssl_) co_return co_await tls_write(pieces);
    IoResult result;
    for (;;) {
        result.status = send_plain(pieces, result.bytes);
        if (result.status != IoStatus::Ok || pieces.empty()) co_return result;
        result.status = status_of(co_await readiness_.until_writable(Side::Writer));
        if (result.status != IoStatus::Ok) co_return result;
    }
}

/// Whether the socket itself has nothing to read, of which it takes note.
bool Stream::found_empty() {
    if (!readiness_.readable()) return true;
    char byte = 0;
    const ssize_t got = receive(socket_.get(), &byte, 1, MSG_PEEK);
    if (got >= 0 || !would_block(errno)) return false;
    readiness_.nothing_left();
    return true;
}

Task<IoResult> Stream::wait_readable() {
    for (;;) {
        if (const IoStatus stop = barrier(); stop != IoStatus::Ok) co_return IoResult{stop, 0};
        const bool pending = ssl_ && SSL_has_pending(ssl_.get()) != 0;
        TlsStep step = TlsStep::WantRead;
        if (pending || !found_empty()) step = ssl_ ? tls_peek() : TlsStep::Done;
        if (step != TlsStep::WantRead && step != TlsStep::WantWrite) co_return IoResult{};
        const Wait how = co_await (ssl_ ? ready(step, Side::Reader)
                                        : readiness_.until_readable(Side::Reader));
        reads_in_a_row_ = 0;
        if (std::exchange(look_again_, false) && how == Wait::Stopped) continue;
        const IoStatus status = status_of(how);
        if (status != IoStatus::Ok) co_return IoResult{status, 0};
        if (!ssl_) co_return IoResult{};
    }
}

Stream::IdleState Stream::idle_state() {
    if (closed_) return IdleState::Gone;
    if (ssl_) {
        const TlsStep step = tls_peek();
        if (step == TlsStep::Done) return IdleState::HasBytes;
        return step == TlsStep::WantRead || step == TlsStep::WantWrite ? IdleState::Quiet : IdleState::Gone;
    }
    char byte = 0;
    const ssize_t got = receive(socket_.get(), &byte, 1, MSG_PEEK);
    if (got > 0) return IdleState::HasBytes;
    return got < 0 && would_block(errno) ? IdleState::Quiet : IdleState::Gone;
}

void Stream::look_again() {
    look_again_ = true;
    readiness_.stop_waits();
}

void Stream::shutdown_socket() noexcept {
    if (!closed_) ::shutdown(socket_.get(), SHUT_WR);
}

void Stream::reset() noexcept {
    const linger now{.l_onoff = 1, .l_linger = 0};
    if (!closed_) ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    close();
}

void Stream::keep_alive() noexcept {
    if (!closed_) switch_on(socket_.get(), SOL_SOCKET, SO_KEEPALIVE);
}

void Stream::deadline(std::chrono::milliseconds after) {
    timed_out_ = false;
    loop_.timers().arm(*this, after);
}

void Stream::no_deadline() {
    timed_out_ = false;
    TimerWheel::disarm(*this);
}

void Stream::expired() {
    timed_out_ = true;
    readiness_.stop_waits();
}

void Stream::close() noexcept {
    if (closed_) return;
    closed_ = true;
    TimerWheel::disarm(*this);
    readiness_.leave();
    socket_.close();
}

}    // namespace opusclaw::net
