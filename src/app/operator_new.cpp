// app/operator_new.cpp: operator new and delete of the program: each thread's kept blocks first, then mimalloc, which goes round
// all blocks of a size before it comes back to one. A request takes some hundred small blocks, and what it costs goes by how
// many of them are still in the processor's caches (docs/PERFORMANCE.md, "The allocator"). Builds with a sanitizer have its own.
#include <mimalloc.h>

#include <cstddef>
#include <new>

#include "base/block_cache.h"

namespace {

using opusclaw::BlockCache;

thread_local constinit BlockCache kept;

void* take(std::size_t size) {
    void* const block = kept.take(size);
    return block != nullptr ? block : mi_new(BlockCache::rounded(size));
}

void* try_take(std::size_t size) noexcept {
    void* const block = kept.take(size);
    return block != nullptr ? block : mi_new_nothrow(BlockCache::rounded(size));
}

void give(void* block, std::size_t size) noexcept {
    if (block != nullptr && !kept.give(block, size)) mi_free(block);
}

/// Who does not know the size asks mimalloc: a block has at least what was asked for, in whole grains.
void give(void* block) noexcept {
    if (block != nullptr) give(block, mi_usable_size(block) / BlockCache::kGrain * BlockCache::kGrain);
}

std::size_t bytes(std::align_val_t alignment) { return static_cast<std::size_t>(alignment); }

}    // namespace

void* operator new(std::size_t size) { return take(size); }
void* operator new[](std::size_t size) { return take(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return try_take(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return try_take(size); }
void operator delete(void* block) noexcept { give(block); }
void operator delete[](void* block) noexcept { give(block); }
void operator delete(void* block, std::size_t size) noexcept { give(block, size); }
void operator delete[](void* block, std::size_t size) noexcept { give(block, size); }
void operator delete(void* block, const std::nothrow_t&) noexcept { give(block); }
void operator delete[](void* block, const std::nothrow_t&) noexcept { give(block); }

// What asks for more than the usual alignment is mimalloc's alone.
void* operator new(std::size_t size, std::align_val_t alignment) {
    return mi_new_aligned(size, bytes(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
    return mi_new_aligned(size, bytes(alignment));
}
void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
    return mi_new_aligned_nothrow(size, bytes(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
    return mi_new_aligned_nothrow(size, bytes(alignment));
}
void operator delete(void* block, std::align_val_t) noexcept { mi_free(block); }
void operator delete[](void* block, std::align_val_t) noexcept { mi_free(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { mi_free(block); }
void operator delete[](void* block, std::size_t, std::align_val_t) noexcept { mi_free(block); }
void operator delete(void* block, std::align_val_t, const std::nothrow_t&) noexcept { mi_free(block); }
void operator delete[](void* block, std::align_val_t, const std::nothrow_t&) noexcept { mi_free(block); }
