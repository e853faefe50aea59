// The load: see generator.h. A connection that fails is replaced by a fresh one; its request counts as failed.
#include "generator.h"

#include <algorithm>
#include <stdexcept>

namespace opusclaw::bench {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kGrace = 10 * kSecond;        // for answers still under way at the end
constexpr std::uint64_t kFailuresToGiveUp = 1000;    // nothing is learned from more of them

}    // namespace

Generator::Generator(const LoadOptions& options, std::string_view request)
    : options_(options), request_(request), slots_(options.connections) {}

LoadResult Generator::run() {
    begin_ = monotonic_ns();
    record_from_ = begin_ + options_.warmup_ns;
    end_ = record_from_ + options_.measured_ns;
    if (options_.rate <= 0) {
        for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
            open_connection(slot);
            start(slot, begin_);
        }
    }
    for (std::int64_t now = begin_; now < end_ || (running_ > 0 && now < end_ + kGrace);
         now = monotonic_ns()) {
        if (result_.failed > kFailuresToGiveUp)
            throw std::runtime_error("gave up: " + result_.seen.first_error);
        result_.seen.recording = now >= record_from_ && now < end_;
        if (options_.rate > 0) start_due(now);
        for (const epoll_event& event : poller_.wait(next_deadline())) serve(event.data.u64);
    }
    result_.failed += running_;
    result_.seconds = static_cast<double>(options_.measured_ns) / static_cast<double>(kSecond);
    return result_;
}

std::int64_t Generator::next_deadline() const {
    const std::int64_t now = monotonic_ns();
    if (now >= end_) return end_ + kGrace;
    const std::int64_t phase_end = now < record_from_ ? record_from_ : end_;
    if (options_.rate <= 0) return phase_end;
    const auto offset = static_cast<std::int64_t>(static_cast<double>(issued_) / options_.rate * 1e9);
    return std::min(phase_end, begin_ + offset);
}

// Starts what should have left by now. With no connection free and none allowed, it waits and its latency grows.
void Generator::start_due(std::int64_t now) {
    const double elapsed = static_cast<double>(std::min(now, end_) - begin_) / 1e9;
    const auto due = static_cast<std::uint64_t>(elapsed * options_.rate) + 1;
    for (; issued_ < due && now < end_; ++issued_) {
        const auto offset = static_cast<std::int64_t>(static_cast<double>(issued_) / options_.rate * 1e9);
        overdue_.push_back(begin_ + offset);
    }
    while (!overdue_.empty()) {
        if (idle_.empty()) {
            if (result_.connections >= slots_.size()) return;
            open_connection(result_.connections);
            idle_.push_back(result_.connections - 1);
        }
        const std::size_t slot = idle_.back();
        idle_.pop_back();
        const std::int64_t intended = overdue_.front();
        overdue_.pop_front();
        start(slot, intended);
    }
}

void Generator::open_connection(std::size_t slot) {
    if (!slots_[slot]) ++result_.connections;
    slots_[slot] = std::make_unique<Exchange>(options_.port, request_);
    poller_.add(slots_[slot]->socket(), slot);
}

void Generator::start(std::size_t slot, std::int64_t intended) {
    ++running_;
    if (slots_[slot]->begin(intended, result_.seen) != Exchange::Outcome::Failed) return;
    --running_;
    ++result_.failed;
    open_connection(slot);
    idle_.push_back(slot);
}

void Generator::serve(std::size_t slot) {
    Exchange& exchange = *slots_[slot];
    const bool had_request = exchange.running();
    switch (exchange.advance(result_.seen)) {
        case Exchange::Outcome::Idle:
        case Exchange::Outcome::Running: return;
        case Exchange::Outcome::Done: completed(slot); return;
        case Exchange::Outcome::Failed: break;
    }
    open_connection(slot);
    if (!had_request) return;    // it was idle and stays so
    --running_;
    ++result_.failed;
    if (options_.rate > 0) {
        idle_.push_back(slot);
    } else if (monotonic_ns() < end_) {
        start(slot, monotonic_ns());
    }
}

void Generator::completed(std::size_t slot) {
    const std::int64_t now = monotonic_ns();
    const std::int64_t intended = slots_[slot]->intended();
    --running_;
    ++result_.requests;
    if (intended >= record_from_) result_.latency.record(now - intended);
    if (now >= record_from_ && now < end_) ++result_.measured;
    if (options_.rate > 0) {
        idle_.push_back(slot);
        if (!overdue_.empty()) start_due(now);
    } else if (now < end_) {
        start(slot, now);
    }
}

}    // namespace opusclaw::bench
