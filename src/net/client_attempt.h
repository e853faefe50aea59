// net/client_attempt.h: one send() on its way: whatever it waits for right now can be stopped by its deadline or by its Cancel.
// Only for the client.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "net/client.h"
#include "net/stream.h"

namespace opusclaw::net {

/// Something a coroutine waits for that can be ended from outside; the waiting coroutine then resumes soon.
class Stoppable {
public:
    virtual void stop() noexcept = 0;

protected:
    ~Stoppable() = default;
};

/// Lives in the frame of send(). Belongs to one loop.
class Attempt : private TimerEntry {
public:
    /// `cancel` may be null; it is registered while the attempt lives.
    Attempt(Loop& loop, Cancel* cancel);
    ~Attempt() override;

    Loop& loop() { return loop_; }
    /// Stops whatever is at work, then or later, when `after` has passed. Coarse.
    void limit(std::chrono::milliseconds after);
    void no_limit();

    enum class Stopped { No, ByDeadline, ByCancel };
    Stopped stopped() const { return stopped_; }
    /// Throws Error(ClientGone) after a cancel, Error(UpstreamTimeout) with "timed out while `doing`" after the deadline.
    void check(std::string_view doing) const;

    /// Names what is at work for as long as the scope lasts.
    class Holding {
    public:
        Holding(Attempt& attempt, Stoppable& what);
        ~Holding() { attempt_.current_ = before_; }
        Holding(const Holding&) = delete;
        Holding& operator=(const Holding&) = delete;

    private:
        Attempt& attempt_;
        Stoppable* before_;
    };

private:
    void expired() override { stop(Stopped::ByDeadline); }
    void stop(Stopped why) noexcept;

    Loop& loop_;
    Cancel* cancel_;
    Stoppable* current_ = nullptr;
    Stopped stopped_ = Stopped::No;
};

/// A stream as something to stop.
class StreamStop final : public Stoppable {
public:
    explicit StreamStop(Stream& stream) : stream_(stream) {}
    void stop() noexcept override { stream_.close(); }

private:
    Stream& stream_;
};

}    // namespace opusclaw::net
