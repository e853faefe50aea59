// Tests of dialect/media.h: sources, what inline bytes are, references (spec 06 section 13).
#include "dialect/media.h"

#include <gtest/gtest.h>

#include "base/crypto.h"

namespace opusclaw::dialect {
namespace {

using chat::Media;
using chat::MediaKind;

TEST(MediaSource, IsAUrlADataUrlOrBase64) {
    chat::TextPool pool;
    EXPECT_EQ(media_from("https://h/x", MediaKind::Image, {}, pool).url, "https://h/x");
    const Media data = media_from("data:IMAGE/PNG;charset=x;base64,QUJD", MediaKind::Image, {}, pool);
    EXPECT_EQ(data.mime, "image/png");
    EXPECT_EQ(data.base64, "QUJD");
    EXPECT_EQ(media_from("data:image/png;base64,QUJD", MediaKind::Image, "image/gif", pool).mime,
              "image/gif");
    EXPECT_EQ(media_from("QUJD", MediaKind::Image, {}, pool).base64, "QUJD");
    const Media broken = media_from("data:image/png;base64", MediaKind::Image, {}, pool);
    EXPECT_TRUE(broken.base64.empty() && broken.url.empty());
}

struct SortCase {
    std::string_view bytes, mime;
    MediaKind asked;
    MediaClass kind;
    std::string_view sorted_mime;
};
class Sorting : public testing::TestWithParam<SortCase> {};
TEST_P(Sorting, GoesByFirstBytesThenByLabel) {
    const SortCase& c = GetParam();
    const std::string base64 = crypto::base64_encode(c.bytes);
    const SortedMedia sorted = sort_media({.kind = c.asked, .mime = c.mime, .base64 = base64});
    EXPECT_EQ(sorted.kind, c.kind);
    EXPECT_EQ(sorted.mime, c.sorted_mime);
}
using namespace std::string_view_literals;
INSTANTIATE_TEST_SUITE_P(
    Kinds, Sorting,
    testing::Values(
        SortCase{"\xFF\xD8\xFF\xE0"sv, "image/png", MediaKind::Image, MediaClass::Image, "image/jpeg"},
        SortCase{"\x89PNG\r\n\x1A\n"sv, "", MediaKind::File, MediaClass::Image, "image/png"},
        SortCase{"GIF89a.."sv, "image/gif", MediaKind::Image, MediaClass::Image, "image/gif"},
        SortCase{"RIFF\0\0\0\0WEBPVP8 "sv, "image/webp", MediaKind::Image, MediaClass::Image, "image/webp"},
        SortCase{"RIFF\0\0\0\0WAVE"sv, "image/webp", MediaKind::Image, MediaClass::BrokenImage, "image/webp"},
        SortCase{"\xFF\xD8"sv, "image/jpeg", MediaKind::Image, MediaClass::BrokenImage, "image/jpeg"},
        SortCase{"nothing"sv, "", MediaKind::Image, MediaClass::BrokenImage, "application/octet-stream"},
        SortCase{"%PDF-1.7"sv, "", MediaKind::File, MediaClass::Pdf, "application/pdf"},
        SortCase{"{}"sv, "application/json", MediaKind::File, MediaClass::PlainText, "application/json"},
        SortCase{"\xFF\xFE"sv, "text/plain", MediaKind::File, MediaClass::Other, "text/plain"},
        SortCase{"abc"sv, "audio/wav", MediaKind::Audio, MediaClass::Audio, "audio/wav"},
        SortCase{"abc"sv, "video/mp4", MediaKind::Video, MediaClass::Video, "video/mp4"},
        SortCase{"abc"sv, "", MediaKind::File, MediaClass::Other, "application/octet-stream"}));

TEST(Base64OfClients, IsMadeStrict) {
    chat::TextPool pool;
    EXPECT_EQ(strict_base64("QUI=", pool), "QUI=");
    EXPECT_EQ(strict_base64("QUI", pool), "QUI=");
    EXPECT_EQ(strict_base64("Q U\nI=", pool), "QUI=");
    EXPECT_EQ(strict_base64("-_-_", pool), "+/+/");
    EXPECT_FALSE(strict_base64("Q*I=", pool));
    EXPECT_FALSE(strict_base64("Q", pool));
}

TEST(MediaReference, SaysWhatIsKnown) {
    EXPECT_EQ(media_reference({.mime = "video/mp4", .url = "https://h/v"}), "[file video/mp4] https://h/v");
    EXPECT_EQ(media_reference({.url = "https://h/v"}), "[file] https://h/v");
    EXPECT_EQ(media_reference({.mime = "audio/wav", .base64 = "AAAA"}), "[file audio/wav]");
    EXPECT_EQ(media_reference({}), "[file]");
    EXPECT_EQ(media_reference({.file_id = "file-1"}), "[file file-1]");
}

TEST(MediaNames, FollowTheTable) {
    EXPECT_EQ(audio_format("audio/mpeg"), "mp3");
    EXPECT_EQ(audio_format("audio/x-wav"), "wav");
    EXPECT_EQ(audio_format("audio/flac"), "flac");
    EXPECT_EQ(extension_of_mime("application/pdf"), "pdf");
    EXPECT_EQ(extension_of_mime("application/vnd.ms-excel"), "bin");
    EXPECT_EQ(extension_of_name("A.b.PDF"), "pdf");
    EXPECT_EQ(extension_of_name("none"), "");
}

}    // namespace
}    // namespace opusclaw::dialect
