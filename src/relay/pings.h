// relay/pings.h: comments that keep a streamed answer's connection alive, while an upstream is waited for and while it streams (spec 04
// section 19.3). Stands between the line and the client's exchange: whoever writes an answer need not know of it.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/time.h"
#include "net/loop.h"
#include "net/server.h"
#include "relay/trace.h"
#include "settings/settings.h"

namespace opusclaw::relay {

/// `general_setting.ping_interval_seconds`; ten seconds for what is no interval.
std::chrono::milliseconds ping_interval(const settings::Settings& settings);

/// The client's exchange with pings between the writes of whoever answers. The first ping begins the stream with status 200; until an
/// answer begins, answered() stays false, so that another channel may still be tried. One loop; on it the owner calls stop()
/// before this dies.
class Pings final : public net::Exchange, private net::TimerEntry {
public:
    static constexpr std::chrono::seconds kLongestWrite{10};    // a ping that takes longer has failed
    static constexpr std::chrono::minutes kLongestWait{120};    // for the answer's beginning
    static constexpr std::chrono::minutes kLongestStream{30};

    struct Options {
        std::chrono::milliseconds interval;
        net::HeaderLines headers;    // of an answer that begins with a ping
        Trace& trace;                // hears of a ping that failed
        const Clock& clock;
    };
    /// The exchange, trace and clock outlive it.
    Pings(net::Exchange& client, Options options);
    /// No more pings; one that is being written is waited for.
    Task<> stop();

    net::Loop& loop() override { return client_.loop(); }
    const net::RequestHead& request() const override { return client_.request(); }
    Task<PaddedBuffer*> body(net::BodyRules rules) override { return client_.body(rules); }
    Task<> respond(int status, const net::HeaderLines& headers,
                   std::span<const std::string_view> body) override;
    void start_stream(int status, const net::HeaderLines& headers) override;
    Task<> write(std::span<const std::string_view> pieces) override;
    Task<> finish(std::span<const std::string_view> last) override;
    bool answered() const override { return started_ || (client_.answered() && !pinged_); }
    bool body_started() const override { return client_.body_started(); }
    void watch_client(std::function<void()> on_gone) override;
    bool client_gone() const override { return failed_ || client_.client_gone(); }

private:
    void expired() override;
    Task<> ping();
    void fail(std::string_view why);
    void gone();
    bool too_long() const;

    net::Exchange& client_;
    Options options_;
    net::TaskGroup tasks_;
    std::function<void()> on_gone_;
    SteadyTime since_;        // the wait, then the stream
    bool pinged_ = false;     // a ping began the stream
    bool started_ = false;    // an answer began
    bool pinging_ = false;    // a ping is being written
    bool writing_ = false;    // something else is
    bool stopped_ = false;
    bool failed_ = false;
};

}    // namespace opusclaw::relay
