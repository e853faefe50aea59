// settings/fetch_rules.cpp: the checks in the order of spec 01 section 17.2, with its texts.
#include "settings/fetch_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/json/view.h"
#include "base/text.h"
#include "base/url.h"
#include "settings/settings_store.h"

namespace opusclaw::settings {
namespace {

std::vector<std::string> list_of(std::string_view json) {
    std::vector<std::string> items;
    try {
        json::Document::copy(json).root().each_item([&items](const json::View& item) {
            if (const auto text = item.as_string()) items.push_back(text::lower(text::trim(*text)));
            return true;
        });
    } catch (const Error&) {
        // checked when it was stored
    }
    return items;
}

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

FetchRules FetchRules::of(const SettingsStore& settings) {
    const auto text = [&settings](std::string_view name) {
        return settings.text("fetch_setting." + std::string(name));
    };
    const auto flag = [&text](std::string_view name) { return text(name) == "true"; };
    const auto kind = [&flag](std::string_view name) {
        return flag(name) ? ListKind::Allow : ListKind::Deny;
    };
    std::string addresses;
    for (const std::string& entry : list_of(text("ip_list"))) addresses += entry + "\n";
    return {.enabled = flag("enable_ssrf_protection"),
            .allow_private = flag("allow_private_ip"),
            .domain_kind = kind("domain_filter_mode"),
            .address_kind = kind("ip_filter_mode"),
            .domains = list_of(text("domain_list")),
            .addresses = IpList::parse(addresses),
            .ports = list_of(text("allowed_ports")),
            .check_names = flag("apply_ip_filter_for_domain")};
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
