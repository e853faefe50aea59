// base/block.h: sixteen bytes at a time in one vector register, for loops that copy a text while they look for a few characters. The
// same for short texts and in one word: base/swar.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace opusclaw::block {

inline constexpr std::size_t kBytes = 16;

/// Comparisons with a character give Marks: all bits of a byte, or none.
using Bytes = std::uint8_t __attribute__((vector_size(kBytes)));
using Marks = decltype(Bytes{} == Bytes{});

inline Bytes load(const char* from) {
    Bytes bytes;
    std::memcpy(&bytes, from, kBytes);
    return bytes;
}
inline void store(char* to, Bytes bytes) { std::memcpy(to, &bytes, kBytes); }

/// A bit for each marked byte, the lowest for the first.
inline std::uint32_t bits(Marks marks) {
#ifdef __SSE2__
    return static_cast<std::uint32_t>(_mm_movemask_epi8(reinterpret_cast<__m128i>(marks)));
#else
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < kBytes; ++i) bits |= (marks[i] != 0 ? 1U : 0U) << i;
    return bits;
#endif
}

}    // namespace opusclaw::block
