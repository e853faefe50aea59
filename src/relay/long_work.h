// relay/long_work.h: what is done with a whole body, where it is done: here, or on a worker when it takes longer than a loop may be kept
// from others (DESIGN section 5).
#pragma once

#include <cstddef>
#include <utility>

#include "net/thread_pool.h"

namespace opusclaw::relay {

/// Bodies of more bytes take more than a millisecond.
inline constexpr std::size_t kMostOnLoop = std::size_t{1} << 20;

/// `work` on a body of `bytes`; may refer to the caller's locals. Throws what it throws, and Error(Unavailable) when no worker is free.
template <class Work>
Task<> do_work(net::ThreadPool& workers, std::size_t bytes, Work work) {
    if (bytes <= kMostOnLoop) {
        work();
    } else {
        co_await workers.run(std::move(work));
    }
}

}    // namespace opusclaw::relay
