// settings/fetch_rules.cpp: the checks in the order of spec 01 section 17.2, with its texts.
#include "settings/fetch_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "base/url.h"
#include "settings/settings.h"

namespace opusclaw::settings {
namespace {

std::vector<std::string> cleaned(std::vector<std::string> entries) {
    for (std::string& entry : entries) entry = text::lower(text::trim(entry));
    return entries;
}

ListKind kind(bool allows) { return allows ? ListKind::Allow : ListKind::Deny; }

struct PortRange {
    std::int64_t first = 0, last = 0;
};

std::optional<PortRange> range_of(std::string_view text) {
    constexpr std::int64_t kMost = 65'535;
    const std::size_t dash = text.find('-');
    const auto first = text::parse_int(text::trim(text.substr(0, dash)));
    const auto last = dash == std::string_view::npos ? first
                                                     : text::parse_int(text::trim(text.substr(dash + 1)));
    if (!first || !last || *first < 1 || *last > kMost || *first > *last) return std::nullopt;
    return PortRange{.first = *first, .last = *last};
}

std::optional<std::string> refused_port(const FetchRules& rules, std::int64_t port) {
    bool allowed = rules.ports.empty();
    for (const std::string& entry : rules.ports) {
        const auto range = range_of(entry);
        if (!range) return "request reject - invalid port configuration: " + entry;
        allowed = allowed || (port >= range->first && port <= range->last);
    }
    if (!allowed) return fmt::format("port {} is not allowed", port);
    return std::nullopt;
}

bool matches(std::string_view entry, std::string_view host) {
    if (!entry.starts_with("*.")) return entry == host;
    const std::string_view domain = entry.substr(2);
    return host == domain || host.ends_with(entry.substr(1));
}

std::optional<std::string> refused_domain(const FetchRules& rules, std::string_view host) {
    const bool listed = std::ranges::any_of(
        rules.domains, [host](const std::string& entry) { return matches(entry, host); });
    if (rules.domain_kind == ListKind::Allow)
        return listed ? std::nullopt : std::optional("domain not in whitelist: " + std::string(host));
    return listed ? std::optional("domain in blacklist: " + std::string(host)) : std::nullopt;
}

}    // namespace

FetchRules FetchRules::of(const Settings& settings) {
    std::string addresses;
    for (const std::string& entry : settings.fetch_addresses) addresses += entry + "\n";
    return {.enabled = settings.fetch_checked,
            .allow_private = settings.fetch_allows_private,
            .domain_kind = kind(settings.fetch_domains_allow),
            .address_kind = kind(settings.fetch_addresses_allow),
            .domains = cleaned(settings.fetch_domains),
            .addresses = IpList::parse(addresses),
            .ports = cleaned(settings.fetch_ports),
            .check_names = settings.fetch_checks_names};
}

std::optional<std::string> refused_url(const FetchRules& rules, std::string_view url) {
    if (!rules.enabled) return std::nullopt;
    const auto parsed = parse_url(url);
    if (!parsed) return "invalid URL format: " + std::string(url.substr(0, 200));
    if (parsed->scheme != "http" && parsed->scheme != "https")
        return "unsupported protocol: " + parsed->scheme + " (only http/https allowed)";
    if (auto why = refused_port(rules, parsed->port)) return why;
    if (const auto address = IpAddress::parse(parsed->host)) return refused_address(rules, *address);
    return refused_domain(rules, parsed->host);
}

bool addresses_count(const FetchRules& rules, std::string_view host) {
    return rules.enabled && rules.check_names && !IpAddress::parse(host);
}

std::optional<std::string> refused_address(const FetchRules& rules, const IpAddress& address,
                                           std::string_view name) {
    if (!rules.enabled) return std::nullopt;
    const std::string shown = name.empty() ? address.to_string()
                                           : std::string(name) + " resolves to " + address.to_string();
    if (is_private(address) && !rules.allow_private) return "private IP address not allowed: " + shown;
    const bool listed = rules.addresses.contains(address);
    if (rules.address_kind == ListKind::Allow)
        return listed ? std::nullopt : std::optional("ip not in whitelist: " + shown);
    return listed ? std::optional("ip in blacklist: " + shown) : std::nullopt;
}

}    // namespace opusclaw::settings
