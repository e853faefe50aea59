// net/stream.cpp: reading, writing and waiting on one socket; the plain side. System calls are tried first where they are
// likely to succeed and cost no coroutine switch then; Asio is asked to wait otherwise. The TLS side is in stream_tls.cpp.
#include "net/stream.h"

#include <sys/socket.h>

#include <openssl/ssl.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <utility>

#include "net/io_pieces.h"

namespace opusclaw::net {
namespace {

namespace asio = boost::asio;
using Token = asio::as_tuple_t<asio::use_awaitable_t<asio::io_context::executor_type>>;
constexpr std::size_t kMaxPieces = 64;    // of one sendmsg(); far below IOV_MAX
constexpr unsigned kReadsInARow = 16;     // then the others of this loop come first

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

ssize_t receive(int fd, char* into, std::size_t room, int flags) {
    ssize_t got = 0;
    do got = ::recv(fd, into, room, flags | MSG_DONTWAIT);
    while (got < 0 && errno == EINTR);
    return got;
}

}    // namespace

Stream::Stream(Loop& loop, Socket socket) : loop_(loop), socket_(std::move(socket)) {
    boost::system::error_code ignored;
    socket_.native_non_blocking(true, ignored);
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

Stream::~Stream() { close(); }

IoStatus Stream::barrier() const {
    if (closed_) return IoStatus::Closed;
    return timed_out_ ? IoStatus::TimedOut : IoStatus::Ok;
}

IoStatus Stream::status_of(const boost::system::error_code& error) const {
    if (closed_) return IoStatus::Closed;
    if (!error) return IoStatus::Ok;
    if (error == asio::error::eof) return IoStatus::Ended;
    return error == asio::error::operation_aborted ? IoStatus::TimedOut : IoStatus::Broken;
}

Stream::Ready Stream::ready(Socket::wait_type what) { return socket_.async_wait(what, Token{}); }

Task<IoResult> Stream::read_some(char* into, std::size_t room) {
    if (const IoStatus stop = barrier(); stop != IoStatus::Ok) co_return IoResult{stop, 0};
    if (ssl_) co_return co_await tls_read(into, room);
    if (const auto got = try_read(into, room)) co_return *got;
    reads_in_a_row_ = 0;
    const auto [error, got] = co_await socket_.async_receive(asio::buffer(into, room), Token{});
    may_have_more_ = got == room;
    const IoStatus status = got > 0 && !closed_ ? IoStatus::Ok : status_of(error);
    co_return IoResult{status, got};
}

std::optional<IoResult> Stream::try_read(char* into, std::size_t room) {
    if (const IoStatus stop = barrier(); stop != IoStatus::Ok) return IoResult{stop, 0};
    if (ssl_ || !may_have_more_ || reads_in_a_row_ >= kReadsInARow) return std::nullopt;
    const ssize_t got = receive(socket_.native_handle(), into, room, 0);
    if (got == 0) return IoResult{room == 0 ? IoStatus::Ok : IoStatus::Ended, 0};
    if (got < 0 && !would_block(errno)) return IoResult{IoStatus::Broken, 0};
    may_have_more_ = got > 0 && static_cast<std::size_t>(got) == room;
    if (got < 0) return std::nullopt;
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
        const ssize_t done = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
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
        const auto [error] = co_await ready(Socket::wait_write);
        result.status = status_of(error);
        if (result.status != IoStatus::Ok) co_return result;
    }
}

Task<IoResult> Stream::wait_readable() {
    may_have_more_ = false;
    for (;;) {
        if (const IoStatus stop = barrier(); stop != IoStatus::Ok) co_return IoResult{stop, 0};
        const bool look = may_have_more_ || (ssl_ && SSL_has_pending(ssl_.get()) != 0);
        if (ssl_ && look && tls_peek() != IdleState::Quiet) co_return IoResult{};
        const auto [error] = co_await (ssl_ ? ready(TlsStep::WantRead) : ready(Socket::wait_read));
        reads_in_a_row_ = 0;
        may_have_more_ = true;
        if (std::exchange(look_again_, false) && error) continue;
        const IoStatus status = status_of(error);
        if (status != IoStatus::Ok) co_return IoResult{status, 0};
        if (!ssl_) co_return IoResult{};
    }
}

Stream::IdleState Stream::idle_state() {
    if (closed_) return IdleState::Gone;
    if (ssl_) return tls_peek();
    char byte = 0;
    const ssize_t got = receive(socket_.native_handle(), &byte, 1, MSG_PEEK);
    if (got > 0) return IdleState::HasBytes;
    return got < 0 && would_block(errno) ? IdleState::Quiet : IdleState::Gone;
}

void Stream::look_again() {
    look_again_ = true;
    boost::system::error_code ignored;
    socket_.cancel(ignored);
}

void Stream::reset() noexcept {
    boost::system::error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    close();
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
    boost::system::error_code ignored;
    socket_.cancel(ignored);
}

void Stream::close() noexcept {
    if (closed_) return;
    closed_ = true;
    TimerWheel::disarm(*this);
    boost::system::error_code ignored;
    socket_.close(ignored);
}

}    // namespace opusclaw::net
