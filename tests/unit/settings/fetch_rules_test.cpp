// Tests of settings/fetch_rules.h: what may be fetched for somebody else (spec 01 section 17.2), in the order of the checks.
#include "settings/fetch_rules.h"

#include <gtest/gtest.h>

namespace opusclaw::settings {
namespace {

std::string refusal(const FetchRules& rules, std::string_view url) {
    return refused_url(rules, url).value_or("");
}

std::string of_address(const FetchRules& rules, std::string_view address, std::string_view name = {}) {
    return refused_address(rules, *IpAddress::parse(address), name).value_or("");
}

TEST(FetchRules, CheckFormSchemeAndPort) {
    const FetchRules rules;
    EXPECT_EQ(refusal(rules, "https://example.com/hook"), "");
    EXPECT_EQ(refusal(rules, "nonsense"), "invalid URL format: nonsense");
    EXPECT_EQ(refusal(rules, "ftp://example.com"), "unsupported protocol: ftp (only http/https allowed)");
    EXPECT_EQ(refusal(rules, "http://example.com:22/"), "port 22 is not allowed");
    EXPECT_EQ(refusal(rules, "http://example.com:8443/"), "");
    FetchRules ranges;
    ranges.ports = {"1000-2000", "443"};
    EXPECT_EQ(refusal(ranges, "http://example.com:1500"), "");
    EXPECT_EQ(refusal(ranges, "http://example.com"), "port 80 is not allowed");
    ranges.ports = {};
    EXPECT_EQ(refusal(ranges, "http://example.com:22"), "") << "no entry: every port";
    ranges.ports = {"443", "2-1"};
    EXPECT_EQ(refusal(ranges, "https://example.com"), "request reject - invalid port configuration: 2-1");
}

TEST(FetchRules, PrivateAddressesAreRefused) {
    FetchRules rules;
    EXPECT_EQ(refusal(rules, "http://127.0.0.1/"), "private IP address not allowed: 127.0.0.1");
    EXPECT_EQ(refusal(rules, "http://[::ffff:10.0.0.1]/"), "private IP address not allowed: 10.0.0.1");
    EXPECT_EQ(refusal(rules, "http://169.254.169.254/latest"),
              "private IP address not allowed: 169.254.169.254");
    EXPECT_EQ(of_address(rules, "10.1.2.3", "inside.example"),
              "private IP address not allowed: inside.example resolves to 10.1.2.3");
    EXPECT_EQ(of_address(rules, "8.8.8.8", "dns.example"), "");
    rules.allow_private = true;
    EXPECT_EQ(refusal(rules, "http://127.0.0.1/"), "");
}

TEST(FetchRules, ListsDenyOrAllow) {
    FetchRules rules;
    rules.domains = {"bad.example", "*.evil.example"};
    rules.addresses = IpList::parse("8.8.8.0/24");
    EXPECT_EQ(refusal(rules, "http://bad.example"), "domain in blacklist: bad.example");
    EXPECT_EQ(refusal(rules, "http://sub.bad.example"), "");
    EXPECT_EQ(refusal(rules, "http://a.evil.example"), "domain in blacklist: a.evil.example");
    EXPECT_EQ(refusal(rules, "http://evil.example"), "domain in blacklist: evil.example");
    EXPECT_EQ(refusal(rules, "http://devil.example"), "");
    EXPECT_EQ(refusal(rules, "http://8.8.8.8"), "ip in blacklist: 8.8.8.8");
    rules.domain_kind = rules.address_kind = ListKind::Allow;
    EXPECT_EQ(refusal(rules, "http://good.example"), "domain not in whitelist: good.example");
    EXPECT_EQ(refusal(rules, "http://BAD.example"), "");
    EXPECT_EQ(of_address(rules, "9.9.9.9", "x.example"),
              "ip not in whitelist: x.example resolves to 9.9.9.9");
    EXPECT_EQ(of_address(rules, "8.8.8.8"), "");
}

TEST(FetchRules, NothingIsCheckedWhenTheyAreOff) {
    FetchRules rules;
    rules.enabled = false;
    EXPECT_EQ(refusal(rules, "http://127.0.0.1:22/"), "");
    EXPECT_FALSE(addresses_count(rules, "example.com"));
    rules.enabled = true;
    EXPECT_TRUE(addresses_count(rules, "example.com"));
    EXPECT_FALSE(addresses_count(rules, "10.0.0.1")) << "checked with the URL";
    rules.check_names = false;
    EXPECT_FALSE(addresses_count(rules, "example.com"));
}

}    // namespace
}    // namespace opusclaw::settings
