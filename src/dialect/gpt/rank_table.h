// dialect/gpt/rank_table.h: which byte sequences are tokens of a GPT encoding, and their ranks. The tables are constant data of
// the program (cmake/token_tables.cmake), read where they lie: nothing is loaded, and no memory is touched before first use.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace opusclaw::dialect::gpt {

enum class Encoding : std::uint8_t { Cl100kBase, O200kBase };

/// A token's number; the lower, the earlier its two halves are joined.
using Rank = std::uint32_t;
/// Behind every rank: no such token.
inline constexpr Rank kNoRank = 0xFFFFFFFF;

/// A view of one encoding's table; lives as long as the program, all threads may read it.
class RankTable {
public:
    static constexpr unsigned kRankBits = 18;    // every rank is below 1 << kRankBits

    static const RankTable& of(Encoding encoding);

    RankTable(const std::uint32_t* index, const char* bytes);
    /// kNoRank when `bytes` is no token. Every single byte is one.
    Rank find(std::string_view bytes) const;
    /// The same for two bytes, without looking for them.
    Rank find_pair(char first, char second) const {
        constexpr unsigned kBits = 8;
        return pairs_[(static_cast<unsigned char>(first) << kBits) | static_cast<unsigned char>(second)];
    }
    /// The bytes of a token; `rank` below size().
    std::string_view bytes_of(Rank rank) const;
    Rank size() const { return size_; }
    std::size_t longest() const { return longest_; }

private:
    Rank size_;
    std::uint32_t slot_mask_;
    std::size_t longest_;
    const std::uint32_t* slots_;      // fingerprint (14 bits) and rank + 1 (18 bits); 0 is free
    const std::uint32_t* offsets_;    // of the tokens in bytes_, by rank; one more at the end
    const std::uint32_t* pairs_;      // by the two bytes
    const char* bytes_;
};

}    // namespace opusclaw::dialect::gpt
