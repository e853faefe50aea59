// dialect/gpt/rank_table.cpp: open addressing in a table that scripts/token-tables/make.ts has filled. An index is made of
// little-endian words: number of tokens, bits of a slot number, longest token, 0; the slots; the offsets; the ranks of all pairs of bytes.
#include "dialect/gpt/rank_table.h"

#include <bit>
#include <cstring>

// Defined in tables.S.
extern "C" {
extern const std::uint32_t opusclaw_cl100k_base_index[];
extern const char opusclaw_cl100k_base_bytes[];
extern const std::uint32_t opusclaw_o200k_base_index[];
extern const char opusclaw_o200k_base_bytes[];
}

namespace opusclaw::dialect::gpt {
namespace {

static_assert(std::endian::native == std::endian::little, "the tables are little-endian");

constexpr std::size_t kHead = 4;
constexpr unsigned kRankBits = RankTable::kRankBits;
constexpr std::uint32_t kRankMask = (1U << kRankBits) - 1;
constexpr unsigned kFingerprintShift = 64 - 32 + kRankBits;

constexpr std::uint64_t kSeed = 0x9e3779b97f4a7c15, kFactor = 0xd6e8feb86659fd93, kEnd = 0xa0761d6478bd642f;

template <class Word>
std::uint64_t word_at(const char* bytes) {
    Word word;
    std::memcpy(&word, bytes, sizeof word);
    return word;
}

std::uint64_t mix(std::uint64_t value, std::uint64_t key) {
    const std::uint64_t product = (value ^ key) * kFactor;
    return product ^ (product >> 32);
}

/// The same as `hashOf` in scripts/token-tables/make.ts. `text` is not empty.
std::uint64_t hash_of(std::string_view text) {
    const char* bytes = text.data();
    const std::size_t size = text.size();
    if (size < 4) {
        const auto byte = [bytes](std::size_t at) {
            return std::uint64_t{static_cast<unsigned char>(bytes[at])};
        };
        return mix(mix((byte(0) << 16) | (byte(size >> 1) << 8) | byte(size - 1), size), kEnd);
    }
    if (size < 8) {
        const std::uint64_t both = word_at<std::uint32_t>(bytes) |
                                   (word_at<std::uint32_t>(bytes + size - 4) << 32);
        return mix(mix(both, size), kEnd);
    }
    std::uint64_t hash = kSeed;
    for (std::size_t at = 0; at + 8 < size; at += 8) hash = mix(word_at<std::uint64_t>(bytes + at), hash);
    hash = mix(word_at<std::uint64_t>(bytes + size - 8), hash);
    return mix(hash, size ^ kEnd);
}

}    // namespace

const RankTable& RankTable::of(Encoding encoding) {
    if (encoding == Encoding::O200kBase) {
        static const RankTable o200k(opusclaw_o200k_base_index, opusclaw_o200k_base_bytes);
        return o200k;
    }
    static const RankTable cl100k(opusclaw_cl100k_base_index, opusclaw_cl100k_base_bytes);
    return cl100k;
}

RankTable::RankTable(const std::uint32_t* index, const char* bytes)
    : size_(index[0]),
      slot_mask_((1U << index[1]) - 1),
      longest_(index[2]),
      slots_(index + kHead),
      offsets_(slots_ + slot_mask_ + 1),
      pairs_(offsets_ + size_ + 1),
      bytes_(bytes) {}

Rank RankTable::find(std::string_view bytes) const {
    if (bytes.empty() || bytes.size() > longest_) return kNoRank;
    const std::uint64_t hash = hash_of(bytes);
    const auto fingerprint = static_cast<std::uint32_t>(hash >> kFingerprintShift);
    for (std::uint32_t slot = static_cast<std::uint32_t>(hash) & slot_mask_;;
         slot = (slot + 1) & slot_mask_) {
        const std::uint32_t entry = slots_[slot];
        if (entry == 0) return kNoRank;
        if (entry >> kRankBits != fingerprint) continue;
        const Rank rank = (entry & kRankMask) - 1;
        if (bytes_of(rank) == bytes) return rank;
    }
}

std::string_view RankTable::bytes_of(Rank rank) const {
    return {bytes_ + offsets_[rank], offsets_[rank + 1] - offsets_[rank]};
}

}    // namespace opusclaw::dialect::gpt
