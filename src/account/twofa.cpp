// account/twofa.cpp: liboath knows Base32 and RFC 6238; forms are read here.
#include "account/twofa.h"

#include <liboath/oath.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "base/text.h"

namespace opusclaw::account {
namespace {

constexpr std::size_t kDigits = 6;
constexpr std::size_t kHalf = 4;    // of a backup code
constexpr unsigned kStep = 30;      // seconds
constexpr std::int64_t kMaxFailures = 5;
constexpr std::int64_t kLockSeconds = 300;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_code_letter(char c) { return is_digit(c) || (c >= 'A' && c <= 'Z'); }

std::string without(std::string_view text, char left_out) {
    std::string out;
    std::ranges::copy_if(text, std::back_inserter(out), [left_out](char c) { return c != left_out; });
    return out;
}

/// liboath wants to be told once.
bool ready() {
    static const bool kReady = oath_init() == OATH_OK;
    return kReady;
}

std::optional<std::string> base32_decoded(std::string_view text) {
    char* bytes = nullptr;
    std::size_t size = 0;
    const int result = oath_base32_decode(text.data(), text.size(), &bytes, &size);
    const std::unique_ptr<char, decltype(&std::free)> owned(bytes, &std::free);
    if (result != OATH_OK) return std::nullopt;
    return std::string(bytes, size);
}

}    // namespace

TwoFactorAttempts with_failure(TwoFactorAttempts before, UnixSeconds now) {
    if (before.locked_until && !before.locked(now)) before = {};
    ++before.failed;
    if (before.failed >= kMaxFailures) before.locked_until = to_unix(now) + kLockSeconds;
    return before;
}

std::optional<std::string> one_time_password(std::string_view typed) {
    std::string digits = without(typed, ' ');
    const bool good = digits.size() == kDigits && std::ranges::all_of(digits, is_digit);
    return good ? std::optional(std::move(digits)) : std::nullopt;
}

std::optional<std::string> backup_code(std::string_view typed) {
    std::string code = without(typed, '-');
    for (char& c : code) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    if (code.size() != 2 * kHalf || !std::ranges::all_of(code, is_code_letter)) return std::nullopt;
    return code.insert(kHalf, 1, '-');
}

std::optional<std::int64_t> one_time_step(std::string_view secret, std::string_view password,
                                          UnixSeconds now) {
    const auto key = ready() ? base32_decoded(secret) : std::nullopt;
    if (!key || key->empty()) return std::nullopt;
    int position = 0;    // against the step of `now`
    const std::string typed(password);
    const int result = oath_totp_validate2(key->data(), key->size(), to_unix(now), kStep, 0, 1, &position,
                                           typed.c_str());
    if (result < 0) return std::nullopt;
    return to_unix(now) / kStep + position;
}

}    // namespace opusclaw::account
