// Tests of relay/file_type.h: which sign of a fetched file is believed (spec 04 section 22.1).
#include "relay/file_type.h"

#include <gtest/gtest.h>

namespace opusclaw::relay {
namespace {

using namespace std::string_view_literals;

std::string of_bytes(std::string_view bytes) {
    return file_type({.content_type = {}, .content_disposition = {}, .path = "/f", .bytes = bytes});
}

TEST(FileType, IsWhatTheServerSays) {
    EXPECT_EQ(file_type({.content_type = "Image/PNG; charset=binary",
                         .content_disposition = "attachment; filename=a.jpg",
                         .path = "/b.gif",
                         .bytes = "%PDF-"}),
              "image/png");
}

TEST(FileType, ComesFromNamesWhereTheServerSaysNothing) {
    for (const std::string_view nothing :
         {""sv, "application/octet-stream"sv, "binary/octet-stream"sv, "x"sv}) {
        EXPECT_EQ(file_type({.content_type = nothing,
                             .content_disposition = R"(attachment; filename="A Photo.JPEG")",
                             .path = "/b.gif",
                             .bytes = "%PDF-"}),
                  "image/jpeg");
        EXPECT_EQ(file_type({.content_type = nothing,
                             .content_disposition = "inline",
                             .path = "/a.dir/b%2Egif",
                             .bytes = "%PDF-"}),
                  "image/gif");
    }
    EXPECT_EQ(file_type({.content_type = {},
                         .content_disposition = "attachment; filename*=UTF-8''r%C3%A9sum%C3%A9.pdf",
                         .path = {},
                         .bytes = {}}),
              "application/pdf");
}

TEST(FileType, ComesFromTheBytesLast) {
    EXPECT_EQ(of_bytes("\x89PNG\r\n\x1A\n...."sv), "image/png");
    EXPECT_EQ(of_bytes("\xFF\xD8\xFF\xE0"sv), "image/jpeg");
    EXPECT_EQ(of_bytes("RIFF....WEBPVP8 "sv), "image/webp");
    EXPECT_EQ(of_bytes("RIFF....WAVEfmt "sv), "audio/wav");
    EXPECT_EQ(of_bytes("....WEBP"sv), "text/plain") << "no RIFF";
    EXPECT_EQ(of_bytes("%PDF-1.7"sv), "application/pdf");
    EXPECT_EQ(of_bytes("\0\0\0\x18"
                       "ftypheic...."sv),
              "image/heic");
    EXPECT_EQ(of_bytes("\0\0\0\x18"
                       "ftypmif1...."sv),
              "image/heif");
    EXPECT_EQ(of_bytes("\0\0\0\x18"
                       "ftypisom...."sv),
              "video/mp4");
    EXPECT_EQ(of_bytes(" \n<!DOCTYPE HTML><html>"sv), "text/html");
    EXPECT_EQ(of_bytes("just words, \xE4\xB8\xAD\n"sv), "text/plain");
    EXPECT_EQ(of_bytes("not \xFF utf-8"sv), "application/octet-stream");
    EXPECT_EQ(of_bytes("\x01\x02\x03"sv), "application/octet-stream");
    EXPECT_EQ(of_bytes({}), "application/octet-stream");
}

}    // namespace
}    // namespace opusclaw::relay
