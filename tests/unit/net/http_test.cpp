// tests/unit/net/http_test.cpp: header fields, header lines and the small grammar of net/http.h. Reading heads is tested in
// http_head_test.cpp.
#include "net/http.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace opusclaw::net {
namespace {

TEST(Headers, FindsTheFirstFieldInAnyCase) {
    Headers headers;
    headers.add({"Accept", "a"});
    headers.add({"X-Key", "1"});
    headers.add({"x-key", "2"});
    EXPECT_EQ(headers.find("x-KEY"), "1");
    EXPECT_EQ(headers.count("X-KEY"), 2U);
    EXPECT_EQ(headers.find("x-ke"), std::nullopt);
    EXPECT_EQ(headers.size(), 3U);
    headers.clear();
    EXPECT_EQ(headers.begin(), headers.end());
}

TEST(HeaderLines, WritesOneLineAField) {
    HeaderLines lines;
    lines.add("Content-Type", "application/json").add("X-Count", 18446744073709551615ULL);
    EXPECT_EQ(lines.text(), "Content-Type: application/json\r\nX-Count: 18446744073709551615\r\n");
    EXPECT_TRUE(lines.has("content-type"));
    EXPECT_FALSE(lines.has("application/json"));
    EXPECT_FALSE(lines.has("content"));
}

TEST(HeaderLines, RemovesEveryFieldOfAName) {
    HeaderLines lines;
    lines.add("A", "1").add("B", "2").add("a", "3");
    EXPECT_TRUE(lines.remove("A"));
    EXPECT_EQ(lines.text(), "B: 2\r\n");
    EXPECT_FALSE(lines.remove("A"));
}

TEST(HeaderLines, TakesNoValueThatWouldEndItsLine) {
    using namespace std::string_view_literals;
    for (const std::string_view value : {"a\r\nB: c"sv, "a\nb"sv, "a\rb"sv, "a\0b"sv, "a\x1b"sv, "a\x7f"sv}) {
        HeaderLines lines;
        EXPECT_THROW(lines.add("A", value), Error) << value;
        EXPECT_TRUE(lines.text().empty());
    }
    HeaderLines lines;
    lines.add("A", "tab\tand \xc3\xbc");
    EXPECT_EQ(lines.text(), "A: tab\tand \xc3\xbc\r\n");
}

TEST(HeaderLines, TakesNoNameThatIsNoToken) {
    for (const std::string_view name : {"", "A B", "A:", "A\r\nB", "\xc3\xbc", "A,"}) {
        HeaderLines lines;
        EXPECT_THROW(lines.add(name, "x"), Error) << name;
    }
}

TEST(ListHas, LooksAtWholeItems) {
    EXPECT_TRUE(list_has("keep-alive, Upgrade", "upgrade"));
    EXPECT_TRUE(list_has("close", "close"));
    EXPECT_TRUE(list_has("gzip;q=0.5 , br", "gzip"));
    EXPECT_FALSE(list_has("closed, not close", "close"));
    EXPECT_FALSE(list_has("", "close"));
}

TEST(ReasonPhrase, KnowsTheStandardOnes) {
    EXPECT_EQ(reason_phrase(200), "OK");
    EXPECT_EQ(reason_phrase(429), "Too Many Requests");
    EXPECT_EQ(reason_phrase(505), "HTTP Version Not Supported");
    EXPECT_EQ(reason_phrase(299), "Unknown");
    EXPECT_EQ(reason_phrase(999), "Unknown");
}

}    // namespace
}    // namespace opusclaw::net
