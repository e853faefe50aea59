// Tests of net/client_address.h: the table of spec 02 section 1.10: who may name the client, and whom.
#include "net/client_address.h"

#include <gtest/gtest.h>

#include <vector>

namespace opusclaw::net {
namespace {

constexpr std::string_view kDefaultTrust =
    "127.0.0.0/8 ::1 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7 fe80::/10";

struct Case {
    std::string_view what;
    std::string_view peer;
    std::vector<Header> headers;
    std::string_view client;
};

Headers headers_of(const std::vector<Header>& list) {
    Headers headers;
    for (const Header& header : list) headers.add(header);
    return headers;
}

void expect_each(const std::vector<Case>& cases, const ProxyTrust& trust) {
    for (const Case& c : cases) {
        const IpAddress peer = IpAddress::parse(c.peer).value();
        EXPECT_EQ(client_address(peer, headers_of(c.headers), trust).to_string(), c.client) << c.what;
    }
}

TEST(ClientAddress, WalksBackThroughTrustedProxies) {
    const ProxyTrust trust{.trusted = IpList::parse(kDefaultTrust)};
    expect_each(
        {
            {"no header", "10.0.0.1", {}, "10.0.0.1"},
            {"an untrusted peer names somebody",
             "203.0.113.9",
             {{"X-Forwarded-For", "1.2.3.4"}},
             "203.0.113.9"},
            {"the same with the other header", "203.0.113.9", {{"X-Real-IP", "1.2.3.4"}}, "203.0.113.9"},
            {"one proxy", "10.0.0.1", {{"X-Forwarded-For", "1.2.3.4"}}, "1.2.3.4"},
            {"letter case of the name", "10.0.0.1", {{"x-forwarded-FOR", "1.2.3.4"}}, "1.2.3.4"},
            {"a forged entry on the left", "10.0.0.1", {{"X-Forwarded-For", "6.6.6.6, 1.2.3.4"}}, "1.2.3.4"},
            {"two proxies", "10.0.0.1", {{"X-Forwarded-For", "6.6.6.6, 1.2.3.4, 192.168.7.7"}}, "1.2.3.4"},
            {"all are trusted", "10.0.0.1", {{"X-Forwarded-For", "10.9.9.9, 10.8.8.8"}}, "10.9.9.9"},
            {"two fields",
             "10.0.0.1",
             {{"X-Forwarded-For", "6.6.6.6"}, {"X-Forwarded-For", "1.2.3.4,10.0.0.2"}},
             "1.2.3.4"},
            {"blanks and empty entries", "10.0.0.1", {{"X-Forwarded-For", " , 1.2.3.4 ,, "}}, "1.2.3.4"},
            {"ports", "10.0.0.1", {{"X-Forwarded-For", "1.2.3.4:5678"}}, "1.2.3.4"},
            {"IPv6", "::1", {{"X-Forwarded-For", "2001:db8::7, fd00::1"}}, "2001:db8::7"},
            {"IPv6 with a port", "::1", {{"X-Forwarded-For", "[2001:db8::7]:443"}}, "2001:db8::7"},
            {"IPv4 within IPv6", "::ffff:10.0.0.1", {{"X-Forwarded-For", "::ffff:1.2.3.4"}}, "1.2.3.4"},
            {"garbage further out", "10.0.0.1", {{"X-Forwarded-For", "unknown, 10.0.0.2"}}, "10.0.0.2"},
            {"garbage from the nearest", "10.0.0.1", {{"X-Forwarded-For", "1.2.3.4, unknown"}}, "10.0.0.1"},
            {"unclosed bracket", "10.0.0.1", {{"X-Forwarded-For", "[2001:db8::7"}}, "10.0.0.1"},
            {"text behind the bracket", "10.0.0.1", {{"X-Forwarded-For", "[2001:db8::7]x"}}, "10.0.0.1"},
            {"the other header", "10.0.0.1", {{"X-Real-IP", " 1.2.3.4 "}}, "1.2.3.4"},
            {"both headers",
             "10.0.0.1",
             {{"X-Real-IP", "5.5.5.5"}, {"X-Forwarded-For", "1.2.3.4"}},
             "1.2.3.4"},
            {"an empty list and the other",
             "10.0.0.1",
             {{"X-Forwarded-For", ""}, {"X-Real-IP", "5.5.5.5"}},
             "5.5.5.5"},
            {"the other is garbage", "10.0.0.1", {{"X-Real-IP", "nobody"}}, "10.0.0.1"},
        },
        trust);
}

TEST(ClientAddress, TakesTheLeftmostWhenEverybodyIsTrusted) {
    const std::vector<Case> cases = {
        {"leftmost", "203.0.113.9", {{"X-Forwarded-For", "1.2.3.4, 5.6.7.8, 9.9.9.9"}}, "1.2.3.4"},
        {"the other header", "203.0.113.9", {{"X-Real-IP", "1.2.3.4"}}, "1.2.3.4"},
        {"none", "203.0.113.9", {}, "203.0.113.9"},
    };
    expect_each(cases, {.trusted = {}, .every_peer = true});
    expect_each(cases, {.trusted = IpList::parse("0.0.0.0/0,::/0")});
}

TEST(ClientAddress, PassesOverALeftmostEntryThatIsNoAddress) {
    expect_each(
        {
            {"with the other header",
             "9.9.9.9",
             {{"X-Forwarded-For", "x, 5.6.7.8"}, {"X-Real-IP", "1.2.3.4"}},
             "1.2.3.4"},
            {"without", "9.9.9.9", {{"X-Forwarded-For", "x, 5.6.7.8"}}, "9.9.9.9"},
        },
        {.trusted = {}, .every_peer = true});
}

TEST(ClientAddress, TrustsNobodyWithAnEmptyList) {
    expect_each({{"loopback", "127.0.0.1", {{"X-Forwarded-For", "1.2.3.4"}}, "127.0.0.1"}}, {});
}

TEST(ForwardingIgnored, TellsOnlyOfHeadersThatDidNotCount) {
    const ProxyTrust trust{.trusted = IpList::parse(kDefaultTrust)};
    const IpAddress stranger = IpAddress::parse("203.0.113.9").value();
    const IpAddress proxy = IpAddress::parse("10.0.0.1").value();
    const Headers forwarded = headers_of({{"x-forwarded-for", "1.2.3.4"}});
    const Headers real = headers_of({{"X-Real-IP", "1.2.3.4"}});
    EXPECT_TRUE(forwarding_ignored(stranger, forwarded, trust));
    EXPECT_TRUE(forwarding_ignored(stranger, real, trust));
    EXPECT_FALSE(forwarding_ignored(stranger, headers_of({{"Host", "a"}}), trust));
    EXPECT_FALSE(forwarding_ignored(proxy, forwarded, trust));
    EXPECT_FALSE(forwarding_ignored(stranger, forwarded, {.trusted = {}, .every_peer = true}));
}

}    // namespace
}    // namespace opusclaw::net
