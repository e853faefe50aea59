// Server side of TLS for the simulated upstream: see tls.h. The handshake happens within the first read.
#include "tls.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <sys/socket.h>

#include <cerrno>
#include <stdexcept>

namespace opusclaw::bench {
namespace {

constexpr long kCertificateSeconds = 7L * 24 * 3600;

std::unique_ptr<X509, OpensslDeleter> self_signed(EVP_PKEY* key) {
    std::unique_ptr<X509, OpensslDeleter> certificate(X509_new());
    if (!certificate) throw std::runtime_error("no certificate");
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kCertificateSeconds);
    X509_set_pubkey(certificate.get(), key);
    X509_NAME* name = X509_get_subject_name(certificate.get());
    const unsigned char common_name[] = "127.0.0.1";
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    if (X509_sign(certificate.get(), key, EVP_sha256()) == 0) throw std::runtime_error("cannot sign");
    return certificate;
}

}    // namespace

TlsContext make_server_context() {
    TlsContext context(SSL_CTX_new(TLS_server_method()));
    std::unique_ptr<EVP_PKEY, OpensslDeleter> key(EVP_EC_gen("P-256"));
    if (!context || !key) throw std::runtime_error("no TLS context");
    const auto certificate = self_signed(key.get());
    if (SSL_CTX_use_certificate(context.get(), certificate.get()) != 1 ||
        SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1) {
        throw std::runtime_error("the certificate does not fit");
    }
    SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                        SSL_MODE_RELEASE_BUFFERS);
    return context;
}

ByteStream::ByteStream(Fd socket, SSL_CTX* context) : socket_(std::move(socket)) {
    if (context == nullptr) return;
    session_.reset(SSL_new(context));
    if (!session_) throw std::runtime_error("no TLS session");
    SSL_set_fd(session_.get(), socket_.get());
    SSL_set_accept_state(session_.get());
}

std::ptrdiff_t ByteStream::tls_result(int result) {
    if (result > 0) return result;
    const int reason = SSL_get_error(session_.get(), result);
    ERR_clear_error();
    return reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

std::ptrdiff_t ByteStream::read(char* buffer, std::size_t size) {
    if (session_) return tls_result(SSL_read(session_.get(), buffer, static_cast<int>(size)));
    const std::ptrdiff_t count = recv(socket_.get(), buffer, size, 0);
    if (count > 0) return count;
    return count < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

std::ptrdiff_t ByteStream::write(std::string_view bytes) {
    if (session_) return tls_result(SSL_write(session_.get(), bytes.data(), static_cast<int>(bytes.size())));
    const std::ptrdiff_t count = send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count > 0) return count;
    return count < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

}    // namespace opusclaw::bench
