// api/single_flight.h: work that runs once at a time: who comes second is told so.
#pragma once

#include <atomic>
#include <utility>

namespace opusclaw::api {

/// Thread-safe.
class SingleFlight {
public:
    /// Lets others in when it goes.
    class Turn {
    public:
        Turn() = default;
        explicit Turn(SingleFlight& flight) : flight_(&flight) {}
        Turn(Turn&& other) noexcept : flight_(std::exchange(other.flight_, nullptr)) {}
        Turn& operator=(Turn&& other) noexcept {
            std::swap(flight_, other.flight_);
            return *this;
        }
        ~Turn() {
            if (flight_ != nullptr) flight_->running_ = false;
        }
        explicit operator bool() const { return flight_ != nullptr; }

    private:
        SingleFlight* flight_ = nullptr;
    };
    /// An empty turn: somebody else is at it.
    Turn enter() { return running_.exchange(true) ? Turn() : Turn(*this); }

private:
    std::atomic<bool> running_{false};
};

}    // namespace opusclaw::api
