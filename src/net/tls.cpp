// net/tls.cpp: OpenSSL contexts, ALPN, certificate checks and the client's session cache. Handshakes and bytes are the business
// of stream_tls.cpp. The verdict on a certificate is OpenSSL's; nothing here overrides it.
#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <list>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace opusclaw::net {
namespace {

constexpr unsigned char kHttp11[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

struct ContextDelete {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Context = std::unique_ptr<SSL_CTX, ContextDelete>;
struct SessionDelete {
    void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};
using Session = std::unique_ptr<SSL_SESSION, SessionDelete>;

Context make_context(const SSL_METHOD* method) {
    Context context(SSL_CTX_new(method));
    if (!context) throw std::runtime_error("TLS: " + tls_error(nullptr));
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                        SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context.get(), 1);    // header and body of a record with one system call
    return context;
}

Ssl make_ssl(SSL_CTX* context, int socket) {
    Ssl ssl(SSL_new(context));
    if (!ssl || SSL_set_fd(ssl.get(), socket) != 1) throw std::runtime_error("TLS: " + tls_error(nullptr));
    return ssl;
}

/// Without brackets, zone and the dot of an absolute name: what SNI and certificates carry.
std::string certificate_name(std::string_view host) {
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    host = host.substr(0, host.find('%'));
    if (host.size() > 1 && host.back() == '.') host.remove_suffix(1);
    return std::string(host);
}

}    // namespace

struct TlsServer::State {
    Context context;
};

TlsServer::TlsServer(const std::string& certificate_file, const std::string& key_file)
    : state_(std::make_unique<State>()) {
    state_->context = make_context(TLS_server_method());
    SSL_CTX* const context = state_->context.get();
    if (SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) != 1)
        throw std::runtime_error("TLS certificate " + certificate_file + ": " + tls_error(nullptr));
    if (SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1)
        throw std::runtime_error("TLS key " + key_file + ": " + tls_error(nullptr));
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);    // tickets need no memory here
    const auto choose = [](SSL*, const unsigned char** out, unsigned char* length,
                           const unsigned char* offered, unsigned int offered_length, void*) {
        unsigned char* chosen = nullptr;
        const int found = SSL_select_next_proto(&chosen, length, kHttp11, sizeof kHttp11, offered,
                                                offered_length);
        *out = chosen;
        return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
    };
    SSL_CTX_set_alpn_select_cb(context, choose, nullptr);
}

TlsServer::~TlsServer() = default;

Ssl TlsServer::make(int socket) const {
    Ssl ssl = make_ssl(state_->context.get(), socket);
    SSL_set_accept_state(ssl.get());
    return ssl;
}

/// The newest session of each peer, least recently used first out. OpenSSL hands tickets over while it reads.
struct TlsClient::State {
    struct Entry {
        std::string key;
        Session session;
    };
    std::size_t max_sessions = 0;
    Context verifying;
    Context trusting;
    mutable std::mutex mutex;
    std::list<Entry> entries;    // most recently used first
    std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key;

    static int key_index();
    static int on_session(SSL* ssl, SSL_SESSION* session);
    void keep(const std::string& key, Session session);
    Session take(const std::string& key);
    Context client_context();
};

/// Where an SSL object carries its key (a std::string of its own) for on_session().
int TlsClient::State::key_index() {
    static const int index = SSL_get_ex_new_index(
        0, nullptr, nullptr, nullptr, [](void*, void* key, CRYPTO_EX_DATA*, int, long, void*) {
            const std::unique_ptr<std::string> owned(static_cast<std::string*>(key));
        });
    return index;
}

int TlsClient::State::on_session(SSL* ssl, SSL_SESSION* session) {
    auto* state = static_cast<State*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
    const auto* key = static_cast<const std::string*>(SSL_get_ex_data(ssl, key_index()));
    if (state == nullptr || key == nullptr) return 0;
    state->keep(*key, Session(session));
    return 1;    // the reference is ours now
}

