// Latency histogram in the manner of HdrHistogram: buckets grow with the value, so that every figure is within 1 % of
// what was measured, whatever its size, in a few KB and without allocation while measuring.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace opusclaw::bench {

class Histogram {
public:
    /// Counts one value (ns). Negative ones count as 0, those above 18 minutes as that.
    void record(std::int64_t nanoseconds);
    /// The value (ns) below or at which the share `quantile` (0 to 1) of the recorded ones lies; 0 when there are none.
    std::int64_t at(double quantile) const;
    std::uint64_t count() const { return count_; }
    /// {"count":…,"mean":…,"p50":…,"p90":…,"p99":…,"p999":…,"max":…} in microseconds.
    std::string json() const;

private:
    static constexpr unsigned kPrecisionBits = 7;    // 128 buckets for each doubling
    static constexpr unsigned kTopBit = 40;
    static constexpr std::size_t kSteps = std::size_t{1} << kPrecisionBits;

    static std::size_t bucket_of(std::uint64_t value);
    static std::uint64_t middle_of(std::size_t bucket);

    std::array<std::uint64_t, (kTopBit - kPrecisionBits + 1) * kSteps> buckets_{};
    std::uint64_t count_ = 0;
    std::int64_t sum_ = 0;
    std::int64_t max_ = 0;
};

}    // namespace opusclaw::bench
