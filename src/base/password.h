// base/password.h: password hashes as New API stores them (bcrypt, spec 01 section 18.1 and 02 section 7): both programs
// accept each other's. libxcrypt is behind it. Length rules for users' passwords belong to account.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace opusclaw {

/// bcrypt looks at no more than this.
inline constexpr std::size_t kMaxPasswordBytes = 72;

/// `$2a$10$...`, 60 characters. BLOCKS about 50 ms: call it from a worker, never from an event loop. Thread-safe.
/// Throws Error(InvalidRequest, "password_invalid"): more than kMaxPasswordBytes, or a NUL byte in it.
std::string hash_password(std::string_view password);

/// Whether `password` belongs to `stored` (`$2a$`, `$2b$` or `$2y$`, any cost). BLOCKS as long as the hash's cost asks: 50 ms
/// for 10. False for a text of another form, an empty one too, after as long as cost 10 takes: nobody can tell by the time who has
/// a password (spec 02 section 8.2). False for a password with a NUL byte, at once. Of a longer password the first
/// kMaxPasswordBytes bytes count, as they do for Go. Thread-safe.
bool verify_password(std::string_view password, std::string_view stored);

}    // namespace opusclaw
