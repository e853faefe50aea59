// Tests of base/ip.h: spellings of addresses (RFC 4291, RFC 5952), networks, lists as users type them, private ranges.
#include "base/ip.h"

#include <gtest/gtest.h>

namespace opusclaw {
namespace {

IpAddress address(std::string_view text) { return IpAddress::parse(text).value(); }

struct Spelling {
    std::string_view text, shortest;
};
constexpr Spelling kSpellings[] = {
    {"10.0.0.1", "10.0.0.1"},
    {"2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a"},
    {"FF01:0:0:0:0:0:0:101", "ff01::101"},
    {"0:0:0:0:0:0:0:1", "::1"},
    {"::", "::"},
    {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
    {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
    {"::ffff:192.0.2.1", "192.0.2.1"},
    {"::FFFF:C000:0201", "192.0.2.1"},
    {"[2001:db8::1]", "2001:db8::1"},
    {"fe80::1%eth0", "fe80::1"},
};

TEST(IpAddress, ReadsEverySpellingAndWritesTheShortest) {
    for (const Spelling& s : kSpellings) {
        const std::optional<IpAddress> parsed = IpAddress::parse(s.text);
        ASSERT_TRUE(parsed) << s.text;
        EXPECT_EQ(parsed->to_string(), s.shortest) << s.text;
        EXPECT_EQ(IpAddress::parse(s.shortest), parsed);
    }
}

TEST(IpAddress, RefusesTheRest) {
    for (const std::string_view text :
         {"",          "1",          "1.2.3",    "1.2.3.4.5", "256.1.1.1", "1.2.3.4 ", " 1.2.3.4", "01.2.3.4",
          "0x1.2.3.4", "1.2.3.4:80", ":",        ":::",       "1::2::3",   "12345::",  "g::",      "[::1",
          "::1]",      "[::1]:80",   "fe80::1%", "::1.2.3",   "localhost", "1.2.3.4/8"})
        EXPECT_FALSE(IpAddress::parse(text)) << text;
    EXPECT_FALSE(IpAddress::parse(std::string_view("1.2.3.4\0", 8)));
    EXPECT_FALSE(IpAddress::parse(std::string(1000, ':')));
}

TEST(IpAddress, TakesAMappedAddressForItsIpv4Address) {
    EXPECT_EQ(address("::ffff:10.0.0.1"), address("10.0.0.1"));
    EXPECT_TRUE(address("::ffff:10.0.0.1").is_v4());
    EXPECT_NE(address("::10.0.0.1"), address("10.0.0.1"));
    EXPECT_EQ(IpAddress::v4({10, 0, 0, 1}), address("10.0.0.1"));
}

struct NetworkCase {
    std::string_view network, address;
    bool inside;
};
constexpr NetworkCase kNetworkCases[] = {
    {"10.0.0.0/8", "10.255.1.2", true},
    {"10.0.0.0/8", "11.0.0.0", false},
    {"10.1.2.3/8", "10.9.9.9", true},
    {"192.168.4.0/22", "192.168.7.255", true},
    {"192.168.4.0/22", "192.168.8.0", false},
    {"1.2.3.4", "1.2.3.4", true},
    {"1.2.3.4", "1.2.3.5", false},
    {"1.2.3.4/32", "1.2.3.4", true},
    {"0.0.0.0/0", "255.255.255.255", true},
    {"0.0.0.0/0", "::1", false},
    {"::/0", "1.2.3.4", false},
    {"::/0", "2001:db8::1", true},
    {"2001:db8::/33", "2001:db8:7fff::1", true},
    {"2001:db8::/33", "2001:db8:8000::1", false},
    {"::1", "::1", true},
    {"10.0.0.0/8", "::ffff:10.2.3.4", true},
    {"::ffff:10.0.0.0/104", "10.2.3.4", true},
    {"::ffff:10.0.0.0/104", "11.2.3.4", false},
};

TEST(IpNetwork, ContainsWhatSharesItsPrefix) {
    for (const NetworkCase& c : kNetworkCases)
        EXPECT_EQ(IpNetwork::parse(c.network).value().contains(address(c.address)), c.inside)
            << c.network << " " << c.address;
}

TEST(IpNetwork, RefusesBadPrefixes) {
    for (const std::string_view text :
         {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/08", "10.0.0.0/8/8", "::/129",
          "/8", "10.0.0/8", "10.0.0.0/8 ", "::ffff:10.0.0.0/95", "10.0.0.0/9999"})
        EXPECT_FALSE(IpNetwork::parse(text)) << text;
}

TEST(IpList, ReadsWhatUsersType) {
    const IpList list = IpList::parse("10.0.0.0/8, 2001:db8::/32\r\n  1.2.3.4 ,nonsense,,");
    EXPECT_TRUE(list.contains(address("10.1.1.1")));
    EXPECT_TRUE(list.contains(address("2001:db8::5")));
    EXPECT_TRUE(list.contains(address("1.2.3.4")));
    EXPECT_FALSE(list.contains(address("1.2.3.5")));
    EXPECT_EQ(list.bad(), std::vector<std::string>{"nonsense"});
}

TEST(IpList, TellsNoEntriesFromBadOnes) {
    EXPECT_TRUE(IpList::parse(" \n,").empty());
    const IpList bad = IpList::parse("nonsense");
    EXPECT_FALSE(bad.empty());
    EXPECT_FALSE(bad.contains(address("1.2.3.4")));
}

TEST(IpList, KnowsNoEntryForEverybody) {
    const IpList list = IpList::parse("*\n1.2.3.4");
    EXPECT_FALSE(list.contains(address("::1")));
    EXPECT_TRUE(list.contains(address("1.2.3.4")));
    EXPECT_EQ(list.bad(), std::vector<std::string>{"*"});
}

TEST(IsPrivate, KnowsTheReservedRanges) {
    for (const std::string_view text :
         {"0.0.0.0",          "10.1.2.3",   "100.64.0.1",      "127.0.0.1",    "127.255.255.255",
          "169.254.169.254",  "172.16.0.1", "172.31.255.255",  "192.0.0.1",    "192.0.2.5",
          "192.168.1.1",      "198.18.0.1", "198.19.255.255",  "198.51.100.1", "203.0.113.1",
          "224.0.0.1",        "240.0.0.1",  "255.255.255.255", "::",           "::1",
          "::ffff:127.0.0.1", "64:ff9b::1", "100::1",          "2001:1::1",    "2001:db8::1",
          "fc00::1",          "fdff::1",    "fe80::1",         "febf::1",      "ff02::1"})
        EXPECT_TRUE(is_private(address(text))) << text;
    for (const std::string_view text :
         {"1.1.1.1", "8.8.8.8", "11.0.0.1", "100.128.0.1", "172.32.0.1", "198.20.0.1", "223.255.255.255",
          "2606:4700::1", "2a00:1450::1", "::ffff:8.8.8.8"})
        EXPECT_FALSE(is_private(address(text))) << text;
}

}    // namespace
}    // namespace opusclaw
