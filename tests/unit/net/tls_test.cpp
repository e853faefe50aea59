// Tests of net/tls.h: certificates are checked against name and root, sessions are resumed by their key only, HTTP/1.1 is
// agreed, old protocols are refused. Bytes over TLS are in stream_tls_test.cpp.
#include "net/tls.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <fstream>
#include <stdexcept>

#include "certificates.h"
#include "on_loop.h"
#include "tls_ends.h"

namespace opusclaw::net {
namespace {

class Tls : public testing::Test {
protected:
    static void SetUpTestSuite() { certificate = std::make_unique<TestCertificate>(); }
    static void TearDownTestSuite() { certificate.reset(); }
    static std::unique_ptr<TestCertificate> certificate;

    TlsServer server{certificate->certificate(), certificate->key()};
    TlsClient client{certificate->certificate()};
};
std::unique_ptr<TestCertificate> Tls::certificate;

/// The verdict on one connection, and whether it resumed. Reads a byte, so that tickets arrive.
struct Verdict {
    IoStatus status = IoStatus::Ok;
    std::string error;
    bool resumed = false;
    std::string protocol;
    std::string version;
    std::string server_name;
};

Task<> connect_once(Loop& loop, const TlsServer& server, TlsClient& client, const TlsClient::Peer& peer,
                    Verdict& verdict) {
    Ends ends = connected_ends(loop);
    TaskGroup far(loop);
    IoResult accepted;
    far.start(shake_hands(*ends.far, server.make(ends.far->socket()), accepted));
    verdict.status = (co_await ends.near->handshake(client.make(ends.near->socket(), peer))).status;
    verdict.error = tls_error(ends.near->ssl());
    if (verdict.status != IoStatus::Ok) ends.near->close();
    co_await far.join();
    if (verdict.status != IoStatus::Ok) co_return;
    SSL* const ssl = ends.near->ssl();
    verdict.resumed = SSL_session_reused(ssl) == 1;
    const unsigned char* protocol = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(ssl, &protocol, &length);
    verdict.protocol.assign(protocol, protocol + length);
    verdict.version = SSL_get_version(ssl);
    const char* name = SSL_get_servername(ends.far->ssl(), TLSEXT_NAMETYPE_host_name);
    verdict.server_name = name != nullptr ? name : "";
    co_await write_text(*ends.far, "x");
    EXPECT_EQ(co_await read_text(*ends.near, 1), "x");
}

Verdict verdict_on(const TlsServer& server, TlsClient& client, const TlsClient::Peer& peer) {
    Verdict verdict;
    on_loop(connect_once, server, client, peer, verdict);
    return verdict;
}

TEST_F(Tls, AgreesOnHttp11WithTheNamedServer) {
    const Verdict verdict = verdict_on(server, client, {.host = "api.example.test", .session_key = "a"});
    EXPECT_EQ(verdict.status, IoStatus::Ok) << verdict.error;
    EXPECT_EQ(verdict.protocol, "http/1.1");
    EXPECT_EQ(verdict.version, "TLSv1.3");
    EXPECT_EQ(verdict.server_name, "api.example.test");
}

TEST_F(Tls, TakesAnAbsoluteNameForTheSame) {
    const Verdict verdict = verdict_on(server, client, {.host = "api.example.test.", .session_key = "a"});
    EXPECT_EQ(verdict.status, IoStatus::Ok) << verdict.error;
    EXPECT_EQ(verdict.server_name, "api.example.test");
}

TEST_F(Tls, ChecksAddressesAndSendsNoNameForThem) {
    const Verdict right = verdict_on(server, client, {.host = "127.0.0.1", .session_key = "a"});
    EXPECT_EQ(right.status, IoStatus::Ok) << right.error;
    EXPECT_EQ(right.server_name, "");
    for (const char* other : {"127.0.0.2", "::1", "[::1]"}) {
        const Verdict wrong = verdict_on(server, client, {.host = other, .session_key = "a"});
        EXPECT_EQ(wrong.status, IoStatus::Broken) << other;
        EXPECT_NE(wrong.error.find("IP address mismatch"), std::string::npos) << wrong.error;
    }
}

TEST_F(Tls, RefusesAnotherName) {
    const Verdict verdict = verdict_on(server, client, {.host = "evil.example.test", .session_key = "a"});
    EXPECT_EQ(verdict.status, IoStatus::Broken);
    EXPECT_NE(verdict.error.find("ostname mismatch"), std::string::npos) << verdict.error;
}

TEST_F(Tls, RefusesACertificateOfAnUnknownRootUnlessToldToSkip) {
    TlsClient stranger{TestCertificate().certificate()};
    const Verdict refused = verdict_on(server, stranger, {.host = "localhost", .session_key = "a"});
    EXPECT_EQ(refused.status, IoStatus::Broken);
    EXPECT_NE(refused.error.find("certificate"), std::string::npos) << refused.error;
    const Verdict skipped = verdict_on(server, stranger,
                                       {.host = "evil", .session_key = "a", .verify = false});
    EXPECT_EQ(skipped.status, IoStatus::Ok) << skipped.error;
    EXPECT_EQ(skipped.server_name, "evil");
}

TEST_F(Tls, ResumesTheSessionOfTheSameKey) {
    const TlsClient::Peer peer{.host = "localhost", .session_key = "a"};
    EXPECT_FALSE(verdict_on(server, client, peer).resumed);
    EXPECT_EQ(client.sessions(), 1U);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(verdict_on(server, client, peer).resumed) << i;
    EXPECT_EQ(client.sessions(), 1U);
}

TEST_F(Tls, NeverResumesAcrossKeysNamesOrChecks) {
    EXPECT_FALSE(
        verdict_on(server, client, {.host = "localhost", .session_key = "a", .verify = false}).resumed);
    EXPECT_FALSE(verdict_on(server, client, {.host = "localhost", .session_key = "a"}).resumed);
    EXPECT_FALSE(verdict_on(server, client, {.host = "localhost", .session_key = "b"}).resumed);
    EXPECT_FALSE(verdict_on(server, client, {.host = "api.example.test", .session_key = "a"}).resumed);
    const Verdict other = verdict_on(server, client, {.host = "evil.example.test", .session_key = "a"});
    EXPECT_EQ(other.status, IoStatus::Broken);
    EXPECT_EQ(client.sessions(), 4U);
}

TEST_F(Tls, KeepsABoundedNumberOfSessionsAndDropsTheOldest) {
    TlsClient small{certificate->certificate(), 3};
    const auto resumed = [&](const char* key) {
        const Verdict verdict = verdict_on(server, small, {.host = "localhost", .session_key = key});
        EXPECT_EQ(verdict.status, IoStatus::Ok) << verdict.error;
        return verdict.resumed;
    };
    for (const char* key : {"a", "b", "c"}) EXPECT_FALSE(resumed(key));
    EXPECT_TRUE(resumed("a"));
    EXPECT_FALSE(resumed("d"));    // takes the place of b, the least recently used
    EXPECT_EQ(small.sessions(), 3U);
    EXPECT_TRUE(resumed("a"));
    EXPECT_TRUE(resumed("c"));
    EXPECT_FALSE(resumed("b"));
}

Task<> connect_with(Loop& loop, const TlsServer& server, SSL_CTX* context, IoStatus& status) {
    Ends ends = connected_ends(loop);
    TaskGroup far(loop);
    IoResult accepted;
    far.start(shake_hands(*ends.far, server.make(ends.far->socket()), accepted));
    Ssl ssl(SSL_new(context));
    SSL_set_fd(ssl.get(), ends.near->socket());
    SSL_set_connect_state(ssl.get());
    co_await ends.near->handshake(std::move(ssl));
    ends.near->close();
    co_await far.join();
    status = accepted.status;
}

IoStatus accepted_status(const TlsServer& server, SSL_CTX* context) {
    IoStatus status = IoStatus::Ok;
    on_loop(connect_with, server, context, status);
    return status;
}

TEST_F(Tls, ServesTls12AndNothingOlder) {
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                    SSL_CTX_free);
    SSL_CTX_set_security_level(context.get(), 0);
    SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
    EXPECT_EQ(accepted_status(server, context.get()), IoStatus::Ok);
    SSL_CTX_set_max_proto_version(context.get(), TLS1_1_VERSION);
    EXPECT_EQ(accepted_status(server, context.get()), IoStatus::Broken);
}

TEST_F(Tls, RefusesAClientThatSpeaksOnlyHttp2) {
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                    SSL_CTX_free);
    const unsigned char h2[] = {2, 'h', '2'};
    SSL_CTX_set_alpn_protos(context.get(), h2, sizeof h2);
    EXPECT_EQ(accepted_status(server, context.get()), IoStatus::Broken);
    const unsigned char both[] = {2, 'h', '2', 8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    SSL_CTX_set_alpn_protos(context.get(), both, sizeof both);
    EXPECT_EQ(accepted_status(server, context.get()), IoStatus::Ok);
}

std::string thrown_by(const std::string& certificate, const std::string& key) {
    try {
        const TlsServer made(certificate, key);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "nothing";
}

TEST_F(Tls, NamesTheFileThatCannotBeUsed) {
    const std::string missing = (certificate->directory() / "missing.pem").string();
    const std::string empty = (certificate->directory() / "empty.pem").string();
    std::ofstream(empty) << "no certificate\n";
    const TestCertificate other;
    EXPECT_NE(thrown_by(missing, certificate->key()).find(missing), std::string::npos);
    EXPECT_NE(thrown_by(empty, certificate->key()).find(empty), std::string::npos);
    EXPECT_NE(thrown_by(certificate->certificate(), missing).find(missing), std::string::npos);
    EXPECT_NE(thrown_by(certificate->certificate(), other.key()).find(other.key()), std::string::npos);
    EXPECT_THROW(TlsClient{missing}, std::runtime_error);
    EXPECT_NO_THROW(TlsClient{""});
}

}    // namespace
}    // namespace opusclaw::net
