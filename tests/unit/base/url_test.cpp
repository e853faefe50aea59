// Tests of base/url.h: URLs as RFC 3986 writes them, as people type them, and those that must be refused.
#include "base/url.h"

#include <gtest/gtest.h>

namespace opusclaw {
namespace {

TEST(ParseUrl, TakesAUrlApart) {
    const Url url = parse_url("HTTPS://us%40er:p%3Ass@API.Acme.org:8443/v1/a%20b?x=1&y=%26#top").value();
    EXPECT_EQ(url.scheme, "https");
    EXPECT_EQ(url.user, "us@er");
    EXPECT_EQ(url.password, "p:ss");
    EXPECT_EQ(url.host, "api.acme.org");
    EXPECT_EQ(url.port, 8443);
    EXPECT_EQ(url.path, "/v1/a%20b");
    EXPECT_EQ(url.query, "x=1&y=%26");
    EXPECT_EQ(url.fragment, "top");
    EXPECT_EQ(url.authority(), "api.acme.org:8443");
    EXPECT_EQ(url.target(), "/v1/a%20b?x=1&y=%26");
    EXPECT_EQ(url.text(), "https://api.acme.org:8443/v1/a%20b?x=1&y=%26");
}

struct PortCase {
    std::string_view text;
    std::uint16_t port;
    std::string_view authority;
};
constexpr PortCase kPortCases[] = {
    {"http://a", 80, "a"},     {"https://a", 443, "a"},         {"ws://a", 80, "a"},
    {"wss://a", 443, "a"},     {"redis://a", 6379, "a"},        {"socks5://a", 1080, "a"},
    {"http://a:80/", 80, "a"}, {"http://a:443/", 443, "a:443"}, {"http://a:/", 80, "a"},
    {"other://a", 0, "a"},     {"other://a:5", 5, "a:5"},       {"https://a:65535", 65535, "a:65535"},
};

TEST(ParseUrl, FillsInTheSchemesOwnPort) {
    for (const PortCase& c : kPortCases) {
        const std::optional<Url> url = parse_url(c.text);
        ASSERT_TRUE(url) << c.text;
        EXPECT_EQ(url->port, c.port) << c.text;
        EXPECT_EQ(url->authority(), c.authority) << c.text;
    }
}

TEST(ParseUrl, ReadsAddressesAsHosts) {
    const Url six = parse_url("http://[2001:DB8::1]:8080/x").value();
    EXPECT_TRUE(six.ipv6);
    EXPECT_EQ(six.host, "2001:db8::1");
    EXPECT_EQ(six.authority(), "[2001:db8::1]:8080");
    const Url four = parse_url("http://10.0.0.1").value();
    EXPECT_FALSE(four.ipv6);
    EXPECT_EQ(four.host, "10.0.0.1");
    EXPECT_EQ(four.path, "");
    EXPECT_EQ(four.target(), "/");
}

TEST(ParseUrl, EscapesWhatPeopleLeaveBare) {
    const Url url = parse_url("https://a.org/图 片{1}.png?filter[x]=\"ä\"|b").value();
    EXPECT_EQ(url.path, "/%E5%9B%BE%20%E7%89%87%7B1%7D.png");
    EXPECT_EQ(url.query, "filter%5Bx%5D=%22%C3%A4%22%7Cb");
}

TEST(ParseUrl, RefusesWhatIsNoUrl) {
    for (const std::string_view text : {"",
                                        "a.org",
                                        "/path",
                                        "//a.org/x",
                                        "http:",
                                        "http://",
                                        "http:///x",
                                        "https://?x",
                                        "http://a:99999/",
                                        "http://a:0/",
                                        "http://a:8o/",
                                        "http://a:-1/",
                                        "http://a b/",
                                        " http://a",
                                        "http://a ",
                                        "http://a\r\nX: y/",
                                        "http://a/\nb",
                                        "http://a/%zz",
                                        "http://a/%1",
                                        "http://[::1",
                                        "http://[zz]/",
                                        "http://a]/",
                                        "http://例え.jp/",
                                        "1http://a",
                                        "http://a%0d%0ab/",
                                        "http://a%2fb/",
                                        "http://a%00/",
                                        "http://a<b/",
                                        "mailto:a@b.org"})
        EXPECT_FALSE(parse_url(text)) << text;
    EXPECT_FALSE(parse_url(std::string_view("http://a/\0b", 11)));
    EXPECT_FALSE(parse_url("http://a/" + std::string(70'000, 'x')));
}

TEST(JoinUrl, PutsExactlyOneSlashBetween) {
    EXPECT_EQ(join_url("https://a.org", "/v1/chat"), "https://a.org/v1/chat");
    EXPECT_EQ(join_url("https://a.org/", "/v1/chat"), "https://a.org/v1/chat");
    EXPECT_EQ(join_url("https://a.org/base//", "v1"), "https://a.org/base/v1");
    EXPECT_EQ(join_url("https://a.org/", ""), "https://a.org");
    EXPECT_EQ(join_url("https://a.org", "/"), "https://a.org/");
}

TEST(PercentEncoding, WritesAndReadsBack) {
    const std::string_view text = "a b+c/ä&=%~-._";
    EXPECT_EQ(percent_encode(text), "a%20b%2Bc%2F%C3%A4%26%3D%25~-._");
    EXPECT_EQ(encode_query_component(text), "a+b%2Bc%2F%C3%A4%26%3D%25~-._");
    EXPECT_EQ(percent_decode(percent_encode(text)), text);
    EXPECT_EQ(decode_query_component(encode_query_component(text)), text);
    EXPECT_EQ(percent_decode("a+b%2f"), "a+b/");
    EXPECT_EQ(decode_query_component("a+b%2F"), "a b/");
    for (const std::string_view broken : {"%", "%1", "%zz", "a%2", "%%41"})
        EXPECT_FALSE(percent_decode(broken)) << broken;
}

TEST(QueryParameters, KeepsOrderAndFindsTheFirst) {
    const QueryParameters query = query_parameters("p=1&page_size=20&p=2&empty=&bare&k%20ey=v%26+w&&=x");
    EXPECT_EQ(query.find("p"), "1");
    EXPECT_EQ(query.all("p"), (std::vector<std::string_view>{"1", "2"}));
    EXPECT_EQ(query.find("empty"), "");
    EXPECT_EQ(query.find("bare"), "");
    EXPECT_EQ(query.find("k ey"), "v& w");
    EXPECT_EQ(query.find(""), "x");
    EXPECT_FALSE(query.find("P"));
    EXPECT_EQ(query.pairs().size(), 7U);
}

TEST(QueryParameters, LeavesOutPairsWithBrokenEscapes) {
    const QueryParameters query = query_parameters("a=%zz&%=b&c=%41=d");
    EXPECT_EQ(query.pairs().size(), 1U);
    EXPECT_EQ(query.find("c"), "A=d");
    EXPECT_TRUE(query_parameters("").pairs().empty());
}

}    // namespace
}    // namespace opusclaw
