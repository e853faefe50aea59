// Tests of api/reply.h: the envelopes of spec 02 section 1.1, byte for byte.
#include "api/reply.h"

#include <gtest/gtest.h>

namespace opusclaw::api {
namespace {

TEST(Envelope, OfSuccess) {
    EXPECT_EQ(success().body, R"({"success":true,"message":""})");
    EXPECT_EQ(success_text("a\"b").body, R"({"success":true,"message":"","data":"a\"b"})");
    EXPECT_EQ(success_message("系统初始化成功").body, R"({"success":true,"message":"系统初始化成功"})");
    EXPECT_EQ(success([](json::Writer& writer) { writer.begin_array().value(1).end_array(); }).body,
              R"({"success":true,"message":"","data":[1]})");
    EXPECT_EQ(success().status, 200);
}

TEST(Envelope, OfAPage) {
    const Page page{.number = 3, .size = 20};
    EXPECT_EQ(success_page(page, 41, [](json::Writer& writer) { writer.value("x"); }).body,
              R"({"success":true,"message":"","data":{"page":3,"page_size":20,"total":41,"items":["x"]}})");
    EXPECT_EQ(
        success_page(
            page, 0, [](json::Writer&) {}, [](json::Writer& writer) { writer.member("more", true); })
            .body,
        R"({"success":true,"message":"","data":{"page":3,"page_size":20,"total":0,"items":[],"more":true}})");
}

TEST(Envelope, OfSuccessWithNothingToShow) {
    EXPECT_EQ(success_null("saved").body, R"({"success":true,"message":"saved","data":null})");
}

TEST(Envelope, IsMissingWhereSomebodyCameTooOften) {
    const Reply reply = too_often(std::chrono::seconds{7});
    EXPECT_EQ(reply.status, 429);
    EXPECT_EQ(reply.body, "");
    EXPECT_EQ(reply.retry_after_seconds, 7);
}

TEST(Envelope, OfFailure) {
    const Reply reply = failure("no", 413);
    EXPECT_EQ(reply.status, 413);
    EXPECT_EQ(reply.body, R"({"success":false,"message":"no"})");
    EXPECT_EQ(failure("no").status, 200);
}

}    // namespace
}    // namespace opusclaw::api
