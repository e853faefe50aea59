// net/wake_up.h: lets one coroutine wait until somebody on its loop says go: the end of a race of connects, of a look-up, of
// a large write. Only for net.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

#include "net/loop.h"

namespace opusclaw::net {

/// Set once. Belongs to one loop, whose context it must not outlive; one waiter. Asio has no bare event: a timer that never
/// expires is one.
class WakeUp {
public:
    explicit WakeUp(Loop& loop) : timer_(loop.context(), std::chrono::steady_clock::time_point::max()) {}

    void set() {
        set_ = true;
        timer_.cancel();
    }
    bool is_set() const { return set_; }
    /// Returns at once when set() was called before.
    Task<> wait() {
        constexpr boost::asio::as_tuple_t<
            boost::asio::use_awaitable_t<boost::asio::io_context::executor_type>>
            token;
        while (!set_) co_await timer_.async_wait(token);
    }

private:
    using Clock = std::chrono::steady_clock;
    boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>,
                                      boost::asio::io_context::executor_type>
        timer_;
    bool set_ = false;
};

}    // namespace opusclaw::net
