// net/readiness.h: which sockets of a loop have news. All of them are in one epoll set, edge-triggered and entered once, so that
// a wait costs no system call; Asio watches the set (Asio itself asks the kernel anew for each wait). Only for net/stream*.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

#include "net/task.h"

namespace opusclaw::net {

class Readiness;

/// The sockets of one loop. Lives no longer than the loop's context; what still waits then ends with the context.
class Poller {
public:
    /// Throws boost::system::system_error when no descriptor is left.
    explicit Poller(boost::asio::io_context& context);
    ~Poller();
    Poller(const Poller&) = delete;
    Poller& operator=(const Poller&) = delete;

    /// How often the kernel has been asked: what a socket is known to be, it was when this number was reached.
    std::uint32_t looks() const { return looks_; }

private:
    friend class Readiness;
    using Executor = boost::asio::io_context::executor_type;
    void wait();
    void look();
    void deliver();
    void forget(const Readiness& socket);

    boost::asio::io_context& context_;
    boost::asio::posix::basic_stream_descriptor<Executor> set_;
    Readiness* first_ = nullptr;
    std::array<epoll_event, 128> news_{};
    std::size_t next_ = 0;    // of news_; what is behind it has not been delivered yet
    std::size_t count_ = 0;
    std::uint32_t looks_ = 0;
};

/// How a wait ended.
enum class Wait { Ready, Stopped };

/// What the kernel has said of one socket, and who waits for more: one reader, one writer, one observer. Belongs to one loop.
/// Whoever finds the socket empty or full says so here, or the next wait ends at once.
class Readiness {
public:
    /// Enters a non-blocking socket, which stays open until leave().
    Readiness(Poller& poller, int socket);
    ~Readiness() { leave(); }
    Readiness(const Readiness&) = delete;
    Readiness& operator=(const Readiness&) = delete;

    /// False after leave(), and when the kernel had no room for one more: nothing would ever be told.
    bool entered() const { return poller_ != nullptr; }
    /// There may be bytes, an end or an error to read. False: there was nothing at the poller's last look.
    bool readable() const { return readable_; }
    /// A read found nothing.
    void nothing_left() { readable_ = false; }
    /// A read found less than it had room for: only an end can be left.
    void short_read() { readable_ = ended_; }

    /// Resumes with the next news to read; readable() is for the caller to look at first.
    Task<Wait> until_readable();
    /// Resumes when a socket that was full has room again.
    Task<Wait> until_writable();
    /// Calls `tell`, once, with the next news of any kind; null: nobody.
    void on_news(std::function<void()> tell) { on_news_ = std::move(tell); }
    /// Waits end with Stopped, soon: not before the caller has returned.
    void stop_waits();
    /// Before the socket is closed: no news from now on. Waits are stopped.
    void leave();

private:
    friend class Poller;
    using Token = boost::asio::use_awaitable_t<Poller::Executor>;
    using Resume = boost::asio::async_result<Token, void(Wait)>::handler_type;
    void heard(std::uint32_t events);
    void resume_soon(std::optional<Resume>& waiting, Wait how);

    Poller* poller_;    // null: left
    Readiness* older_ = nullptr;
    Readiness* newer_ = nullptr;
    int socket_;
    bool readable_ = false;
    bool ended_ = false;             // by the other side, or by an error
    bool asked_for_room_ = false;    // the set tells of room too: from the first full socket on
    std::optional<Resume> reader_;
    std::optional<Resume> writer_;
    std::function<void()> on_news_;
};

}    // namespace opusclaw::net
