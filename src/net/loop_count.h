// net/loop_count.h: how many of something run on all loops at this moment. Each loop counts in a cache line of its own: counting
// on the hot path never waits for another core.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "net/loop.h"

namespace opusclaw::net {

class LoopCount {
    struct alignas(64) Cell {
        std::atomic<std::int64_t> value{0};
    };

public:
    /// Counts one on `loop` while it lives; ends on any thread. The count outlives it.
    class One {
    public:
        One(LoopCount& count, const Loop& loop) : cell_(count.cells_[loop.index() % kCells]) {
            cell_.value.fetch_add(1, std::memory_order_relaxed);
        }
        ~One() { cell_.value.fetch_sub(1, std::memory_order_relaxed); }
        One(const One&) = delete;
        One& operator=(const One&) = delete;

    private:
        Cell& cell_;
    };

    /// Any thread.
    std::int64_t total() const {
        std::int64_t sum = 0;
        for (const Cell& cell : cells_) sum += cell.value.load(std::memory_order_relaxed);
        return sum;
    }

private:
    static constexpr std::size_t kCells = 64;    // more loops than that share cells
    std::array<Cell, kCells> cells_;
};

}    // namespace opusclaw::net
