// Tests of base/block_cache.h: the last block of a size comes back first, sizes share blocks only where they fit, and there is an
// end to what is kept.
#include "base/block_cache.h"

#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <random>
#include <vector>

namespace opusclaw {
namespace {

/// Blocks from malloc, of exactly the promised size: sanitizers see every byte that is not theirs.
class Heap {
public:
    ~Heap() {
        for (void* block : all_) std::free(block);
    }
    void* make(std::size_t size) { return all_.emplace_back(std::malloc(BlockCache::rounded(size))); }

private:
    std::vector<void*> all_;
};

TEST(BlockCache, GivesTheLastBlockFirst) {
    Heap heap;
    const auto cache = std::make_unique<BlockCache>();
    EXPECT_EQ(cache->take(100), nullptr);
    void* const first = heap.make(100);
    void* const second = heap.make(100);
    EXPECT_TRUE(cache->give(first, 100));
    EXPECT_TRUE(cache->give(second, 100));
    EXPECT_EQ(cache->take(100), second);
    EXPECT_EQ(cache->take(100), first);
    EXPECT_EQ(cache->take(100), nullptr);
}

TEST(BlockCache, SharesBlocksOnlyBetweenSizesOfOneGrain) {
    Heap heap;
    const auto cache = std::make_unique<BlockCache>();
    void* const block = heap.make(33);
    EXPECT_TRUE(cache->give(block, 33));
    EXPECT_EQ(cache->take(32), nullptr);
    EXPECT_EQ(cache->take(49), nullptr);
    EXPECT_EQ(cache->take(48), block);
    void* const nothing = heap.make(0);
    EXPECT_TRUE(cache->give(nothing, 0));
    EXPECT_EQ(cache->take(1), nothing);
}

TEST(BlockCache, KeepsNoLargeBlocks) {
    Heap heap;
    const auto cache = std::make_unique<BlockCache>();
    EXPECT_EQ(BlockCache::rounded(BlockCache::kLargest + 1), BlockCache::kLargest + 1);
    EXPECT_FALSE(cache->give(heap.make(BlockCache::kLargest + 1), BlockCache::kLargest + 1));
    EXPECT_EQ(cache->take(BlockCache::kLargest + 1), nullptr);
    EXPECT_EQ(cache->take(SIZE_MAX), nullptr);
    EXPECT_TRUE(cache->give(heap.make(BlockCache::kLargest), BlockCache::kLargest));
}

TEST(BlockCache, KeepsSoManyOfASize) {
    Heap heap;
    for (const std::size_t size : {std::size_t{16}, std::size_t{1024}, BlockCache::kLargest}) {
        const auto cache = std::make_unique<BlockCache>();
        std::size_t kept = 0;
        while (cache->give(heap.make(size), size)) ++kept;
        EXPECT_EQ(kept, std::min<std::size_t>(BlockCache::kMostBlocks, BlockCache::kMostBytes / size))
            << size;
        // What was taken makes room again.
        void* const taken = cache->take(size);
        EXPECT_TRUE(cache->give(taken, size));
        EXPECT_FALSE(cache->give(heap.make(size), size));
    }
}

TEST(BlockCache, NeverGivesABlockTwiceOrTooSmall) {
    Heap heap;
    const auto cache = std::make_unique<BlockCache>();
    std::mt19937 random(7);
    std::multimap<std::size_t, void*> live;
    for (int i = 0; i < 20'000; ++i) {
        if (live.empty() || random() % 2 == 0) {
            const std::size_t size = random() % 600;
            void* block = cache->take(size);
            if (block == nullptr) block = heap.make(size);
            for (const auto& [other, address] : live) ASSERT_NE(address, block);
            std::memset(block, static_cast<int>(size), BlockCache::rounded(size));
            live.emplace(size, block);
        } else {
            auto it = live.begin();
            std::advance(it, static_cast<std::ptrdiff_t>(random() % live.size()));
            const auto [size, block] = *it;
            const auto* const bytes = static_cast<const unsigned char*>(block);
            for (std::size_t at = 0; at < BlockCache::rounded(size); ++at)
                ASSERT_EQ(bytes[at], static_cast<unsigned char>(size));
            live.erase(it);
            cache->give(block, size);
        }
    }
}

}    // namespace
}    // namespace opusclaw
