// relay/long_work.h: what is done with a whole body, where it is done: here, or on a worker when it takes longer than a loop may be kept
// from others (DESIGN section 5).
#pragma once

#include <cstddef>

#include "base/error.h"
#include "net/thread_pool.h"

namespace opusclaw::relay {

/// Bodies of more bytes take more than a millisecond.
inline constexpr std::size_t kMostOnLoop = std::size_t{1} << 20;

/// `work` on a body of `bytes`, here and now. False: it takes too long, and is a worker's.
template <class Work>
bool try_work(std::size_t bytes, const Work& work) {
    if (bytes > kMostOnLoop) return false;
    work();
    return true;
}

/// What is left to do with an answer that a provider delivered, and is paid for: on a worker, or here where none is free. `work` may refer
/// to the caller's locals. Throws what it throws.
template <class Work>
Task<> finish_work(net::ThreadPool& workers, const Work& work) {
    bool begun = false;
    try {
        co_await workers.run([&] {
            begun = true;
            work();
        });
    } catch (const Error&) {
        if (begun) throw;
    }
    if (!begun) work();
}

}    // namespace opusclaw::relay
