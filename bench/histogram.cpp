// Latency histogram: see histogram.h. Values below 128 ns have a bucket each; above, the top eight bits decide.
#include "histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <sstream>

namespace opusclaw::bench {

std::size_t Histogram::bucket_of(std::uint64_t value) {
    if (value < kSteps) return static_cast<std::size_t>(value);
    const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - 1 - kPrecisionBits;
    return (shift + 1) * kSteps + static_cast<std::size_t>((value >> shift) - kSteps);
}

std::uint64_t Histogram::middle_of(std::size_t bucket) {
    if (bucket < kSteps) return bucket;
    const std::size_t shift = bucket / kSteps - 1;
    const std::uint64_t low = (kSteps + bucket % kSteps) << shift;
    return low + (std::uint64_t{1} << shift) / 2;
}

void Histogram::record(std::int64_t nanoseconds) {
    constexpr std::int64_t kLargest = (std::int64_t{1} << kTopBit) - 1;
    const std::int64_t value = std::clamp<std::int64_t>(nanoseconds, 0, kLargest);
    ++buckets_[bucket_of(static_cast<std::uint64_t>(value))];
    ++count_;
    sum_ += value;
    max_ = std::max(max_, value);
}

std::int64_t Histogram::at(double quantile) const {
    if (count_ == 0) return 0;
    const auto wanted = static_cast<std::uint64_t>(std::ceil(quantile * static_cast<double>(count_)));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
        seen += buckets_[bucket];
        if (seen >= std::max<std::uint64_t>(wanted, 1)) {
            return std::min(static_cast<std::int64_t>(middle_of(bucket)), max_);
        }
    }
    return max_;
}

std::string Histogram::json() const {
    const auto microseconds = [](double nanoseconds) { return nanoseconds / 1000.0; };
    const double mean = count_ == 0 ? 0.0 : static_cast<double>(sum_) / static_cast<double>(count_);
    std::ostringstream out;
    out << "{\"count\":" << count_ << ",\"mean\":" << microseconds(mean);
    const struct {
        const char* name;
        double quantile;
    } shown[] = {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}};
    for (const auto& row : shown) {
        out << ",\"" << row.name << "\":" << microseconds(static_cast<double>(at(row.quantile)));
    }
    out << ",\"max\":" << microseconds(static_cast<double>(max_)) << "}";
    return out.str();
}

}    // namespace opusclaw::bench
