// base/password.cpp: bcrypt by libxcrypt. The work is always done under the prefix `$2b$`: for `$2a$` libxcrypt keeps a
// safeguard against an old fault of other implementations, and so gives another hash than Go for some passwords that
// are not ASCII. `$2a$`, `$2b$` and `$2y$` name the same function otherwise.
#include "base/password.h"

#include <crypt.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/crypto.h"
#include "base/error.h"

namespace opusclaw {
namespace {

constexpr unsigned long kCost = 10;
constexpr std::size_t kPrefix = 4;      // $2b$
constexpr std::size_t kSetting = 29;    // prefix, cost, salt
constexpr std::size_t kHashBytes = 60;
/// Of a password that nobody has.
constexpr std::string_view kNobody = "$2b$10$abcdefghijklmnopqrstuuv2PaxZO.gRiMKu8gyyycqlaX6nT7pjC";

struct Wipe {
    void operator()(crypt_data* data) const {
        OPENSSL_cleanse(data, sizeof *data);
        std::default_delete<crypt_data>()(data);
    }
};

/// The bcrypt of `password` under `setting` ($2b$...), or an empty text.
std::string bcrypt(const std::string& password, const std::string& setting) {
    const std::unique_ptr<crypt_data, Wipe> data(std::make_unique<crypt_data>().release());
    const char* const result = crypt_rn(password.c_str(), setting.c_str(), data.get(), sizeof *data);
    return result == nullptr || *result == '*' ? std::string() : std::string(result);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_letter(char c) {
    return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' || c == '/';
}

bool is_bcrypt(std::string_view hash) {
    constexpr std::size_t kCostAt = 4, kSaltAt = 7;
    if (hash.size() != kHashBytes || !hash.starts_with("$2") || hash[3] != '$' || hash[6] != '$')
        return false;
    const bool known = hash[2] == 'a' || hash[2] == 'b' || hash[2] == 'y';
    const std::string_view cost = hash.substr(kCostAt, 2);
    return known && std::ranges::all_of(cost, is_digit) && cost >= "04" && cost <= "31" &&
           std::ranges::all_of(hash.substr(kSaltAt), is_letter);
}

bool has_nul(std::string_view password) { return password.find('\0') != std::string_view::npos; }

}    // namespace

std::string hash_password(std::string_view password) {
    if (password.size() > kMaxPasswordBytes)
        throw_error(ErrorKind::InvalidRequest, "password_invalid", "password length exceeds 72 bytes");
    if (has_nul(password))
        throw_error(ErrorKind::InvalidRequest, "password_invalid", "password contains a NUL character");
    const std::string salt = crypto::random_bytes(16);
    std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
    const char* const made = crypt_gensalt_rn("$2b$", kCost, salt.data(), static_cast<int>(salt.size()),
                                              setting.data(), static_cast<int>(setting.size()));
    std::string hash = made == nullptr ? std::string() : bcrypt(std::string(password), made);
    if (hash.size() != kHashBytes)
        throw_error(ErrorKind::Internal, "crypto_failed", "internal error", "crypt_rn");
    hash[2] = 'a';    // as Go writes it
    return hash;
}

bool verify_password(std::string_view password, std::string_view stored) {
    if (has_nul(password)) return false;
    const bool usable = is_bcrypt(stored);
    const std::string_view hash = usable ? stored : kNobody;
    const std::string setting = "$2b$" + std::string(hash.substr(kPrefix, kSetting - kPrefix));
    const std::string again = bcrypt(std::string(password.substr(0, kMaxPasswordBytes)), setting);
    return usable && again.size() == kHashBytes &&
           crypto::constant_time_equal(again.substr(kSetting), hash.substr(kSetting));
}

}    // namespace opusclaw
