// base/crypto_rsa.cpp: RSA signatures by OpenSSL 3 (RFC 8017 section 8.2), as service accounts sign their grants. What is signed and
// how a key is stored is for others.
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>

#include "base/crypto.h"
#include "base/error.h"

namespace opusclaw::crypto {
namespace {

struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeDigest {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;

constexpr std::size_t kLargestKey = 64 * 1024;

void require(bool succeeded, const char* what) {
    if (!succeeded) throw_error(ErrorKind::Internal, "crypto_failed", "internal error", what);
}

/// Nobody is asked for a password: an encrypted key is no key.
int no_password(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*user*/) { return -1; }

Key read_key(std::string_view pem) {
    if (pem.empty() || pem.size() > kLargestKey) return nullptr;
    const std::unique_ptr<BIO, FreeBio> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    require(bio != nullptr, "BIO_new_mem_buf");
    Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
    ERR_clear_error();    // of this thread: what a bad key left there is nobody else's business
    if (key != nullptr && EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) key.reset();
    return key;
}

}    // namespace

std::optional<std::string> sign_rs256(std::string_view pem, std::string_view data) {
    const Key key = read_key(pem);
    if (key == nullptr) return std::nullopt;
    const std::unique_ptr<EVP_MD_CTX, FreeDigest> context(EVP_MD_CTX_new());
    require(context != nullptr, "EVP_MD_CTX_new");
    require(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1,
            "EVP_DigestSignInit");
    const auto* const bytes = reinterpret_cast<const unsigned char*>(data.data());
    std::size_t size = 0;
    require(EVP_DigestSign(context.get(), nullptr, &size, bytes, data.size()) == 1, "EVP_DigestSign (size)");
    std::string signature(size, '\0');
    auto* const out = reinterpret_cast<unsigned char*>(signature.data());
    require(EVP_DigestSign(context.get(), out, &size, bytes, data.size()) == 1, "EVP_DigestSign");
    signature.resize(size);
    return signature;
}

}    // namespace opusclaw::crypto
