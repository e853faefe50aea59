// dialect/gpt/byte_pairs.cpp: short pieces by looking through all pairs each time, which is quickest for them; long ones with a
// heap, so that no text is quadratic.
#include "dialect/gpt/byte_pairs.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace opusclaw::dialect::gpt {
namespace {

constexpr unsigned kRankShift = 32;
constexpr unsigned kDigitBits = 9;
constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;
static_assert(RankTable::kRankBits % kDigitBits == 0);

std::uint64_t entry(Rank rank, std::uint32_t number) { return (std::uint64_t{rank} << kRankShift) | number; }

}    // namespace

std::span<const std::uint32_t> BytePairs::token_ends(std::string_view piece) {
    return piece.size() <= kShort ? join_short(piece) : join_long(piece);
}

/// starts_[i] is where token i begins, ranks_[i] what it makes with token i + 1; one start more is the end of the piece.
std::span<const std::uint32_t> BytePairs::join_short(std::string_view piece) {
    std::size_t count = piece.size();
    for (std::size_t i = 0; i <= count; ++i) starts_[i] = static_cast<std::uint32_t>(i);
    for (std::size_t i = 0; i + 1 < count; ++i) ranks_[i] = table_.find_pair(piece[i], piece[i + 1]);
    const auto pair = [&](std::size_t i) {
        if (i + 2 > count) return kNoRank;
        return table_.find(piece.substr(starts_[i], starts_[i + 2] - starts_[i]));
    };
    while (count > 1) {
        const auto end = ranks_.begin() + static_cast<std::ptrdiff_t>(count - 1);
        // The value first, then its place: two plain loops are quicker than one that remembers both.
        const Rank rank = std::reduce(ranks_.begin(), end, kNoRank,
                                      [](Rank a, Rank b) { return std::min(a, b); });
        if (rank == kNoRank) break;
        const auto lowest = std::find(ranks_.begin(), end, rank);
        const auto i = static_cast<std::size_t>(lowest - ranks_.begin());
        std::copy(starts_.begin() + static_cast<std::ptrdiff_t>(i + 2),
                  starts_.begin() + static_cast<std::ptrdiff_t>(count + 1),
                  starts_.begin() + static_cast<std::ptrdiff_t>(i + 1));
        std::copy(std::min(lowest + 2, end), end, std::min(lowest + 1, end));
        --count;
        if (i + 1 < count) ranks_[i] = pair(i);
        if (i > 0) ranks_[i - 1] = pair(i - 1);
    }
    return {starts_.data() + 1, count};
}

Rank BytePairs::rank_with_next(std::string_view piece, std::uint32_t at) const {
    const std::uint32_t next = nodes_[at].next;
    return next == piece.size() ? kNoRank : table_.find(piece.substr(at, nodes_[next].next - at));
}

void BytePairs::push(std::uint32_t at) {
    if (nodes_[at].rank == kNoRank) return;
    heap_.push_back(entry(nodes_[at].rank, at));
    std::ranges::push_heap(heap_, std::greater{});
}

void BytePairs::start(std::string_view piece) {
    const auto size = static_cast<std::uint32_t>(piece.size());
    nodes_.resize(size);
    first_.clear();
    heap_.clear();
    taken_ = 0;
    for (std::uint32_t i = 0; i < size; ++i) {
        const Rank rank = i + 1 < size ? table_.find_pair(piece[i], piece[i + 1]) : kNoRank;
        nodes_[i] = {.previous = i - 1, .next = i + 1, .rank = rank};
        if (rank != kNoRank) first_.push_back(entry(rank, i));
    }
    sort_first();
}

/// By rank; those of one rank stay in the order in which they are, that of their numbers.
void BytePairs::sort_first() {
    spare_.resize(first_.size());
    for (unsigned shift = kRankShift; shift < kRankShift + RankTable::kRankBits; shift += kDigitBits) {
        const auto digit = [shift](std::uint64_t value) { return (value >> shift) & (kDigits - 1); };
        std::array<std::size_t, kDigits + 1> begins{};
        for (const std::uint64_t value : first_) ++begins[digit(value) + 1];
        std::partial_sum(begins.begin(), begins.end(), begins.begin());
        for (const std::uint64_t value : first_) spare_[begins[digit(value)]++] = value;
        first_.swap(spare_);
    }
}

/// False when there is none left.
bool BytePairs::take_lowest(std::uint64_t& lowest) {
    const bool more = taken_ < first_.size();
    if (more && (heap_.empty() || first_[taken_] < heap_.front())) {
        lowest = first_[taken_++];
        return true;
    }
    if (heap_.empty()) return false;
    std::ranges::pop_heap(heap_, std::greater{});
    lowest = heap_.back();
    heap_.pop_back();
    return true;
}

void BytePairs::join_with_next(std::string_view piece, std::uint32_t at) {
    const std::uint32_t gone = nodes_[at].next;
    nodes_[at].next = nodes_[gone].next;
    nodes_[gone].rank = kNoRank;    // what the heap still holds of it is void
    if (nodes_[at].next < piece.size()) nodes_[nodes_[at].next].previous = at;
    const auto renew = [&](std::uint32_t changed) {
        nodes_[changed].rank = rank_with_next(piece, changed);
        push(changed);
    };
    renew(at);
    if (at > 0) renew(nodes_[at].previous);
}

std::span<const std::uint32_t> BytePairs::join_long(std::string_view piece) {
    start(piece);
    for (std::uint64_t lowest = 0; take_lowest(lowest);) {
        const auto at = static_cast<std::uint32_t>(lowest);
        if (nodes_[at].rank == lowest >> kRankShift) join_with_next(piece, at);
    }
    ends_.clear();
    for (std::uint32_t at = 0; at < piece.size(); at = nodes_[at].next) ends_.push_back(nodes_[at].next);
    return ends_;
}

}    // namespace opusclaw::dialect::gpt
