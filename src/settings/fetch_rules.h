// settings/fetch_rules.h: which addresses the program may fetch for somebody else (options `fetch_setting.*`, spec 01 section 17): the
// rules as a value, and what they say to a URL and to an address. Pure; names are resolved elsewhere.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"

namespace opusclaw::settings {

struct Settings;

enum class ListKind { Deny, Allow };

struct FetchRules {
    bool enabled = true;
    bool allow_private = false;
    ListKind domain_kind = ListKind::Deny, address_kind = ListKind::Deny;
    std::vector<std::string> domains;    // `example.com`, `*.example.com`; lower case
    IpList addresses;
    std::vector<std::string> ports = {"80", "443", "8080", "8443"};    // `N` or `A-B`; empty: any
    bool check_names = true;                                           // every address of a name counts

    /// As the options say it.
    static FetchRules of(const Settings& settings);
};

/// Steps 1 to 5 of section 17.2: why the URL must not be fetched; nullopt: it may, as far as its addresses do.
std::optional<std::string> refused_url(const FetchRules& rules, std::string_view url);
/// Whether the addresses behind `host` have to be looked at, and to be the ones that are connected to.
bool addresses_count(const FetchRules& rules, std::string_view host);
/// Steps 4 and 6. `name`: of which the address is one; empty: the URL had the address itself.
std::optional<std::string> refused_address(const FetchRules& rules, const IpAddress& address,
                                           std::string_view name = {});

}    // namespace opusclaw::settings
