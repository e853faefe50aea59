// relay/pings.cpp: one writer at a time: a ping waits for the next turn while an answer is written, an answer for the ping's end.
#include "relay/pings.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/raised.h"

namespace opusclaw::relay {
namespace {

constexpr std::string_view kPing = ": PING\n\n";

}    // namespace

std::chrono::milliseconds ping_interval(const settings::Settings& settings) {
    constexpr std::int64_t kOtherwise = 10, kMost = std::int64_t{24} * 60 * 60;
    const std::int64_t seconds = settings.ping_interval_seconds;
    return std::chrono::seconds(seconds <= 0 ? kOtherwise : std::min(seconds, kMost));
}

Pings::Pings(net::Exchange& client, Options options)
    : client_(client), options_(std::move(options)), tasks_(client.loop()), since_(options_.clock.steady()) {
    options_.headers.add("Content-Type", "text/event-stream")
        .add("Cache-Control", "no-cache")
        .add("X-Accel-Buffering", "no");
    client_.loop().timers().arm(*this, options_.interval);
}

Task<> Pings::stop() {
    stopped_ = true;
    net::TimerWheel::disarm(*this);
    co_await tasks_.join();
}

void Pings::expired() {
    if (stopped_) return;
    if (pinging_) {
        fail("a ping took too long");
        return;
    }
    if (too_long()) return;
    if (writing_) {    // what is written keeps the connection alive as well
        client_.loop().timers().arm(*this, options_.interval);
        return;
    }
    pinging_ = true;
    client_.loop().timers().arm(*this, kLongestWrite);
    tasks_.start(ping());
}

Task<> Pings::ping() {
    try {
        if (!started_ && !pinged_) {
            pinged_ = true;
            client_.start_stream(200, options_.headers);
        }
        const std::string_view pieces[] = {kPing};
        co_await client_.write(pieces);
    } catch (const Error& error) {
        fail(error.what());
    }
    pinging_ = false;
    if (!stopped_) client_.loop().timers().arm(*this, options_.interval);
}

/// Ends the stream as if the client had left: nothing that is still written would reach it.
void Pings::fail(std::string_view why) {
    stopped_ = failed_ = true;
    net::TimerWheel::disarm(*this);
    if (options_.trace.stream) options_.trace.stream->end(StreamEnd::PingFail, why);
    gone();
}

void Pings::gone() {
    if (const auto on_gone = std::exchange(on_gone_, nullptr)) on_gone();
}

bool Pings::too_long() const {
    const auto passed = options_.clock.steady() - since_;
    return started_ ? passed >= kLongestStream : passed >= kLongestWait;
}

Task<> Pings::respond(int status, const net::HeaderLines& headers, std::span<const std::string_view> body) {
    co_await stop();
    co_await client_.respond(status, headers, body);
}

void Pings::start_stream(int status, const net::HeaderLines& headers) {
    if (!pinged_) client_.start_stream(status, headers);
    started_ = true;
    since_ = options_.clock.steady();
}

Task<> Pings::write(std::span<const std::string_view> pieces) {
    if (pinging_) co_await tasks_.join();
    const Raised raised(writing_);
    co_await client_.write(pieces);
}

Task<> Pings::finish(std::span<const std::string_view> last) {
    co_await stop();
    co_await client_.finish(last);
}

void Pings::watch_client(std::function<void()> on_gone) {
    on_gone_ = std::move(on_gone);
    if (on_gone_) {
        client_.watch_client([this] { gone(); });
    } else {
        client_.watch_client(nullptr);
    }
}

}    // namespace opusclaw::relay