void TlsClient::State::keep(const std::string& key, Session session) {
    const std::scoped_lock lock(mutex);
    if (const auto found = by_key.find(key); found != by_key.end()) {
        found->second->session = std::move(session);
        entries.splice(entries.begin(), entries, found->second);
        return;
    }
    entries.push_front(Entry{key, std::move(session)});
    by_key.emplace(entries.front().key, entries.begin());
    if (entries.size() <= max_sessions) return;
    by_key.erase(entries.back().key);
    entries.pop_back();
}

Session TlsClient::State::take(const std::string& key) {
    const std::scoped_lock lock(mutex);
    const auto found = by_key.find(key);
    if (found == by_key.end()) return nullptr;
    const auto entry = found->second;
    if (SSL_SESSION_is_resumable(entry->session.get()) == 0) {
        by_key.erase(found);
        entries.erase(entry);
        return nullptr;
    }
    SSL_SESSION_up_ref(entry->session.get());
    return Session(entry->session.get());
}

Context TlsClient::State::client_context() {
    Context context = make_context(TLS_client_method());
    SSL_CTX_set_app_data(context.get(), this);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context.get(), on_session);
    SSL_CTX_set_alpn_protos(context.get(), kHttp11, sizeof kHttp11);
    return context;
}

TlsClient::TlsClient(const std::string& ca_file, std::size_t max_sessions)
    : state_(std::make_unique<State>()) {
    state_->max_sessions = max_sessions;
    state_->verifying = state_->client_context();
    state_->trusting = state_->client_context();
    SSL_CTX_set_verify(state_->verifying.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_verify(state_->trusting.get(), SSL_VERIFY_NONE, nullptr);
    const bool loaded = ca_file.empty() ? SSL_CTX_set_default_verify_paths(state_->verifying.get()) == 1
                                        : SSL_CTX_load_verify_locations(state_->verifying.get(),
                                                                        ca_file.c_str(), nullptr) == 1;
    if (!loaded) throw std::runtime_error("TLS roots " + ca_file + ": " + tls_error(nullptr));
}

TlsClient::~TlsClient() = default;

Ssl TlsClient::make(int socket, const Peer& peer) {
    Ssl ssl = make_ssl(peer.verify ? state_->verifying.get() : state_->trusting.get(), socket);
    SSL_set_connect_state(ssl.get());
    const std::string name = certificate_name(peer.host);
    SSL_set_hostflags(ssl.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), name.c_str()) != 1) {
        ERR_clear_error();
        if (SSL_set1_host(ssl.get(), name.c_str()) != 1 ||
            SSL_set_tlsext_host_name(ssl.get(), name.c_str()) != 1)
            throw std::runtime_error("TLS name " + name + ": " + tls_error(nullptr));
    }
    // A resumed session skips the certificate check, so it must have been checked for the same name, or not at all.
    auto key = std::make_unique<std::string>((peer.verify ? "v" : "n") + name + '\n' + peer.session_key);
    if (const Session session = state_->take(*key)) SSL_set_session(ssl.get(), session.get());
    if (SSL_set_ex_data(ssl.get(), State::key_index(), key.get()) == 1) key.release();
    return ssl;
}

std::size_t TlsClient::sessions() const {
    const std::scoped_lock lock(state_->mutex);
    return state_->entries.size();
}

std::string tls_error(ssl_st* ssl) {
    std::string text;
    if (ssl != nullptr) {
        if (const long verdict = SSL_get_verify_result(ssl); verdict != X509_V_OK)
            text = X509_verify_cert_error_string(verdict);
    }
    while (const unsigned long code = ERR_get_error()) {
        const char* reason = ERR_reason_error_string(code);
        if (!text.empty()) text += "; ";
        text += reason != nullptr ? reason : "error " + std::to_string(code);
    }
    return text.empty() ? "connection closed" : text;
}

}    // namespace opusclaw::net
