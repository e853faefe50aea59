// base/block_cache.h: keeps small blocks of memory that were given back, and hands out the last one of a size first: it is still
// in the processor's caches. The program's operator new (app/operator_new.cpp) has one a thread before its allocator.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <new>

namespace opusclaw {

/// Owns what it keeps and frees nothing: for threads that live as long as the program. Not thread-safe. Small enough and
/// constant at its beginning, so that a thread_local one needs no guard. Never allocates, never throws.
class BlockCache {
public:
    static constexpr std::size_t kGrain = __STDCPP_DEFAULT_NEW_ALIGNMENT__;    // sizes are rounded up to it
    static constexpr std::size_t kLargest = 4096;           // bytes; larger ones are not kept
    static constexpr std::size_t kMostBytes = 32 * 1024;    // kept of one size
    static constexpr std::uint32_t kMostBlocks = 64;        // kept of one size

    constexpr BlockCache() {
        for (std::size_t i = 1; i < lists_.size(); ++i)
            lists_[i].room = static_cast<std::uint32_t>(
                std::min<std::size_t>(kMostBlocks, kMostBytes / (i * kGrain)));
    }
    BlockCache(const BlockCache&) = delete;
    BlockCache& operator=(const BlockCache&) = delete;

    /// What a block for `size` bytes has to have, so that every block of one list serves every size of it.
    static constexpr std::size_t rounded(std::size_t size) {
        return size <= kLargest ? grains_of(size) * kGrain : size;
    }

    /// A block of rounded(size) bytes, aligned to kGrain; nullptr: none is kept.
    void* take(std::size_t size) noexcept {
        if (size > kLargest) return nullptr;
        List& list = lists_[grains_of(size)];
        Block* const block = list.first;
        if (block == nullptr) return nullptr;
        list.first = block->next;
        ++list.room;
        return block;
    }

    /// Keeps a block that has rounded(size) bytes, or says false.
    bool give(void* block, std::size_t size) noexcept {
        if (size > kLargest) return false;
        List& list = lists_[grains_of(size)];
        if (list.room == 0) return false;
        --list.room;
        list.first = ::new (block) Block{list.first};
        return true;
    }

private:
    struct Block {
        Block* next;
    };
    struct List {
        Block* first = nullptr;
        std::uint32_t room = 0;    // for so many more
    };
    static constexpr std::size_t grains_of(std::size_t size) {
        return std::max<std::size_t>((size + kGrain - 1) / kGrain, 1);
    }

    std::array<List, kLargest / kGrain + 1> lists_{};
};

}    // namespace opusclaw
