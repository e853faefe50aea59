// dialect/gpt/byte_pairs.h: the tokens of one piece: from its bytes on, the neighbours that make the token of the lowest rank are
// joined (of equal ones the first), until no two make a token.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "dialect/gpt/rank_table.h"

namespace opusclaw::dialect::gpt {

/// Keeps its memory from piece to piece. Of one thread.
class BytePairs {
public:
    explicit BytePairs(const RankTable& table) : table_(table) {}

    /// Where in `piece` (not empty, under 4 GB) each token ends. Valid until the next call. A long piece of n bytes takes n log n
    /// steps and some 40 bytes of memory a byte, which go when this goes.
    std::span<const std::uint32_t> token_ends(std::string_view piece);

    /// token_ends() takes the first for pieces of at most kShort bytes, else the second. The results are the same.
    static constexpr std::size_t kShort = 64;
    std::span<const std::uint32_t> join_short(std::string_view piece);
    std::span<const std::uint32_t> join_long(std::string_view piece);

private:
    /// A token so far, in the list of them; its number is where it begins.
    struct Node {
        std::uint32_t previous;
        std::uint32_t next;    // where it ends
        Rank rank;             // of what it makes with the next one; kNoRank: nothing
    };

    Rank rank_with_next(std::string_view piece, std::uint32_t at) const;
    void start(std::string_view piece);
    void sort_first();
    bool take_lowest(std::uint64_t& lowest);
    void push(std::uint32_t at);
    void join_with_next(std::string_view piece, std::uint32_t at);

    const RankTable& table_;
    std::array<std::uint32_t, kShort + 1> starts_{};
    std::array<Rank, kShort + 1> ranks_{};
    std::vector<std::uint32_t> ends_;
    std::vector<Node> nodes_;
    // Pairs as rank and number; those that no longer hold are passed over. The first ones are sorted once, which is quicker
    // than a heap of them; those that come up by joining are in the heap.
    std::vector<std::uint64_t> first_, spare_, heap_;
    std::size_t taken_ = 0;    // of first_
};

}    // namespace opusclaw::dialect::gpt
