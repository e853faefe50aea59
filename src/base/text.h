// base/text.h: plain functions over text: ASCII case and blanks, strict number reading, UTF-8, and the masking of secrets
// in messages (spec 04 section 14.6, 01 section 18). No locale, no regular expressions, no I/O. All are thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace opusclaw::text {

/// Texts of one length. What iequals() is for all others.
bool same_but_for_case(std::string_view a, std::string_view b);
/// Equal when ASCII letter case is ignored; other bytes must be the same.
inline bool iequals(std::string_view a, std::string_view b) {
    return a.size() == b.size() && same_but_for_case(a, b);
}
/// ASCII letters in lower case; other bytes stay.
std::string lower(std::string_view text);
/// Without the ASCII blanks (space, \t, \n, \v, \f, \r) at both ends. A view into `text`.
std::string_view trim(std::string_view text);
/// The parts between separators, as views into `text`. "" gives one empty part, "a," gives "a" and "".
std::vector<std::string_view> split(std::string_view text, char separator);

/// The whole text as a decimal integer with an optional sign. nullopt: empty, blanks, other characters, out of range.
std::optional<std::int64_t> parse_int(std::string_view text);
/// The whole text as a finite decimal number with an optional sign and exponent. nullopt otherwise (also for inf, nan, hex).
std::optional<double> parse_double(std::string_view text);

/// Whether `text` is well-formed UTF-8 (no surrogates, no overlong forms, at most U+10FFFF).
bool valid_utf8(std::string_view text);
/// A copy in which each maximal ill-formed sequence is a U+FFFD.
std::string well_formed_utf8(std::string_view text);
/// A copy that every database takes: each maximal ill-formed sequence becomes U+FFFD, NUL bytes are dropped.
std::string clean_utf8(std::string_view text);
/// The longest beginning of `text` with at most `max_characters` code points; never cuts inside one.
std::string_view cut_utf8(std::string_view text, std::size_t max_characters);
/// Code points; each ill-formed byte counts as one.
std::size_t count_characters(std::string_view text);

/// Masks what a client must not see in an error text: `sk-` keys, URLs, host names, IP addresses, `api_key:` values.
/// JSON paths such as `messages.0.content` stay readable.
std::string mask_secrets(std::string_view text);
/// The same, after every literal occurrence of one of `secrets` (the channel's key) was replaced by `***`. Secrets of
/// fewer than 4 bytes are ignored: they would only tear the text apart.
std::string mask_secrets(std::string_view text, std::span<const std::string_view> secrets);
/// A token key as lists show it (spec 01 section 18.4): the first and last four characters, stars between.
std::string mask_key(std::string_view key);

}    // namespace opusclaw::text
