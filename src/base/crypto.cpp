// base/crypto.cpp: digests, HMAC, AES-256-GCM and random bytes by OpenSSL 3 and the kernel. The encodings are in
// crypto_encoding.cpp, CRC-32C in crypto_crc32c.cpp.
#include "base/crypto.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/random.h>

#include <memory>
#include <stdexcept>

#include "base/error.h"

namespace opusclaw::crypto {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

void require(bool succeeded, const char* what) {
    if (!succeeded) throw_error(ErrorKind::Internal, "crypto_failed", "internal error", what);
}

std::string digest(const EVP_MD* kind, std::string_view data) {
    std::string out(static_cast<std::size_t>(EVP_MD_get_size(kind)), '\0');
    require(EVP_Digest(data.data(), data.size(), bytes_of(out), nullptr, kind, nullptr) == 1, "EVP_Digest");
    return out;
}

struct FreeCipher {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

enum class Direction { Open = 0, Seal = 1 };

struct GcmInput {
    std::string_view key;
    std::string_view nonce;
    std::string_view context;
};

int checked_size(std::string_view text) {
    if (text.size() > 0x7fffffff) throw std::invalid_argument("a text of 2 GB or more cannot be sealed");
    return static_cast<int>(text.size());
}

/// A cipher that has taken the key, the nonce and the context.
Cipher start_gcm(Direction direction, const GcmInput& input) {
    if (input.key.size() != kKeyBytes) throw std::invalid_argument("AES-256 takes a key of 32 bytes");
    Cipher cipher(EVP_CIPHER_CTX_new());
    require(cipher != nullptr, "EVP_CIPHER_CTX_new");
    require(EVP_CipherInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes_of(input.key),
                              bytes_of(input.nonce), static_cast<int>(direction)) == 1,
            "EVP_CipherInit_ex");
    int size = 0;
    if (!input.context.empty())
        require(EVP_CipherUpdate(cipher.get(), nullptr, &size, bytes_of(input.context),
                                 checked_size(input.context)) == 1,
                "EVP_CipherUpdate (context)");
    return cipher;
}

void update(EVP_CIPHER_CTX* cipher, unsigned char* out, std::string_view in) {
    int size = 0;
    if (!in.empty())
        require(EVP_CipherUpdate(cipher, out, &size, bytes_of(in), checked_size(in)) == 1,
                "EVP_CipherUpdate");
}

}    // namespace

std::string sha256(std::string_view data) { return digest(EVP_sha256(), data); }
std::string sha1(std::string_view data) { return digest(EVP_sha1(), data); }
std::string md5(std::string_view data) { return digest(EVP_md5(), data); }

std::string hmac_sha256(std::string_view key, std::string_view data) {
    std::string out(32, '\0');
    // OpenSSL takes a null key for "the key of before", so an empty one needs an address.
    const char* const key_bytes = key.empty() ? "" : key.data();
    require(HMAC(EVP_sha256(), key_bytes, checked_size(key), bytes_of(data), data.size(), bytes_of(out),
                 nullptr) != nullptr,
            "HMAC");
    return out;
}

bool constant_time_equal(std::string_view a, std::string_view b) {
    return a.size() == b.size() && (a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

std::string random_bytes(std::size_t count) {
    std::string out(count, '\0');
    for (std::size_t have = 0; have < count;) {
        const ssize_t got = ::getrandom(out.data() + have, count - have, 0);
        if (got > 0)
            have += static_cast<std::size_t>(got);
        else if (errno != EINTR)
            throw_error(ErrorKind::Internal, "random_failed", "internal error", "getrandom");
    }
    return out;
}

std::string seal(std::string_view key32, std::string_view plain, std::string_view context) {
    std::string out = random_bytes(kNonceBytes);
    const Cipher cipher = start_gcm(Direction::Seal, {.key = key32, .nonce = out, .context = context});
    out.resize(kNonceBytes + plain.size() + kTagBytes);
    update(cipher.get(), bytes_of(out) + kNonceBytes, plain);
    int size = 0;
    unsigned char* const tag = bytes_of(out) + kNonceBytes + plain.size();
    require(EVP_CipherFinal_ex(cipher.get(), tag, &size) == 1, "EVP_CipherFinal_ex");
    require(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, tag) == 1,
            "EVP_CTRL_GCM_GET_TAG");
    return out;
}

std::optional<std::string> open(std::string_view key32, std::string_view sealed, std::string_view context) {
    const bool long_enough = sealed.size() >= kNonceBytes + kTagBytes;
    const std::string_view nonce = long_enough ? sealed.substr(0, kNonceBytes)
                                               : std::string_view("000000000000");
    const Cipher cipher = start_gcm(Direction::Open, {.key = key32, .nonce = nonce, .context = context});
    if (!long_enough) return std::nullopt;
    const std::string_view text = sealed.substr(kNonceBytes, sealed.size() - kNonceBytes - kTagBytes);
    std::string plain(text.size(), '\0');
    update(cipher.get(), bytes_of(plain), text);
    std::string tag(sealed.substr(sealed.size() - kTagBytes));
    require(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1,
            "EVP_CTRL_GCM_SET_TAG");
    unsigned char nothing[16];
    int size = 0;
    if (EVP_CipherFinal_ex(cipher.get(), nothing, &size) != 1) return std::nullopt;
    return plain;
}

}    // namespace opusclaw::crypto
