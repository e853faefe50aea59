// net/readiness.h: which sockets of a loop have news. All of them are in one epoll set, edge-triggered and entered once, so that
// a wait costs no system call; Asio watches the set (Asio itself asks the kernel anew for each wait). Only for net/stream*.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <boost/asio/async_result.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include "net/task.h"

namespace opusclaw::net {

class Readiness;

/// The sockets of one loop. Lives no longer than the loop's context; what still waits then ends with the context.
class Poller {
public:
    /// Throws std::system_error when no descriptor is left.
    explicit Poller(boost::asio::io_context& context);
    ~Poller();
    Poller(const Poller&) = delete;
    Poller& operator=(const Poller&) = delete;

private:
    friend class Readiness;
    using Executor = boost::asio::io_context::executor_type;
    void wait();
    void look();
    void note();
    void deliver();
    void forget(const Readiness& socket);

    boost::asio::io_context& context_;
    boost::asio::posix::basic_stream_descriptor<Executor> set_;
    Readiness* first_ = nullptr;
    std::array<epoll_event, 128> news_{};
    std::size_t next_ = 0;    // of news_; what is behind it has not been delivered yet
    std::size_t count_ = 0;
    std::uint32_t looks_ = 0;    // that saw all sockets with news
};

/// How a wait ended.
enum class Wait { Ready, Stopped };

/// What the kernel has said of one socket, and who waits for more: one reader, one writer, one observer. Belongs to one loop.
/// Whoever finds the socket empty says so here, or the next wait ends at once.
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

    /// How often all sockets of the loop have been looked at: what this one is known to be, it was when the number was reached.
    std::uint32_t looks() const { return poller_ != nullptr ? poller_->looks_ : 0; }

    /// Who waits. With TLS each of them may need either: a reader waits for room when OpenSSL has something to answer.
    enum class Side { Reader, Writer };
    /// Resumes with the next news to read; readable() is for the caller to look at first.
    Task<Wait> until_readable(Side side) { return until(side, kToRead); }
    /// Resumes when a socket that was full has room again; Stopped, too, when the kernel cannot be asked for that.
    Task<Wait> until_writable(Side side) { return until(side, kToWrite); }
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
    struct Waiting {
        std::optional<Resume> resume;
        std::uint32_t wanted = 0;    // events
    };
    static constexpr std::uint32_t kEnds = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
    static constexpr std::uint32_t kToRead = EPOLLIN | kEnds;
    static constexpr std::uint32_t kToWrite = EPOLLOUT | EPOLLHUP | EPOLLERR;

    Task<Wait> until(Side side, std::uint32_t wanted);
    bool ask_for_room();
    void note(std::uint32_t events);
    void tell(std::uint32_t events);
    static std::optional<Resume> take(Waiting& waiting, std::uint32_t events);
    void resume_soon(std::optional<Resume> resume, Wait how);

    Poller* poller_;    // null: left
    Readiness* older_ = nullptr;
    Readiness* newer_ = nullptr;
    int socket_;
    bool readable_ = false;
    bool ended_ = false;             // by the other side, or by an error
    bool asked_for_room_ = false;    // the set tells of room too: from the first full socket on
    Waiting reader_;
    Waiting writer_;
    std::function<void()> on_news_;
};

}    // namespace opusclaw::net
