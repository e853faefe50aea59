// base/swar.h: eight bytes at a time in one register (SIMD within a register), for loops over short texts.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace opusclaw::swar {

static_assert(std::endian::native == std::endian::little);

inline constexpr std::size_t kBytes = 8;
inline constexpr std::uint64_t kOnes = 0x0101010101010101;
inline constexpr std::uint64_t kHighs = 0x8080808080808080;

inline std::uint64_t load(const char* from) {
    std::uint64_t word = 0;
    std::memcpy(&word, from, kBytes);
    return word;
}

/// Marks (in its upper bit) each byte that is zero. A borrow can only mark bytes above a true one as well, so the lowest mark,
/// and whether there is one, is always right.
inline std::uint64_t zero_bytes(std::uint64_t word) { return (word - kOnes) & ~word & kHighs; }
inline std::uint64_t bytes_equal(std::uint64_t word, char c) {
    return zero_bytes(word ^ (kOnes * static_cast<unsigned char>(c)));
}
/// Below 0x20: such a byte has none of the three upper bits.
inline std::uint64_t control_bytes(std::uint64_t word) { return zero_bytes(word & (kOnes * 0xE0)); }

/// The index of the lowest marked byte.
inline std::size_t first_marked(std::uint64_t marks) {
    return static_cast<std::size_t>(std::countr_zero(marks)) / kBytes;
}

}    // namespace opusclaw::swar
