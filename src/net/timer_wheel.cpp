// net/timer_wheel.cpp: a hashed wheel of intrusive lists. An entry hangs in the slot of its due tick; one that is further
// away than a round stays there until its round comes. Who ticks is decided by the owner.
#include "net/timer_wheel.h"

#include <algorithm>

namespace opusclaw::net {

TimerEntry::~TimerEntry() { TimerWheel::disarm(*this); }

TimerWheel::TimerWheel(Clock clock) : clock_(clock) {
    if (clock_ != nullptr) tick_ = static_cast<std::uint64_t>(clock_() / kTick);
}

TimerWheel::~TimerWheel() {
    // Entries may outlive the wheel: they must not reach back into it.
    for (TimerEntry*& head : slots_)
        while (head != nullptr) unlink(*head);
    while (firing_ != nullptr) unlink(*firing_);
}

void TimerWheel::link(TimerEntry*& head, TimerEntry& entry) {
    entry.next_ = head;
    entry.link_ = &head;
    if (head != nullptr) head->link_ = &entry.next_;
    head = &entry;
    entry.wheel_ = this;
    ++count_;
}

void TimerWheel::unlink(TimerEntry& entry) {
    *entry.link_ = entry.next_;
    if (entry.next_ != nullptr) entry.next_->link_ = entry.link_;
    entry.next_ = nullptr;
    entry.link_ = nullptr;
    entry.wheel_ = nullptr;
    --count_;
}

void TimerWheel::arm(TimerEntry& entry, std::chrono::milliseconds after) {
    disarm(entry);
    const std::chrono::milliseconds wait = std::clamp<std::chrono::milliseconds>(
        after, std::chrono::milliseconds(0), std::chrono::hours(24 * 365));
    // Rounded up: a deadline is never early. The clock is asked because tick_ lags behind a busy loop.
    const std::chrono::milliseconds now = clock_ != nullptr ? clock_()
                                                            : kTick * static_cast<std::int64_t>(tick_);
    const std::chrono::milliseconds due = now + wait + kTick - std::chrono::milliseconds(1);
    entry.due_tick_ = std::max(static_cast<std::uint64_t>(due / kTick), tick_ + 1);
    const bool first = count_ == 0;
    link(slots_[entry.due_tick_ % kSlots], entry);
    if (first && first_armed_) first_armed_();
}

void TimerWheel::disarm(TimerEntry& entry) {
    if (entry.wheel_ != nullptr) entry.wheel_->unlink(entry);
}

void TimerWheel::expire_slot(std::uint64_t tick, std::uint64_t due) {
    // What expires may arm, disarm or destroy any entry, so the due ones move to a list of their own first.
    for (TimerEntry* entry = slots_[tick % kSlots]; entry != nullptr;) {
        TimerEntry* next = entry->next_;
        if (entry->due_tick_ <= due) {
            unlink(*entry);
            link(firing_, *entry);
        }
        entry = next;
    }
    while (firing_ != nullptr) {
        TimerEntry& entry = *firing_;
        unlink(entry);
        entry.expired();
    }
}

void TimerWheel::advance_to(std::uint64_t tick) {
    if (tick <= tick_) return;
    // After a long pause one round sees every slot; entries armed meanwhile are due later than tick_.
    const std::uint64_t first = std::max(tick_ + 1, tick >= kSlots ? tick - kSlots + 1 : 0);
    const bool skipped = first > tick_ + 1;
    for (std::uint64_t at = first; at <= tick && count_ != 0; ++at) {
        tick_ = at;
        expire_slot(at, skipped ? tick : at);
    }
    tick_ = tick;
}

}    // namespace opusclaw::net
