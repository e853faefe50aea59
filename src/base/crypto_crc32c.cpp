// base/crypto_crc32c.cpp: CRC-32C (RFC 3720 appendix B.4): by the processor's instruction on x86-64 with SSE 4.2 and on ARM
// with the CRC extension, else by eight tables, eight bytes a step.
#include <array>
#include <bit>
#include <cstring>

#include "base/crypto.h"

#if defined(__x86_64__)
#include <nmmintrin.h>
#elif defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
#endif

namespace opusclaw::crypto {
namespace {

constexpr std::uint32_t kPolynomial = 0x82f63b78;    // reflected

std::uint64_t load64(const char* at) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    return word;
}

#if defined(__ARM_FEATURE_CRC32)

std::uint32_t update(std::uint32_t state, std::string_view data) {
    std::size_t i = 0;
    for (; i + 8 <= data.size(); i += 8) state = __crc32cd(state, load64(data.data() + i));
    for (; i < data.size(); ++i) state = __crc32cb(state, static_cast<unsigned char>(data[i]));
    return state;
}

#else

using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr Tables make_tables() {
    Tables tables{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t state = byte;
        for (int bit = 0; bit < 8; ++bit) state = state >> 1 ^ ((state & 1) != 0 ? kPolynomial : 0);
        tables[0][byte] = state;
    }
    for (std::size_t k = 1; k < 8; ++k)
        for (std::size_t byte = 0; byte < 256; ++byte)
            tables[k][byte] = tables[k - 1][byte] >> 8 ^ tables[0][tables[k - 1][byte] & 0xff];
    return tables;
}
constexpr Tables kTables = make_tables();
static_assert(std::endian::native == std::endian::little,
              "the tables take the bytes of a word in this order");

std::uint32_t update_by_tables(std::uint32_t state, std::string_view data) {
    std::size_t i = 0;
    for (; i + 8 <= data.size(); i += 8) {
        const std::uint64_t word = load64(data.data() + i) ^ state;
        state = 0;
        for (unsigned k = 0; k < 8; ++k) state ^= kTables[7 - k][word >> (8 * k) & 0xff];
    }
    for (; i < data.size(); ++i)
        state = state >> 8 ^ kTables[0][(state ^ static_cast<unsigned char>(data[i])) & 0xff];
    return state;
}

#if defined(__x86_64__)

__attribute__((target("sse4.2"))) std::uint32_t update_by_instruction(std::uint32_t state,
                                                                      std::string_view data) {
    std::uint64_t wide = state;
    std::size_t i = 0;
    for (; i + 8 <= data.size(); i += 8) wide = _mm_crc32_u64(wide, load64(data.data() + i));
    state = static_cast<std::uint32_t>(wide);
    for (; i < data.size(); ++i) state = _mm_crc32_u8(state, static_cast<unsigned char>(data[i]));
    return state;
}

std::uint32_t update(std::uint32_t state, std::string_view data) {
    static const bool has_instruction = __builtin_cpu_supports("sse4.2") != 0;
    return has_instruction ? update_by_instruction(state, data) : update_by_tables(state, data);
}

#else

std::uint32_t update(std::uint32_t state, std::string_view data) { return update_by_tables(state, data); }

#endif
#endif

}    // namespace

std::uint32_t crc32c(std::string_view data, std::uint32_t before) { return ~update(~before, data); }

#if !defined(__ARM_FEATURE_CRC32)
std::uint32_t crc32c_by_tables(std::string_view data, std::uint32_t before) {
    return ~update_by_tables(~before, data);
}
#else
std::uint32_t crc32c_by_tables(std::string_view data, std::uint32_t before) { return crc32c(data, before); }
#endif

}    // namespace opusclaw::crypto
