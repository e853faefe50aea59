// Server side of TLS for the simulated upstream, over OpenSSL: a certificate of its own made at start, and a byte stream
// that is either plain or encrypted. Whoever connects has to skip verification.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <string_view>

#include "wire.h"

namespace opusclaw::bench {

/// Deletes what OpenSSL made.
struct OpensslDeleter {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* session) const { SSL_free(session); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
};
using TlsContext = std::unique_ptr<SSL_CTX, OpensslDeleter>;

/// A context with a fresh self-signed P-256 certificate for 127.0.0.1. Throws std::runtime_error.
TlsContext make_server_context();

/// One accepted connection. Both calls return the bytes moved, 0 when they would block, -1 when the peer is gone.
class ByteStream {
public:
    /// Encrypted when `context` is given. Owns `socket`.
    ByteStream(Fd socket, SSL_CTX* context);

    std::ptrdiff_t read(char* buffer, std::size_t size);
    std::ptrdiff_t write(std::string_view bytes);

private:
    std::ptrdiff_t tls_result(int result);

    Fd socket_;
    std::unique_ptr<SSL, OpensslDeleter> session_;
};

}    // namespace opusclaw::bench
