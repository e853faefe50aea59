// Tests of net/content_coding.h: what the libraries' own encoders write is read back in any slicing; bombs, cuts and
// garbage are refused; names and Accept-Encoding.
#include "net/content_coding.h"

#include <brotli/encode.h>
#include <gtest/gtest.h>
#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>

#include <random>
#include <vector>

namespace opusclaw::net {
namespace {

constexpr int kZlibWindow = 15;
constexpr int kRawWindow = -15;
constexpr std::uint64_t kNoLimit = 1ULL << 32;

std::string deflated(std::string_view text, int window) {
    z_stream stream{};
    EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string out(deflateBound(&stream, text.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<const Bytef*>(text.data());
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string brotli(std::string_view text) {
    std::size_t size = BrotliEncoderMaxCompressedSize(text.size()) + 64;
    std::string out(size, '\0');
    EXPECT_EQ(BrotliEncoderCompress(4, 18, BROTLI_MODE_TEXT, text.size(),
                                    reinterpret_cast<const std::uint8_t*>(text.data()), &size,
                                    reinterpret_cast<std::uint8_t*>(out.data())),
              BROTLI_TRUE);
    out.resize(size);
    return out;
}

struct Encoded {
    std::string_view name;
    Coding coding;
    std::string bytes;
};

std::vector<Encoded> encodings(std::string_view text) {
    return {
        {"gzip", Coding::Gzip, gzip(text)},
        {"deflate", Coding::Deflate, deflated(text, kZlibWindow)},
        {"raw deflate", Coding::Deflate, deflated(text, kRawWindow)},
        {"br", Coding::Brotli, brotli(text)},
        {"zstd", Coding::Zstd, zstd(text)},
    };
}

/// Half of it compresses well, half not at all.
std::string sample(std::size_t size) {
    std::mt19937 random(3);
    std::string text;
    while (text.size() < size) {
        text += "{\"role\":\"user\",\"content\":\"";
        for (int i = 0; i < 20; ++i) text += static_cast<char>(random());
    }
    text.resize(size);
    return text;
}

struct Decoded {
    Decoder::State state = Decoder::State::NeedMore;
    std::string text;
};

/// Feeds slices of `in` bytes and takes `room` bytes at a time.
Decoded decode(Coding coding, std::string_view bytes, std::size_t in, std::size_t room) {
    Decoder decoder(coding);
    Decoded result;
    std::string out(room, '\0');
    do {
        std::string_view slice = bytes.substr(0, in);
        bytes.remove_prefix(slice.size());
        do {
            std::size_t written = 0;
            result.state = decoder.step(slice, out.data(), out.size(), written);
            result.text.append(out, 0, written);
        } while (result.state == Decoder::State::Output);
        if (result.state == Decoder::State::Bad) return result;
        EXPECT_TRUE(slice.empty());
    } while (!bytes.empty());
    return result;
}

DecodeOutcome outcome(Coding coding, std::string_view bytes, std::uint64_t limit = kNoLimit) {
    PaddedBuffer out;
    return decode_all(coding, bytes, limit, out);
}

TEST(Decoder, ReadsEveryCodingInAnySlicing) {
    const std::string text = sample(20'000);
    for (const Encoded& encoded : encodings(text)) {
        for (const std::size_t in : {1U, 2U, 3U, 100U, 100'000U}) {
            for (const std::size_t room : {1U, 7U, 4096U, 100'000U}) {
                const Decoded decoded = decode(encoded.coding, encoded.bytes, in, room);
                ASSERT_EQ(decoded.state, Decoder::State::End) << encoded.name << ' ' << in << ' ' << room;
                ASSERT_TRUE(decoded.text == text) << encoded.name << ' ' << in << ' ' << room;
            }
        }
    }
}

TEST(Decoder, PassesIdentityThrough) {
    const Decoded decoded = decode(Coding::Identity, "plain text", 3, 2);
    EXPECT_EQ(decoded.state, Decoder::State::End);
    EXPECT_EQ(decoded.text, "plain text");
}

TEST(Decoder, GivesWhatIsThereBeforeTheRestArrives) {
    // A server that flushes after each event: its bytes must not wait for more.
    z_stream stream{};
    ASSERT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, kZlibWindow + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    const std::string_view text = "data: 1\n\n";
    std::string encoded(200, '\0');
    stream.next_in = reinterpret_cast<const Bytef*>(text.data());
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(encoded.data());
    stream.avail_out = static_cast<uInt>(encoded.size());
    ASSERT_EQ(deflate(&stream, Z_SYNC_FLUSH), Z_OK);
    encoded.resize(stream.total_out);
    deflateEnd(&stream);
    const Decoded decoded = decode(Coding::Gzip, encoded, 1000, 1000);
    EXPECT_EQ(decoded.state, Decoder::State::NeedMore);
    EXPECT_EQ(decoded.text, text);
}

TEST(DecodeAll, ReadsEveryCodingBehindWhatIsThere) {
    for (const std::size_t size : {0U, 1U, 1000U, 3'000'000U}) {
        const std::string text = sample(size);
        for (const Encoded& encoded : encodings(text)) {
            PaddedBuffer out("before ");
            ASSERT_EQ(decode_all(encoded.coding, encoded.bytes, size, out), DecodeOutcome::Ok)
                << encoded.name << size;
            ASSERT_TRUE(out.view() == "before " + text) << encoded.name << size;
        }
    }
}

TEST(DecodeAll, HoldsItsLimitToTheByte) {
    const std::string text = sample(50'000);
    for (const Encoded& encoded : encodings(text)) {
        EXPECT_EQ(outcome(encoded.coding, encoded.bytes, 50'000), DecodeOutcome::Ok) << encoded.name;
        EXPECT_EQ(outcome(encoded.coding, encoded.bytes, 49'999), DecodeOutcome::TooLarge) << encoded.name;
        EXPECT_EQ(outcome(encoded.coding, encoded.bytes, 0), DecodeOutcome::TooLarge) << encoded.name;
    }
    EXPECT_EQ(outcome(Coding::Identity, "1234", 4), DecodeOutcome::Ok);
    EXPECT_EQ(outcome(Coding::Identity, "12345", 4), DecodeOutcome::TooLarge);
}

TEST(DecodeAll, StopsABombWithoutUnpackingIt) {
    const std::string zeros(20'000'000, '\0');
    for (const Encoded& encoded : encodings(zeros)) {
        EXPECT_LT(encoded.bytes.size(), 40'000U);
        PaddedBuffer out;
        EXPECT_EQ(decode_all(encoded.coding, encoded.bytes, 1'000'000, out), DecodeOutcome::TooLarge)
            << encoded.name;
        EXPECT_LT(out.capacity(), 2'000'000U) << encoded.name;
    }
}

TEST(DecodeAll, RefusesWhatWasCutAnywhere) {
    const std::string text = sample(300);
    for (const Encoded& encoded : encodings(text))
        for (std::size_t size = 1; size < encoded.bytes.size(); ++size)
            ASSERT_EQ(outcome(encoded.coding, encoded.bytes.substr(0, size)), DecodeOutcome::Bad)
                << encoded.name << " cut at " << size;
}

TEST(DecodeAll, RefusesGarbageAndWhatFollowsTheEnd) {
    for (const Encoded& encoded : encodings("text")) {
        EXPECT_EQ(outcome(encoded.coding, "\x05garbage that is no coding"), DecodeOutcome::Bad)
            << encoded.name;
        EXPECT_EQ(outcome(encoded.coding, encoded.bytes + "more"), DecodeOutcome::Bad) << encoded.name;
    }
}

TEST(DecodeAll, RefusesAWrongChecksum) {
    std::string bytes = gzip("text");
    bytes[bytes.size() - 8] = static_cast<char>(bytes[bytes.size() - 8] ^ 1);
    EXPECT_EQ(outcome(Coding::Gzip, bytes), DecodeOutcome::Bad);
}

TEST(DecodeAll, JoinsGzipMembersAndZstdFrames) {
    PaddedBuffer members;
    EXPECT_EQ(decode_all(Coding::Gzip, gzip("one ") + gzip("") + gzip("two"), 100, members),
              DecodeOutcome::Ok);
    EXPECT_EQ(members.view(), "one two");
    PaddedBuffer frames;
    EXPECT_EQ(decode_all(Coding::Zstd, zstd("one ") + zstd("two"), 100, frames), DecodeOutcome::Ok);
    EXPECT_EQ(frames.view(), "one two");
}

TEST(DecodeAll, RefusesAZstdWindowAboveEightMegabytes) {
    const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_windowLog, 27);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_contentSizeFlag, 0);
    const std::string text = sample(1000);
    std::string out(ZSTD_compressBound(text.size()), '\0');
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    ZSTD_inBuffer first{text.data(), text.size(), 0};
    ZSTD_compressStream2(context.get(), &to, &first, ZSTD_e_continue);
    ASSERT_EQ(ZSTD_compressStream2(context.get(), &to, &first, ZSTD_e_end), 0U);
    EXPECT_EQ(outcome(Coding::Zstd, std::string_view(out).substr(0, to.pos)), DecodeOutcome::Bad);
}

TEST(DecodeAll, TakesAnEmptyInputForAnEmptyText) {
    for (const Encoded& encoded : encodings("")) EXPECT_EQ(outcome(encoded.coding, ""), DecodeOutcome::Ok);
}

TEST(ParseCoding, KnowsTheNames) {
    EXPECT_EQ(parse_coding(""), Coding::Identity);
    EXPECT_EQ(parse_coding("Identity"), Coding::Identity);
    EXPECT_EQ(parse_coding(" GZIP "), Coding::Gzip);
    EXPECT_EQ(parse_coding("x-gzip"), Coding::Gzip);
    EXPECT_EQ(parse_coding("deflate"), Coding::Deflate);
    EXPECT_EQ(parse_coding("br"), Coding::Brotli);
    EXPECT_EQ(parse_coding("zstd"), Coding::Zstd);
    for (const std::string_view other : {"gzip, br", "compress", "gzip;q=1", "bro"})
        EXPECT_EQ(parse_coding(other), std::nullopt) << other;
}

TEST(ChooseCoding, TakesGzipWhereItIsWanted) {
    for (const std::string_view wanted :
         {"gzip", "br, GZip;q=0.5", "gzip, deflate, br, zstd", "*", "gzip; q=1.0", "x-gzip"})
        EXPECT_EQ(choose_coding(wanted), Coding::Gzip) << wanted;
    for (const std::string_view unwanted :
         {"", "br", "gzip;q=0", "gzip;q=0.0, *", "*;q=0", "identity", "gzip;q=x", "notgzip"})
        EXPECT_EQ(choose_coding(unwanted), Coding::Identity) << unwanted;
}

TEST(Zstd, IsSmallerAndReadBack) {
    const std::string text(10'000, 'a');
    EXPECT_LT(zstd(text).size(), 200U);
    for (const std::string& each : {text, std::string()}) {
        PaddedBuffer out;
        EXPECT_EQ(decode_all(Coding::Zstd, zstd(each), kNoLimit, out), DecodeOutcome::Ok);
        EXPECT_EQ(out.view(), each);
        EXPECT_EQ(zstd_told_size(zstd(each)), each.size());
    }
    EXPECT_EQ(zstd_told_size(""), std::nullopt);
    EXPECT_EQ(zstd_told_size("no frame of zstd"), std::nullopt);
}

TEST(Gzip, IsSmallerAndReadBack) {
    const std::string text(10'000, 'a');
    EXPECT_LT(gzip(text).size(), 200U);
    PaddedBuffer out;
    EXPECT_EQ(decode_all(Coding::Gzip, gzip(text), kNoLimit, out), DecodeOutcome::Ok);
    EXPECT_EQ(out.view(), text);
}

}    // namespace
}    // namespace opusclaw::net
