// Tests of targets, proxy addresses and outgoing heads (client_target.cpp, client_request.cpp).
#include <gtest/gtest.h>

#include "base/error.h"
#include "net/client_request.h"

namespace opusclaw::net {
namespace {

using Parts = Target::Parts;

std::string proxy_error(std::string_view url) {
    try {
        parse_proxy(url);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind, ErrorKind::InvalidRequest);
        EXPECT_EQ(error.code, "bad_proxy");
        return error.message.text;
    }
    return "";
}

TEST(ParseProxy, ReadsTheFourKinds) {
    struct Row {
        std::string_view url;
        ProxyKind kind;
        std::string_view host;
        std::uint16_t port;
    };
    for (const Row& row : {Row{"http://proxy", ProxyKind::Http, "proxy", 80},
                           Row{"HTTPS://Proxy.example", ProxyKind::Https, "proxy.example", 443},
                           Row{"socks5://10.0.0.1", ProxyKind::Socks5, "10.0.0.1", 1080},
                           Row{"socks5h://[::1]:9050/", ProxyKind::Socks5h, "::1", 9050}}) {
        const ProxyAddress proxy = parse_proxy(row.url);
        EXPECT_EQ(proxy.kind, row.kind) << row.url;
        EXPECT_EQ(proxy.host, row.host);
        EXPECT_EQ(proxy.port, row.port);
    }
}

TEST(ParseProxy, DecodesUserAndPassword) {
    const ProxyAddress proxy = parse_proxy("http://me%40home:p%3Aw@proxy:8080");
    EXPECT_EQ(proxy.user, "me@home");
    EXPECT_EQ(proxy.password, "p:w");
}

TEST(ParseProxy, RefusesOtherSchemesWithTheTextOfTheContract) {
    EXPECT_EQ(proxy_error("ftp://proxy"),
              "unsupported proxy scheme: ftp, must be http, https, socks5 or socks5h");
    EXPECT_EQ(proxy_error("proxy:8080"), "invalid proxy address");
    EXPECT_EQ(proxy_error("http://"), "invalid proxy address");
}

TEST(Target, WritesTheHostHeader) {
    EXPECT_EQ(Target::make({.host = "API.example"})->host_header(), "api.example");
    EXPECT_EQ(Target::make({.host = "a", .port = 8443})->host_header(), "a:8443");
    EXPECT_EQ(Target::make({.tls = false, .host = "a", .port = 80})->host_header(), "a");
    EXPECT_EQ(Target::make({.host = "::1", .port = 444})->host_header(), "[::1]:444");
}

TEST(Target, HasOneKeyForEqualPartsAndAnotherForEachDifference) {
    const ProxyAddress proxy{ProxyKind::Http, "p", 80, "u", "w"};
    const std::vector<Parts> parts = {
        {.host = "a"},
        {.host = "b"},
        {.host = "a", .port = 444},
        {.tls = false, .host = "a"},
        {.host = "a", .check = CertificateCheck::Skip},
        {.host = "a", .proxy = proxy},
        {.host = "a", .proxy = ProxyAddress{ProxyKind::Socks5, "p", 80, "u", "w"}},
        {.host = "a", .proxy = ProxyAddress{ProxyKind::Http, "p", 80, "u", "x"}},
        {.host = "a", .proxy = ProxyAddress{ProxyKind::Http, "p", 80, "u|1:w", ""}},
    };
    std::vector<std::string> keys;
    for (const Parts& one : parts) {
        keys.push_back(Target::make(one)->key());
        EXPECT_EQ(keys.back(), Target::make(one)->key());
    }
    std::ranges::sort(keys);
    EXPECT_EQ(std::ranges::adjacent_find(keys), keys.end());
}

TEST(Target, RefusesAHostThatBreaksOut) {
    for (const char* host : {"", "a b", "a\r\nX: y", "a/b", "u@a"})
        EXPECT_THROW(Target::make({.host = host}), Error) << host;
}

std::string head_of(const Parts& parts, const OutgoingRequest& request) {
    SendRoom room;
    gather_request(*Target::make(parts), request, room);
    return room.head;
}

TEST(OutgoingHead, HoldsRequestLineHostLengthAndLines) {
    HeaderLines lines;
    lines.add("Authorization", "Bearer k");
    const std::string_view body[] = {"he", "", "llo"};
    EXPECT_EQ(head_of({.host = "a"}, {.path = "/v1?x=1", .headers = &lines, .body = body}),
              "POST /v1?x=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nAuthorization: Bearer k\r\n\r\n");
    EXPECT_EQ(head_of({.host = "a"}, {.method = "POST"}),
              "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(head_of({.host = "a"}, {.method = "GET"}), "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
}

TEST(OutgoingHead, IsInAbsoluteFormForAnHttpProxyOfAPlainTarget) {
    const ProxyAddress proxy{ProxyKind::Http, "p", 80, "user", "pass"};
    EXPECT_EQ(
        head_of({.tls = false, .host = "a", .port = 81, .proxy = proxy}, {.method = "GET", .path = "/x"}),
        "GET http://a:81/x HTTP/1.1\r\nHost: a:81\r\nProxy-Authorization: Basic dXNlcjpwYXNz\r\n\r\n");
    EXPECT_EQ(head_of({.host = "a", .proxy = proxy}, {.method = "GET", .path = "/x"}),
              "GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
}

TEST(OutgoingHead, RefusesWhatBreaksOutOfTheRequestLine) {
    for (const char* path : {"", "x", "/a b", "/a\r\nX: y", "/a\tb", "/\x7f"})
        EXPECT_THROW(check_request({.path = path}), Error) << path;
    EXPECT_THROW(check_request({.method = "GET /"}), Error);
    EXPECT_NO_THROW(check_request({.path = "/\xc3\xa9?q=%20"}));
}

TEST(Target, AnAddressOfItsOwnChangesWhereItLeadsNotWhatItIsCalled) {
    Parts parts{.tls = false, .host = "hooks.example", .port = 80, .proxy = std::nullopt};
    const auto named = Target::make(parts);
    parts.address = "192.0.2.7";
    const auto checked = Target::make(parts);
    EXPECT_NE(named->key(), checked->key()) << "they share no connections";
    EXPECT_EQ(checked->host_header(), "hooks.example");
}

}    // namespace
}    // namespace opusclaw::net
