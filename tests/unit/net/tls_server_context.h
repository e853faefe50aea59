// tests/unit/net/tls_server_context.h: an OpenSSL server context for scripted servers (client_server.h), independent of the code
// under test.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <stdexcept>

#include "certificates.h"

namespace opusclaw::net {

struct FreeContext {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using ServerContext = std::unique_ptr<SSL_CTX, FreeContext>;

inline ServerContext server_context(const TestCertificate& files) {
    ServerContext context(SSL_CTX_new(TLS_server_method()));
    if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate().c_str()) != 1 ||
        SSL_CTX_use_PrivateKey_file(context.get(), files.key().c_str(), SSL_FILETYPE_PEM) != 1)
        throw std::runtime_error("certificate");
    return context;
}

}    // namespace opusclaw::net
