// base/url.cpp: URLs by Boost.URL, behind a lenient step that escapes what people leave bare in paths and queries. Query
// strings are in url_query.cpp.
#include "base/url.h"

#include <algorithm>
#include <array>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "base/text.h"

namespace opusclaw {
namespace {

namespace urls = boost::urls;

struct SchemePort {
    std::string_view scheme;
    std::uint16_t port;
};
constexpr SchemePort kPorts[] = {
    {"http", 80},       {"https", 443},       {"ws", 80},      {"wss", 443},
    {"socks5", 1080},   {"socks5h", 1080},    {"redis", 6379}, {"rediss", 6379},
    {"postgres", 5432}, {"postgresql", 5432}, {"mysql", 3306}, {"ftp", 21},
};

constexpr std::string_view kHexDigits = "0123456789ABCDEF";
constexpr std::size_t kLongestUrl = 64 * 1024;

bool must_be_escaped(char c) {
    return (c & '\x80') != 0 || std::string_view(" \"<>\\^`{|}[]").find(c) != std::string_view::npos;
}

bool is_control(char c) { return (c >= 0 && c < ' ') || c == '\x7f'; }

/// Where the authority ends: the first of `/?#` behind `//`. npos: no authority.
std::size_t authority_end(std::string_view text) {
    const std::size_t slashes = text.find("://");
    if (slashes == std::string_view::npos) return std::string_view::npos;
    return std::min(text.find_first_of("/?#", slashes + 3), text.size());
}

/// Bare characters behind the authority escaped. The authority stays: there they are mistakes.
std::string escape_bare(std::string_view text, std::size_t from) {
    std::string out(text.substr(0, from));
    for (const char c : text.substr(from)) {
        if (!must_be_escaped(c)) {
            out += c;
            continue;
        }
        out += '%';
        out += kHexDigits[static_cast<unsigned char>(c) >> 4];
        out += kHexDigits[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

std::string host_of(const urls::url_view& parsed) {
    if (parsed.host_type() == urls::host_type::ipv6) {
        const std::string bracketed = parsed.host();
        return text::lower(std::string_view(bracketed).substr(1, bracketed.size() - 2));
    }
    return text::lower(parsed.host());
}

/// The port as given, else the scheme's own. nullopt: out of range.
std::optional<std::uint16_t> port_of(const urls::url_view& parsed, std::string_view scheme) {
    if (!parsed.has_port() || parsed.port().empty()) return default_port(scheme);
    const auto digits = parsed.port();
    const std::optional<std::int64_t> number = text::parse_int({digits.data(), digits.size()});
    if (!number || *number < 1 || *number > 65535) return std::nullopt;
    return static_cast<std::uint16_t>(*number);
}

std::string text_of(urls::string_view view) { return {view.data(), view.size()}; }

bool is_host_name(std::string_view host) {
    return !host.empty() &&
           std::ranges::none_of(host, [](char c) { return is_control(c) || must_be_escaped(c); });
}

}    // namespace

std::uint16_t default_port(std::string_view scheme) {
    for (const SchemePort& row : kPorts)
        if (row.scheme == scheme) return row.port;
    return 0;
}

std::optional<Url> parse_url(std::string_view text) {
    if (text.size() > kLongestUrl || std::ranges::any_of(text, is_control)) return std::nullopt;
    const std::size_t end = authority_end(text);
    if (end == std::string_view::npos || text.ends_with(' ')) return std::nullopt;
    const std::string escaped = escape_bare(text, end);
    const auto parsed = urls::parse_uri(escaped);
    if (!parsed) return std::nullopt;

    const urls::url_view view = *parsed;
    Url url;
    url.scheme = text::lower(text_of(view.scheme()));
    url.host = host_of(view);
    url.ipv6 = view.host_type() == urls::host_type::ipv6;
    const std::optional<std::uint16_t> port = port_of(view, url.scheme);
    // A decoded host must still be one: `http://a%2fb/` and `http://a%0d%0a/` are not.
    if (!port || !is_host_name(url.host) || url.host.find_first_of("/?#@") != std::string::npos)
        return std::nullopt;
    url.port = *port;
    url.user = view.user();
    url.password = view.password();
    url.path = text_of(view.encoded_path());
    // Boost 1.81 takes the rest of a bad port for the path: `http://a:8o/`.
    if (!url.path.empty() && url.path[0] != '/') return std::nullopt;
    url.query = text_of(view.encoded_query());
    url.fragment = text_of(view.encoded_fragment());
    return url;
}

std::string Url::authority() const {
    std::string out = ipv6 ? "[" + host + "]" : host;
    if (port != 0 && port != default_port(scheme)) out += ":" + std::to_string(port);
    return out;
}

std::string Url::target() const {
    std::string out = path.empty() ? "/" : path;
    if (!query.empty()) out += "?" + query;
    return out;
}

std::string Url::text() const {
    std::string out = scheme + "://" + authority() + path;
    if (!query.empty()) out += "?" + query;
    return out;
}

std::string join_url(std::string_view base, std::string_view path) {
    while (base.ends_with('/')) base.remove_suffix(1);
    std::string out(base);
    if (path.empty()) return out;
    while (path.starts_with('/')) path.remove_prefix(1);
    out += '/';
    out += path;
    return out;
}

}    // namespace opusclaw
