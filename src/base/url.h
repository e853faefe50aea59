// base/url.h: URLs (RFC 3986) taken apart and put together, and query strings. Boost.URL is behind it, in url.cpp only.
// What may be fetched (SSRF rules, spec 01 section 17) is not decided here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace opusclaw {

/// An absolute URL with a host. Owns its text.
struct Url {
    std::string scheme;      // lower case, without `:`
    std::string user;        // percent-decoded; empty when absent
    std::string password;    // percent-decoded; empty when absent. Never log it.
    std::string host;        // lower case, IPv6 without brackets
    std::uint16_t port =
        0;    // as given, else the scheme's own (http 80, https 443, ws, wss, socks5, redis ...), else 0
    std::string path;        // percent-encoded as given, may be empty
    std::string query;       // percent-encoded as given, without `?`
    std::string fragment;    // percent-encoded as given, without `#`
    bool ipv6 = false;       // host is an IPv6 literal

    /// `host`, `host:8080`, `[::1]:8080`: the value of a Host header; the scheme's own port is left out.
    std::string authority() const;
    /// What stands in the request line: path (`/` when empty) and query.
    std::string target() const;
    /// The whole URL without user, password and fragment.
    std::string text() const;
};

/// nullopt: not absolute, no host, a bad port or escape, blanks or control characters around or in the host. Characters
/// that people type into paths and queries although RFC 3986 wants them escaped (blanks, `{`, `[`, other than ASCII)
/// are escaped.
std::optional<Url> parse_url(std::string_view text);
/// The scheme's own port, or 0.
std::uint16_t default_port(std::string_view scheme);

/// `base` and `path` with exactly one slash between them. An empty `path` gives `base` without slashes at its end.
std::string join_url(std::string_view base, std::string_view path);

/// Everything but letters, digits and `-._~` as %XX.
std::string percent_encode(std::string_view text);
/// %XX resolved, `+` stays. nullopt for a broken escape.
std::optional<std::string> percent_decode(std::string_view text);
/// As browsers and Go write a form: like percent_encode, but a blank is `+`.
std::string encode_query_component(std::string_view text);
/// %XX resolved and `+` read as a blank. nullopt for a broken escape.
std::optional<std::string> decode_query_component(std::string_view text);

/// The pairs of a query string, decoded, in order.
class QueryParameters {
public:
    QueryParameters() = default;
    explicit QueryParameters(std::vector<std::pair<std::string, std::string>> pairs)
        : pairs_(std::move(pairs)) {}

    /// The first value of `name`; a view into this object.
    std::optional<std::string_view> find(std::string_view name) const;
    std::vector<std::string_view> all(std::string_view name) const;
    const std::vector<std::pair<std::string, std::string>>& pairs() const { return pairs_; }

private:
    std::vector<std::pair<std::string, std::string>> pairs_;
};
/// Reads `a=1&b=2&c`. Pairs with a broken escape are left out; a name without `=` has an empty value.
QueryParameters query_parameters(std::string_view query);

}    // namespace opusclaw
