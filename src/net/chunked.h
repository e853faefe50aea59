// net/chunked.h: the chunked transfer coding (RFC 9112 section 7.1), read in any slicing. Trailers are read and ignored. Strict: sizes
// are hex digits only, lines end in CRLF, extensions and trailers are bounded. No I/O. Only for net.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace opusclaw::net {

class ChunkedDecoder {
public:
    enum class State { NeedMore, Data, End, Bad };
    struct Step {
        State state = State::NeedMore;
        std::string_view data;       // Data: a view into the slice
        std::size_t consumed = 0;    // bytes of the slice used up by this step
    };
    /// Looks at the start of `slice`; call again with the rest. End: `consumed` reaches behind the last CRLF.
    Step step(std::string_view slice);
    /// Data bytes still expected of the current chunk: they may be read straight to where they belong; tell with skip().
    std::uint64_t remaining() const { return phase_ == Phase::Data ? remaining_ : 0; }
    void skip(std::uint64_t bytes);
    void reset() { *this = ChunkedDecoder(); }

private:
    enum class Phase : std::uint8_t {
        Size,
        SizeBlank,
        Extension,
        SizeLf,
        Data,
        DataCr,
        DataLf,
        TrailerStart,
        Trailer,
        TrailerLf,
        EndLf,
        Done,
        Bad
    };
    Phase after(char c);
    Phase after_size(char c);
    Phase start_chunk();
    Phase counted(Phase next);
    Phase phase_ = Phase::Size;
    std::uint64_t remaining_ = 0;
    std::uint32_t digits_ = 0;
    std::uint32_t overhead_ = 0;    // bytes of extensions and trailers so far
};

}    // namespace opusclaw::net
