// tests/unit/base/work.h: how the work of a function grows with its input, by the CPU time of this thread: what else runs on the machine
// does not count.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>

namespace opusclaw {

template <class Work>
std::chrono::nanoseconds cpu_time_of(Work work) {
    const auto now = [] {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
    };
    const auto begin = now();
    work();
    return now() - begin;
}

/// Eight times the input: about 8 for linear work, 64 for quadratic work.
inline constexpr double kLinearGrowth = 28;

/// The quickest run with 8 * `count` over the quickest with `count`; `run` gives its own time.
template <class Run>
double growth(Run run, std::int64_t count) {
    constexpr int kRuns = 20, kLeastRuns = 4;
    constexpr std::int64_t kTimes = 8;
    auto few = std::chrono::nanoseconds::max(), many = few;
    double ratio = 0;
    for (int i = 0; i < kRuns; ++i) {
        few = std::min(few, run(count));
        many = std::min(many, run(count * kTimes));
        ratio = static_cast<double>(many.count()) /
                static_cast<double>(std::max<std::int64_t>(few.count(), 1));
        if (i + 1 >= kLeastRuns && ratio < kLinearGrowth) break;
    }
    return ratio;
}

}    // namespace opusclaw
