// The load: requests in a closed loop (each connection sends its next request when it has its answer: finds the saturating
// rate), or at a given rate whatever the answers do (latency counts from when a request should have left).
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include "exchange.h"
#include "histogram.h"
#include "wire.h"

namespace opusclaw::bench {

struct LoadOptions {
    std::uint16_t port = 0;
    std::size_t connections = 1;    // in a closed loop; at a rate: the most there may be
    double rate = 0;                // requests a second; 0: closed loop
    std::int64_t warmup_ns = 0;     // before anything is recorded
    std::int64_t measured_ns = 0;
};

struct LoadResult {
    std::uint64_t requests = 0;    // completed in the whole run, warm-up included
    std::uint64_t measured = 0;    // completed while recording
    std::uint64_t failed = 0;
    double seconds = 0;             // of recording
    std::size_t connections = 0;    // opened
    Histogram latency;              // from the intended start to the last byte
    Observed seen;
};

class Generator {
public:
    /// `request` (head and body) outlives the generator.
    Generator(const LoadOptions& options, std::string_view request);
    /// Runs warm-up and measurement, then waits for the answers still under way.
    LoadResult run();

private:
    void start_due(std::int64_t now);
    void start(std::size_t slot, std::int64_t intended);
    void open_connection(std::size_t slot);
    void serve(std::size_t slot);
    void completed(std::size_t slot);
    std::int64_t next_deadline() const;

    LoadOptions options_;
    std::string_view request_;
    Poller poller_;
    std::vector<std::unique_ptr<Exchange>> slots_;
    std::vector<std::size_t> idle_;
    std::deque<std::int64_t> overdue_;    // intended starts for which no connection was free
    std::uint64_t issued_ = 0;
    std::size_t running_ = 0;
    std::int64_t begin_ = 0;
    std::int64_t record_from_ = 0;
    std::int64_t end_ = 0;
    LoadResult result_;
};

}    // namespace opusclaw::bench
