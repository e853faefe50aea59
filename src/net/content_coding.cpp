// net/content_coding.cpp: names of content codings, and decoding and gzip over whole texts (RFC 9110 section 8.4). The
// libraries' stream interfaces are wrapped in content_decoder.cpp.
#include "net/content_coding.h"

#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <limits>
#include <memory>

#include "base/text.h"

namespace opusclaw::net {
namespace {

constexpr std::size_t kFirstRoom = 16 * 1024;
constexpr int kGzipWindow = 15 + 16;    // zlib's way to ask for a gzip wrapper
constexpr int kGzipLevel = 5;           // at 6 and more, time grows faster than what is saved
constexpr int kMemoryLevel = 8;
constexpr std::size_t kPiece = 1U << 30;

/// The weight of one Accept-Encoding item. What cannot be read counts as refused.
double weight(std::string_view parameters) {
    for (std::string_view parameter : text::split(parameters, ';')) {
        parameter = text::trim(parameter);
        if (parameter.size() < 2 || !text::iequals(parameter.substr(0, 2), "q=")) continue;
        return text::parse_double(parameter.substr(2)).value_or(0);
    }
    return 1;
}

}    // namespace

std::optional<Coding> parse_coding(std::string_view content_encoding) {
    const std::string_view name = text::trim(content_encoding);
    if (name.empty() || text::iequals(name, "identity")) return Coding::Identity;
    if (text::iequals(name, "gzip") || text::iequals(name, "x-gzip")) return Coding::Gzip;
    if (text::iequals(name, "deflate")) return Coding::Deflate;
    if (text::iequals(name, "br")) return Coding::Brotli;
    if (text::iequals(name, "zstd")) return Coding::Zstd;
    return std::nullopt;
}

Coding choose_coding(std::string_view accept_encoding) {
    bool any = false;
    for (std::string_view item : text::split(accept_encoding, ',')) {
        const std::size_t semicolon = std::min(item.find(';'), item.size());
        const std::string_view name = text::trim(item.substr(0, semicolon));
        const bool wanted = weight(item.substr(semicolon)) > 0;
        if (text::iequals(name, "gzip") || text::iequals(name, "x-gzip"))
            return wanted ? Coding::Gzip : Coding::Identity;
        if (name == "*") any = wanted;
    }
    return any ? Coding::Gzip : Coding::Identity;
}

DecodeOutcome decode_all(Coding coding, std::string_view input, std::uint64_t limit, PaddedBuffer& out) {
    if (input.empty()) return DecodeOutcome::Ok;
    const std::size_t start = out.size();
    Decoder decoder(coding);
    // One byte beyond the limit is room enough to see that there is more.
    const std::uint64_t most = std::min(limit, std::numeric_limits<std::uint64_t>::max() - 1) + 1;
    for (std::uint64_t room = std::max<std::uint64_t>(kFirstRoom, input.size() * 2);;) {
        const std::uint64_t used = out.size() - start;
        if (used > limit) return DecodeOutcome::TooLarge;
        room = std::min(std::max(room, used + used / 2), most);
        out.reserve(start + room);
        std::size_t written = 0;
        const Decoder::State state = decoder.step(input, out.data() + out.size(), start + room - out.size(),
                                                  written);
        out.set_size(out.size() + written);
        if (state == Decoder::State::Output || (state == Decoder::State::NeedMore && !input.empty()))
            continue;
        if (out.size() - start > limit) return DecodeOutcome::TooLarge;
        return state == Decoder::State::End ? DecodeOutcome::Ok : DecodeOutcome::Bad;
    }
}

std::string gzip(std::string_view text) {
    z_stream stream{};
    if (deflateInit2(&stream, kGzipLevel, Z_DEFLATED, kGzipWindow, kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::bad_alloc();
    std::string out(deflateBound(&stream, text.size()), '\0');
    std::size_t written = 0;
    int state = Z_OK;
    // zlib counts in 32 bits: a huge text goes in pieces.
    while (state != Z_STREAM_END) {
        const std::size_t piece = std::min(text.size(), kPiece);
        const std::size_t room = std::min(out.size() - written, kPiece);
        stream.next_in = reinterpret_cast<const Bytef*>(text.data());
        stream.avail_in = static_cast<uInt>(piece);
        stream.next_out = reinterpret_cast<Bytef*>(out.data() + written);
        stream.avail_out = static_cast<uInt>(room);
        state = deflate(&stream, piece == text.size() ? Z_FINISH : Z_NO_FLUSH);
        text.remove_prefix(piece - stream.avail_in);
        written += room - stream.avail_out;
    }
    deflateEnd(&stream);
    out.resize(written);
    return out;
}

std::string zstd(std::string_view text) {
    std::string out(ZSTD_compressBound(text.size()), '\0');
    const std::size_t size = ZSTD_compress(out.data(), out.size(), text.data(), text.size(),
                                           ZSTD_CLEVEL_DEFAULT);
    if (ZSTD_isError(size) != 0) throw std::bad_alloc();    // it fails for nothing else
    out.resize(size);
    return out;
}

std::optional<std::uint64_t> zstd_told_size(std::string_view frame) {
    const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
    if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR) return std::nullopt;
    return size;
}

}    // namespace opusclaw::net
