// net/client_address.cpp: the walk through X-Forwarded-For (spec 02 section 1.10). Which peers are trusted is a setting; the
// limits that use the address are elsewhere.
#include "net/client_address.h"

#include <optional>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace opusclaw::net {
namespace {

constexpr std::string_view kForwardedFor = "X-Forwarded-For";
constexpr std::string_view kRealIp = "X-Real-IP";

/// An address as proxies write it: bare, in brackets, or with a port behind it.
std::optional<IpAddress> parse_entry(std::string_view entry) {
    entry = text::trim(entry);
    if (entry.starts_with('[')) {
        const std::size_t close = entry.find(']');
        if (close == std::string_view::npos) return std::nullopt;
        const std::string_view rest = entry.substr(close + 1);
        if (!rest.empty() && !rest.starts_with(':')) return std::nullopt;
        return IpAddress::parse(entry.substr(0, close + 1));
    }
    const std::size_t colon = entry.find(':');
    const bool port = colon != std::string_view::npos && entry.find(':', colon + 1) == std::string_view::npos;
    return IpAddress::parse(port ? entry.substr(0, colon) : entry);
}

/// The entries of all X-Forwarded-For fields, in the order in which proxies appended them. Empty ones are none.
std::vector<std::string_view> forwarded_entries(const Headers& headers) {
    std::vector<std::string_view> entries;
    for (const Header& header : headers) {
        if (!text::iequals(header.name, kForwardedFor)) continue;
        for (const std::string_view entry : text::split(header.value, ','))
            if (!text::trim(entry).empty()) entries.push_back(entry);
    }
    return entries;
}

std::optional<IpAddress> leftmost(const std::vector<std::string_view>& entries) {
    return entries.empty() ? std::nullopt : parse_entry(entries.front());
}

/// From the right: the first address that is not trusted, or the leftmost when all are.
std::optional<IpAddress> nearest_untrusted(const std::vector<std::string_view>& entries,
                                           const IpList& trusted) {
    std::optional<IpAddress> last;
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
        const std::optional<IpAddress> address = parse_entry(*entry);
        if (!address) break;
        last = address;
        if (!trusted.contains(*address)) break;
    }
    return last;
}

}    // namespace

IpAddress client_address(const IpAddress& peer, const Headers& headers, const ProxyTrust& trust) {
    if (!trust.every_peer && !trust.trusted.contains(peer)) return peer;
    const std::vector<std::string_view> entries = forwarded_entries(headers);
    const std::optional<IpAddress> forwarded = trust.every_peer ? leftmost(entries)
                                                                : nearest_untrusted(entries, trust.trusted);
    if (forwarded) return *forwarded;
    if (!entries.empty() && !trust.every_peer) return peer;    // the nearest proxy wrote what nobody can read
    const std::optional<std::string_view> real = headers.find(kRealIp);
    return real ? parse_entry(*real).value_or(peer) : peer;
}

bool forwarding_ignored(const IpAddress& peer, const Headers& headers, const ProxyTrust& trust) {
    return !trust.every_peer && !trust.trusted.contains(peer) &&
           (headers.find(kForwardedFor).has_value() || headers.find(kRealIp).has_value());
}

}    // namespace opusclaw::net
