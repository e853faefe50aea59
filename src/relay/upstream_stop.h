// relay/upstream_stop.h: lets whoever waits for an upstream's answer be stopped: because the client has left, the program ends, or it
// took too long. Made for calls that no client's request goes through as it is: tests of channels, lists of models.
#pragma once

#include "net/client.h"
#include "net/timer_wheel.h"

namespace opusclaw::relay {

/// Outlives the exchange it stops. One loop.
class UpstreamStop {
public:
    UpstreamStop() = default;
    UpstreamStop(const UpstreamStop&) = delete;
    UpstreamStop& operator=(const UpstreamStop&) = delete;

    /// What waits, for the head or for more of the body, throws Error(ClientGone).
    void request() {
        cancel_.request();
        if (call_ != nullptr) call_->abort();
    }
    /// For net::Client::send().
    net::Cancel* cancel() { return &cancel_; }

    /// Around the reading of an answer.
    class Reading {
    public:
        Reading(UpstreamStop& stop, net::Call& call) : stop_(stop) { stop_.call_ = &call; }
        ~Reading() { stop_.call_ = nullptr; }
        Reading(const Reading&) = delete;
        Reading& operator=(const Reading&) = delete;

    private:
        UpstreamStop& stop_;
    };

private:
    net::Cancel cancel_;
    net::Call* call_ = nullptr;
};

/// Stops an exchange that has taken as long as it may, once armed in the loop's timers. Lives with the exchange.
class TimeLimit : public net::TimerEntry {
public:
    explicit TimeLimit(UpstreamStop& stop) : stop_(stop) {}
    bool passed() const { return passed_; }

private:
    void expired() override {
        passed_ = true;
        stop_.request();
    }
    UpstreamStop& stop_;
    bool passed_ = false;
};

}    // namespace opusclaw::relay
