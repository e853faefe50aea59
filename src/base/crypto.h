// base/crypto.h: hashes, HMAC, Base64, random bytes, CRC-32C and authenticated encryption. OpenSSL is behind it, in
// crypto*.cpp only. Passwords are in base/password.h. All functions are thread-safe; a failure inside OpenSSL throws
// Error(Internal, "crypto_failed").
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace opusclaw::crypto {

/// Digests as raw bytes: 32, 32, 20 and 16 of them. SHA-1 and MD5 only where a provider or a file format asks for them.
std::string sha256(std::string_view data);
std::string hmac_sha256(std::string_view key, std::string_view data);
std::string sha1(std::string_view data);
std::string md5(std::string_view data);

/// Lower-case hexadecimal.
std::string hex(std::string_view bytes);
/// Both letter cases. nullopt: odd length or another character.
std::optional<std::string> from_hex(std::string_view text);

/// RFC 4648 section 4, with padding.
std::string base64_encode(std::string_view bytes);
/// Strict: nullopt for blanks, characters of the URL-safe alphabet, missing padding and stray bits in the last character.
std::optional<std::string> base64_decode(std::string_view text);
/// RFC 4648 section 5, without padding.
std::string base64url_encode(std::string_view bytes);
/// As strict, and padding is refused.
std::optional<std::string> base64url_decode(std::string_view text);

/// Compares without telling by its duration where a difference is; the lengths are not hidden.
bool constant_time_equal(std::string_view a, std::string_view b);

/// `count` bytes from the operating system's random source. Throws Error(Internal, "random_failed"), never gives less.
std::string random_bytes(std::size_t count);
/// `xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx` (RFC 9562 version 4), lower case.
std::string uuid_v4();

/// CRC-32C (Castagnoli), by the processor's instruction where there is one. To go on over several pieces, give the value
/// of the pieces before.
std::uint32_t crc32c(std::string_view data, std::uint32_t before = 0);
/// The same without the instruction: what processors that lack it run.
std::uint32_t crc32c_by_tables(std::string_view data, std::uint32_t before = 0);

/// RSASSA-PKCS1-v1_5 with SHA-256 (RS256 of RFC 7518) of `data`. `pem`: a private RSA key, PKCS#8 or PKCS#1, without a password.
/// nullopt: it is no such key.
std::optional<std::string> sign_rs256(std::string_view pem, std::string_view data);

/// AES-256-GCM under a key of exactly 32 bytes (another length throws std::invalid_argument): 12 random bytes of nonce,
/// the encrypted text, 16 bytes of tag. `context` is authenticated but not stored; open() must be given the same.
std::string seal(std::string_view key32, std::string_view plain, std::string_view context = {});
/// nullopt: too short, changed, another key or another context.
std::optional<std::string> open(std::string_view key32, std::string_view sealed,
                                std::string_view context = {});

}    // namespace opusclaw::crypto
