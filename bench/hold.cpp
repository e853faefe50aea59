// Many open streams at once: see hold.h. Only some are being opened at any moment, as a listening queue is not endless.
#include "hold.h"

#include <unistd.h>

#include <iostream>
#include <memory>
#include <stdexcept>
#include <vector>

#include "exchange.h"
#include "wire.h"

namespace opusclaw::bench {
namespace {

constexpr std::size_t kOpeningAtOnce = 64;
constexpr std::int64_t kPatience = 30'000'000'000;    // ns without any progress
constexpr std::int64_t kLookAgain = 100'000'000;      // ns between two looks at standard input

class Holder {
public:
    Holder(std::uint16_t port, std::string_view request, std::size_t streams)
        : port_(port), request_(request), slots_(streams) {}

    void open_all() {
        std::int64_t last_progress = monotonic_ns();
        while (open_ + failed_ < slots_.size()) {
            while (started_ < slots_.size() && started_ - open_ - failed_ < kOpeningAtOnce) start(started_++);
            const std::size_t before = open_ + failed_;
            for (const epoll_event& event : poller_.wait(last_progress + kPatience)) serve(event.data.u64);
            const std::int64_t now = monotonic_ns();
            if (open_ + failed_ > before) last_progress = now;
            if (now > last_progress + kPatience) throw std::runtime_error("streams do not open");
        }
    }

    void keep_until_input_ends() {
        bool ended = false;
        while (!ended) {
            for (const epoll_event& event : poller_.wait(monotonic_ns() + kLookAgain)) {
                if (event.data.u64 == slots_.size()) {
                    char ignored[64];
                    ended = read(STDIN_FILENO, ignored, sizeof ignored) <= 0;
                } else {
                    serve(event.data.u64);
                }
            }
        }
    }

    void watch_input() { poller_.add(STDIN_FILENO, slots_.size()); }

    void report(std::string_view name) const {
        std::cout << "{\"" << name << "\":" << open_ << ",\"failed\":" << failed_ << "}" << std::endl;
        if (!seen_.first_error.empty()) std::cerr << "bench_load: " << seen_.first_error << '\n';
    }

private:
    void start(std::size_t slot) {
        slots_[slot] = std::make_unique<Exchange>(port_, request_);
        poller_.add(slots_[slot]->socket(), slot);
        if (slots_[slot]->begin(monotonic_ns(), seen_) == Exchange::Outcome::Failed) drop(slot);
    }

    void serve(std::size_t slot) {
        if (!slots_[slot]) return;
        const bool was_open = slots_[slot]->streaming();
        const Exchange::Outcome outcome = slots_[slot]->advance(seen_);
        if (!was_open && slots_[slot]->streaming()) ++open_;
        if (outcome != Exchange::Outcome::Running) drop(slot);    // a stream that ends does not count as open
    }

    void drop(std::size_t slot) {
        if (slots_[slot]->streaming()) --open_;
        ++failed_;
        slots_[slot].reset();
    }

    std::uint16_t port_;
    std::string_view request_;
    Poller poller_;
    std::vector<std::unique_ptr<Exchange>> slots_;
    std::size_t started_ = 0;
    std::size_t open_ = 0;
    std::size_t failed_ = 0;
    Observed seen_;
};

}    // namespace

void hold_streams(std::uint16_t port, std::string_view request, std::size_t streams) {
    Holder holder(port, request, streams);
    holder.open_all();
    holder.report("open");
    holder.watch_input();
    holder.keep_until_input_ends();
    holder.report("still_open");
}

}    // namespace opusclaw::bench
