// Tests of api/request.h: pages, ids and words from queries and paths (spec 02 sections 1.3, 1.5; 03 section 1.4).
#include "api/request.h"

#include <gtest/gtest.h>

#include "unit/api/refusal.h"

namespace opusclaw::api {
namespace {

const net::RequestHead kHead;

Request with_query(std::string_view query) {
    return Request{.head = kHead, .query = query_parameters(query)};
}
Request with_parameter(std::string parameter) {
    return Request{.head = kHead, .parameters = {std::move(parameter)}};
}

struct PageCase {
    std::string_view query;
    std::int64_t number, size, offset;
};
constexpr PageCase kPages[] = {
    {"", 1, 10, 0},
    {"p=3", 3, 10, 20},
    {"p=2&page_size=25", 2, 25, 25},
    {"p=0", 1, 10, 0},
    {"p=-4", 1, 10, 0},
    {"p=x&page_size=y", 1, 10, 0},
    {"page_size=0", 1, 10, 0},
    {"page_size=-1", 1, 10, 0},
    {"page_size=101", 1, 100, 0},
    {"page_size=9223372036854775807", 1, 100, 0},
    {"ps=3", 1, 3, 0},
    {"size=4", 1, 4, 0},
    {"page_size=0&ps=0&size=7", 1, 7, 0},
    {"page_size=x&ps=5&size=7", 1, 5, 0},
    {"page_size=6&ps=5", 1, 6, 0},
    {"page_size=-6&ps=5", 1, 10, 0},
};

TEST(Paging, ReadsWhatMakesSenseAndClampsTheRest) {
    for (const PageCase& expected : kPages) {
        const Page page = with_query(expected.query).page();
        EXPECT_EQ(page.number, expected.number) << expected.query;
        EXPECT_EQ(page.size, expected.size) << expected.query;
        EXPECT_EQ(page.offset(), expected.offset) << expected.query;
    }
}

TEST(Paging, NeverOverflows) {
    EXPECT_GT(with_query("p=9223372036854775807&page_size=100").page().offset(), 0);
}

TEST(PathIds, AreWholeNumbers) {
    EXPECT_EQ(with_parameter("42").id(), 42);
    EXPECT_EQ(with_parameter("0").id(), 0);
    for (const char* const bad : {"x", "", "1.5", "99999999999999999999", "1 "}) {
        EXPECT_EQ(refusal([bad] { with_parameter(bad).id(); }), "common.invalid_id") << bad;
    }
    EXPECT_EQ(refusal([] { Request{.head = kHead}.id(); }), "common.invalid_id");
}

TEST(QueryWords, ReadNumbersAndFlagsLeniently) {
    const Request request = with_query("a=12&b=x&t=true&one=1&yes=yes&u=TRUE&text=a+b%25");
    EXPECT_EQ(request.integer("a"), 12);
    EXPECT_EQ(request.integer("b"), 0);
    EXPECT_EQ(request.integer("absent"), 0);
    EXPECT_TRUE(request.flag("t"));
    EXPECT_TRUE(request.flag("one"));
    EXPECT_TRUE(request.flag("u"));
    EXPECT_FALSE(request.flag("yes"));
    EXPECT_FALSE(request.flag("absent"));
    EXPECT_EQ(request.text("text"), "a b%");
    EXPECT_EQ(request.text("absent"), "");
}

}    // namespace
}    // namespace opusclaw::api
