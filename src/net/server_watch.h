// net/server_watch.h: notices that a client has left while its answer is being made. A quick exchange pays two pointer
// writes; from the first tick on the socket itself tells. Only for net/server*.
#pragma once

#include <functional>

#include "net/stream.h"

namespace opusclaw::net {

/// One per connection, set per exchange. Belongs to one loop.
/// A client that closes only its sending side counts as gone, as with nginx: nothing tells it from one that closed both.
class ServerWatch final : private TimerEntry {
public:
    explicit ServerWatch(Stream& stream) : stream_(stream) {}
    ~ServerWatch() override;

    /// As Exchange::watch_client.
    void set(std::function<void()> on_gone);
    /// Whatever told it: calls the callback, once.
    void mark_gone();
    bool gone() const { return gone_; }

private:
    enum class Seen { Nothing, Bytes, Gone };
    Seen look();
    void expired() override;
    void check();
    void wait_for_socket();

    Stream& stream_;
    std::function<void()> on_gone_;
    bool waiting_ = false;
    bool gone_ = false;
};

}    // namespace opusclaw::net
