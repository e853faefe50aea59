// net/content_coding.h: gzip, deflate, br and zstd (RFC 9110 section 8.4), whole and in pieces. zlib, brotli and zstd stay
// behind this header. No I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace opusclaw::net {

enum class Coding { Identity, Gzip, Deflate, Brotli, Zstd };
/// ASCII case ignored; `x-gzip` is gzip; empty and `identity` are Identity; nullopt: unknown, or a list of several.
std::optional<Coding> parse_coding(std::string_view content_encoding);
/// The coding to answer with: gzip when `accept_encoding` allows it (q > 0), else Identity (spec 02 section 1.7).
Coding choose_coding(std::string_view accept_encoding);

/// Decodes in pieces. Not thread-safe. Memory is bounded whatever the input says (zstd windows: 8 MB, RFC 9659).
class Decoder {
public:
    explicit Decoder(Coding coding);
    ~Decoder();
    Decoder(Decoder&&) noexcept;
    Decoder& operator=(Decoder&&) noexcept;
    enum class State { NeedMore, Output, End, Bad };
    /// Decodes some of `input` (advanced past what was used) into [out, out+room), room > 0; `written` says how much. Output: there
    /// may be more, call again with the rest of the input, even when it is empty. NeedMore: the input is used up. End: the data is
    /// complete and the input is used up; a further gzip member or zstd frame may follow, anything else behind it is Bad.
    /// A stream whose last state is not End was cut. deflate takes zlib-wrapped and raw data.
    State step(std::string_view& input, char* out, std::size_t room, std::size_t& written);

    struct Impl;

private:
    std::unique_ptr<Impl> impl_;
};

enum class DecodeOutcome { Ok, TooLarge, Bad };
/// Appends the decoded `input` to `out`, at most `limit` bytes in all; `out` is of no use otherwise. Bad: broken or cut. An
/// empty input is an empty text in every coding.
DecodeOutcome decode_all(Coding coding, std::string_view input, std::uint64_t limit, PaddedBuffer& out);
/// gzip at a level fit for answers made on the fly.
std::string gzip(std::string_view text);
/// zstd at its usual level, in one frame that tells its size.
std::string zstd(std::string_view text);
/// The size that a frame tells its text has; nullopt: none, or no frame. Not to be trusted with frames of others.
std::optional<std::uint64_t> zstd_told_size(std::string_view frame);

}    // namespace opusclaw::net
