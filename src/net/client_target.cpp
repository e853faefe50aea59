// net/client_target.cpp: where requests go: targets with their pool keys, and proxy URLs (spec 04 section 18). How a proxy is
// spoken to is in client_proxy.cpp.
#include <algorithm>

#include "base/error.h"
#include "base/ip.h"
#include "base/text.h"
#include "base/url.h"
#include "net/client.h"

namespace opusclaw::net {
namespace {

std::optional<ProxyKind> proxy_kind(std::string_view scheme) {
    if (scheme == "http") return ProxyKind::Http;
    if (scheme == "https") return ProxyKind::Https;
    if (scheme == "socks5") return ProxyKind::Socks5;
    if (scheme == "socks5h") return ProxyKind::Socks5h;
    return std::nullopt;
}

/// Hosts come from operators' base URLs and go into the Host header: nothing may break out of its line there.
void check_host(std::string_view host) {
    const auto bad = [](char c) {
        return (c >= 0 && c <= ' ') || c == '\x7f' || c == '/' || c == '?' || c == '#' || c == '@' ||
               c == '\\';
    };
    if (host.empty() || std::ranges::any_of(host, bad))
        throw_error(ErrorKind::InvalidRequest, "bad_host", "the host of the upstream address is not valid");
}

std::string host_header_of(const Target::Parts& parts) {
    const bool v6 = parts.host.find(':') != std::string::npos;
    std::string out = v6 ? "[" + parts.host + "]" : parts.host;
    if (parts.port != (parts.tls ? 443 : 80)) out += ":" + std::to_string(parts.port);
    return out;
}

void append_field(std::string& key, std::string_view value) {
    // The length in front: no two different proxies give the same key, whatever their passwords hold.
    key += '|';
    key += std::to_string(value.size());
    key += ':';
    key += value;
}

std::string key_of(const Target::Parts& parts) {
    std::string key = parts.tls ? "https" : "http";
    if (parts.tls && parts.check == CertificateCheck::Skip) key += "-unchecked";
    append_field(key, parts.host);
    append_field(key, std::to_string(parts.port));
    if (!parts.address.empty()) append_field(key, "at " + parts.address);
    if (!parts.proxy) return key;
    append_field(key, std::to_string(static_cast<int>(parts.proxy->kind)));
    append_field(key, parts.proxy->host);
    append_field(key, std::to_string(parts.proxy->port));
    append_field(key, parts.proxy->user);
    append_field(key, parts.proxy->password);
    if (parts.proxy->kind == ProxyKind::Https && parts.check == CertificateCheck::Skip) key += "|unchecked";
    return key;
}

}    // namespace

ProxyAddress parse_proxy(std::string_view url) {
    const std::string_view trimmed = text::trim(url);
    const std::size_t colon = trimmed.find("://");
    if (colon == std::string_view::npos)
        throw_error(ErrorKind::InvalidRequest, "bad_proxy", "invalid proxy address");
    const std::string scheme = text::lower(trimmed.substr(0, colon));
    const std::optional<ProxyKind> kind = proxy_kind(scheme);
    if (!kind) {
        throw_error(ErrorKind::InvalidRequest, "bad_proxy",
                    "unsupported proxy scheme: " + scheme + ", must be http, https, socks5 or socks5h");
    }
    std::optional<Url> parsed = parse_url(trimmed);
    if (!parsed || parsed->port == 0)
        throw_error(ErrorKind::InvalidRequest, "bad_proxy", "invalid proxy address");
    return {*kind, std::move(parsed->host), parsed->port, std::move(parsed->user),
            std::move(parsed->password)};
}

Target::Target(Parts parts) : parts_(std::move(parts)) {
    parts_.host = text::lower(parts_.host);
    check_host(parts_.host);
    if (parts_.proxy) check_host(parts_.proxy->host);
    key_ = key_of(parts_);
    host_header_ = host_header_of(parts_);
}

std::shared_ptr<const Target> Target::make(Parts parts) {
    struct Made : Target {
        explicit Made(Parts from) : Target(std::move(from)) {}
    };
    return std::make_shared<const Made>(std::move(parts));
}

}    // namespace opusclaw::net
