// net/stream_tls.cpp: the TLS side of net/stream.h: OpenSSL works on the non-blocking socket itself, readiness.h only waits.
// Contexts, certificates and sessions are in tls.cpp.
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "net/io_pieces.h"
#include "net/stream.h"

namespace opusclaw::net {
namespace {

constexpr std::size_t kRecordBytes = 16 * 1024;    // the most plain text of one TLS record
constexpr unsigned kReadsInARow = 16;              // as in stream.cpp

}    // namespace

void SslDelete::operator()(ssl_st* ssl) const {
    // Without this, OpenSSL takes a session whose connection was cut for unusable; the target's next one resumes it.
    SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(ssl);
}

Stream::TlsStep Stream::tls_step(int result) {
    if (result > 0) return TlsStep::Done;
    switch (SSL_get_error(ssl_.get(), result)) {
        case SSL_ERROR_WANT_READ: readiness_.nothing_left(); return TlsStep::WantRead;
        case SSL_ERROR_WANT_WRITE: return TlsStep::WantWrite;
        case SSL_ERROR_ZERO_RETURN: return TlsStep::Ended;
        default: return TlsStep::Broken;
    }
}

/// SSL_MODE_RELEASE_BUFFERS lets a record go that was read at once; one that was peeked at first stays, 16 KB a connection.
Task<Wait> Stream::ready(TlsStep step, Side side) {
    if (SSL_has_pending(ssl_.get()) == 0) SSL_free_buffers(ssl_.get());
    return step == TlsStep::WantWrite ? readiness_.until_writable(side) : readiness_.until_readable(side);
}

Task<IoResult> Stream::handshake(Ssl ssl) {
    ssl_ = std::move(ssl);
    for (;;) {
        if (const IoStatus stop = barrier(); stop != IoStatus::Ok) co_return IoResult{stop, 0};
        ERR_clear_error();
        const TlsStep step = tls_step(SSL_do_handshake(ssl_.get()));
        if (step == TlsStep::Done) co_return IoResult{};
        if (step == TlsStep::Ended || step == TlsStep::Broken) co_return IoResult{IoStatus::Broken, 0};
        const IoStatus status = status_of(co_await ready(step, Side::Reader));
        if (status != IoStatus::Ok) co_return IoResult{status, 0};
    }
}

Stream::TlsStep Stream::tls_peek() {
    char byte = 0;
    std::size_t got = 0;
    ERR_clear_error();
    return tls_step(SSL_peek_ex(ssl_.get(), &byte, 1, &got));
}

Task<IoResult> Stream::tls_read(char* into, std::size_t room) {
    if (room == 0) co_return IoResult{};
    if (const IoStatus stop = barrier(); stop != IoStatus::Ok) co_return IoResult{stop, 0};
    // A read that finds nothing costs OpenSSL its buffers: after a short one the socket is asked first.
    const bool likely = filled_room_ || SSL_has_pending(ssl_.get()) != 0;
    TlsStep step = likely || !found_empty() ? TlsStep::Done : TlsStep::WantRead;
    for (;;) {
        if (step != TlsStep::Done) {
            reads_in_a_row_ = 0;
            const IoStatus status = status_of(co_await ready(step, Side::Reader));
            if (status != IoStatus::Ok) co_return IoResult{status, 0};
        }
        std::size_t got = 0;
        ERR_clear_error();
        step = tls_step(SSL_read_ex(ssl_.get(), into, room, &got));
        filled_room_ = got == room;
        if (step == TlsStep::Done && ++reads_in_a_row_ > kReadsInARow) {
            reads_in_a_row_ = 0;
            co_await loop_.yield();
        }
        if (step == TlsStep::Done) co_return IoResult{IoStatus::Ok, got};
        if (step == TlsStep::Ended) co_return IoResult{IoStatus::Ended, 0};
        if (step == TlsStep::Broken) co_return IoResult{IoStatus::Broken, 0};
    }
}

Stream::TlsStep Stream::tls_write_step(std::span<iovec>& pieces, std::size_t& written) {
    const iovec& front = pieces.front();
    const void* bytes = front.iov_base;
    std::size_t size = front.iov_len;
    if (pieces.size() > 1 && size < kRecordBytes) {
        // Head and body, or the parts of a chunk, in one record. When the socket is full the same bytes are gathered again:
        // pieces are consumed only by what was written.
        const std::span<char> scratch = loop_.scratch();
        size = 0;
        for (const iovec& piece : pieces) {
            const std::size_t part = std::min(piece.iov_len, kRecordBytes - size);
            if (part != 0) std::memcpy(scratch.data() + size, piece.iov_base, part);
            size += part;
            if (size == kRecordBytes) break;
        }
        bytes = scratch.data();
    }
    ERR_clear_error();
    const TlsStep step = tls_step(SSL_write_ex(ssl_.get(), bytes, size, &written));
    if (step == TlsStep::Done) drop_front(pieces, written);
    return step;
}

Task<IoResult> Stream::tls_write(std::span<iovec> pieces) {
    IoResult result;
    for (;;) {
        drop_front(pieces, 0);    // empty pieces
        if (pieces.empty()) co_return result;
        std::size_t written = 0;
        const TlsStep step = tls_write_step(pieces, written);
        if (step == TlsStep::Done) {
            result.bytes += written;
            continue;
        }
        if (step == TlsStep::Ended || step == TlsStep::Broken) {
            result.status = IoStatus::Broken;
            co_return result;
        }
        result.status = status_of(co_await ready(step, Side::Writer));
        if (result.status != IoStatus::Ok) co_return result;
    }
}

void Stream::shutdown_send() noexcept {
    if (closed_) return;
    if (ssl_ && SSL_is_init_finished(ssl_.get()) != 0) {
        ERR_clear_error();
        SSL_shutdown(ssl_.get());
        ERR_clear_error();
    }
    shutdown_socket();
}

}    // namespace opusclaw::net
