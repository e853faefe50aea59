// net/timer_wheel.h: coarse deadlines for many connections: arming and disarming are a few pointer writes, one tick looks at
// one slot. Late by at most one tick (100 ms), never early. Belongs to one loop; not thread-safe.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace opusclaw::net {

class TimerWheel;

/// Something with a deadline. Intrusive: it lives in its owner (a stream, an exchange) and leaves the wheel when destroyed.
class TimerEntry {
public:
    TimerEntry() = default;
    virtual ~TimerEntry();
    TimerEntry(const TimerEntry&) = delete;
    TimerEntry& operator=(const TimerEntry&) = delete;
    bool armed() const { return wheel_ != nullptr; }

protected:
    /// Called once, on the loop, after the entry has left the wheel; it may arm itself again or destroy itself. Must not throw.
    virtual void expired() = 0;

private:
    friend class TimerWheel;
    TimerWheel* wheel_ = nullptr;
    TimerEntry** link_ =
        nullptr;    // the pointer that points here: a slot's head or the previous entry's next_
    TimerEntry* next_ = nullptr;
    std::uint64_t due_tick_ = 0;
};

class TimerWheel {
public:
    static constexpr std::chrono::milliseconds kTick{100};
    /// Milliseconds that only grow, from any start.
    using Clock = std::chrono::milliseconds (*)();

    /// Without a clock (tests), now is what advance_to() said last.
    explicit TimerWheel(Clock clock = nullptr);
    ~TimerWheel();
    TimerWheel(const TimerWheel&) = delete;
    TimerWheel& operator=(const TimerWheel&) = delete;

    /// Arms, or moves an armed entry. `after` below a tick means the next tick.
    void arm(TimerEntry& entry, std::chrono::milliseconds after);
    static void disarm(TimerEntry& entry);
    bool empty() const { return count_ == 0; }
    /// Advances to `tick` (of the clock, or since start) and expires what is due. Called by the loop, and by tests.
    void advance_to(std::uint64_t tick);
    std::uint64_t now() const { return tick_; }
    /// `start` is called whenever an entry is armed in an empty wheel: the owner begins to call advance_to().
    void on_first_armed(std::function<void()> start) { first_armed_ = std::move(start); }

private:
    friend class TimerEntry;
    static constexpr std::size_t kSlots =
        512;    // a power of two; entries further away wait for another round
    void link(TimerEntry*& head, TimerEntry& entry);
    void unlink(TimerEntry& entry);
    void expire_slot(std::uint64_t tick, std::uint64_t due);
    std::array<TimerEntry*, kSlots> slots_{};
    TimerEntry* firing_ = nullptr;    // due entries of the slot at work
    Clock clock_;
    std::uint64_t tick_ = 0;
    std::size_t count_ = 0;
    std::function<void()> first_armed_;
};

}    // namespace opusclaw::net
