// net/server_watch.cpp: watching the client's side of a connection without reading from it: pipelined requests stay in the
// kernel, so what a client may send ahead is bounded by the socket.
#include "net/server_watch.h"

#include <poll.h>

#include <utility>

namespace opusclaw::net {

ServerWatch::~ServerWatch() { stream_.on_news(nullptr); }

void ServerWatch::set(std::function<void()> on_gone) {
    on_gone_ = std::move(on_gone);
    if (!on_gone_) {
        TimerWheel::disarm(*this);
    } else if (!waiting_ && !gone_) {
        stream_.loop().timers().arm(*this, TimerWheel::kTick);
    }
}

void ServerWatch::mark_gone() {
    if (gone_) return;
    gone_ = true;
    TimerWheel::disarm(*this);
    if (const auto call = std::exchange(on_gone_, nullptr)) call();
}

ServerWatch::Seen ServerWatch::look() {
    if (!stream_.open()) return Seen::Gone;
    pollfd entry{stream_.socket(), POLLIN | POLLRDHUP, 0};
    if (::poll(&entry, 1, 0) <= 0) return Seen::Nothing;
    if ((entry.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) != 0) return Seen::Gone;
    return (entry.revents & POLLIN) != 0 ? Seen::Bytes : Seen::Nothing;
}

void ServerWatch::expired() { check(); }

void ServerWatch::check() {
    if (!on_gone_ || gone_) return;
    switch (look()) {
        case Seen::Gone: return mark_gone();
        // The socket stays readable and has nothing new to tell: ask again.
        case Seen::Bytes: return stream_.loop().timers().arm(*this, TimerWheel::kTick);
        case Seen::Nothing: return wait_for_socket();
    }
}

void ServerWatch::wait_for_socket() {
    if (waiting_) return;
    waiting_ = true;
    stream_.on_news([this] {
        waiting_ = false;
        check();
    });
}

}    // namespace opusclaw::net
