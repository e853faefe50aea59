// account/twofa.h: second factors as a person types them, one-time passwords and backup codes, and when too many were wrong (spec 02
// sections 17.1 and 17.4). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace opusclaw::account {

/// Attempts of one user. After the fifth that fails the second factor is locked for five minutes.
struct TwoFactorAttempts {
    std::int64_t failed = 0;
    std::optional<std::int64_t> locked_until;    // Unix seconds

    bool locked(UnixSeconds now) const { return locked_until && *locked_until > to_unix(now); }
};
/// One more has failed at `now`. A lock that has ended starts the count anew.
TwoFactorAttempts with_failure(TwoFactorAttempts before, UnixSeconds now);

/// The six digits of a one-time password; blanks do not count. nullopt: it is none by its form.
std::optional<std::string> one_time_password(std::string_view typed);
/// `XXXX-XXXX` as its hash was made of it; dashes and letter case do not count. nullopt: it is none by its form.
std::optional<std::string> backup_code(std::string_view typed);

/// The number of the 30 s step that the password belongs to: the one of `now`, the one before or the one behind. nullopt: another's, or
/// `secret` is no Base32. Thread-safe.
std::optional<std::int64_t> one_time_step(std::string_view secret, std::string_view password,
                                          UnixSeconds now);

}    // namespace opusclaw::account
