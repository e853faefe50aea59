// net/readiness.cpp: the epoll set of a loop, and handing its news to whoever waits. What is done with a socket that has news is
// stream.cpp's.
#include "net/readiness.h"

#include <algorithm>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <system_error>
#include <utility>

namespace opusclaw::net {
namespace {

namespace asio = boost::asio;
constexpr std::uint32_t kToRead = EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR;
constexpr std::uint32_t kToWrite = EPOLLOUT | EPOLLHUP | EPOLLERR;
constexpr std::uint32_t kEnds = EPOLLRDHUP | EPOLLHUP | EPOLLERR;

int make_set() {
    const int set = ::epoll_create1(EPOLL_CLOEXEC);
    if (set < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
    return set;
}

template <class Resume>
std::optional<Resume> take(std::optional<Resume>& waiting) {
    std::optional<Resume> taken = std::move(waiting);
    waiting.reset();
    return taken;
}

}    // namespace

Poller::Poller(asio::io_context& context) : context_(context), set_(context, make_set()) { wait(); }

Poller::~Poller() {
    // Coroutines that die with the context leave nothing behind that would speak to us.
    while (first_ != nullptr) {
        first_->poller_ = nullptr;
        first_->reader_.reset();
        first_->writer_.reset();
        first_ = first_->newer_;
    }
}

void Poller::wait() {
    set_.async_wait(asio::posix::descriptor_base::wait_read, [this](const boost::system::error_code& error) {
        if (!error) look();
    });
}

void Poller::look() {
    const int found = ::epoll_wait(set_.native_handle(), news_.data(), static_cast<int>(news_.size()), 0);
    next_ = 0;
    count_ = found < 0 ? 0 : static_cast<std::size_t>(found);
    ++looks_;
    deliver();
}

void Poller::deliver() {
    try {
        while (next_ < count_) {
            const epoll_event news = news_[next_++];
            if (news.data.ptr != nullptr) static_cast<Readiness*>(news.data.ptr)->heard(news.events);
        }
    } catch (...) {
        // An edge is told once: whoever threw goes to the loop's own handling, the others still get their news.
        asio::post(context_, [this] { deliver(); });
        throw;
    }
    wait();
}

void Poller::forget(const Readiness& socket) {
    for (std::size_t i = next_; i < count_; ++i)
        if (news_[i].data.ptr == &socket) news_[i].data.ptr = nullptr;
}

Readiness::Readiness(Poller& poller, int socket) : poller_(nullptr), socket_(socket) {
    epoll_event wanted{.events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data = {.ptr = this}};
    if (::epoll_ctl(poller.set_.native_handle(), EPOLL_CTL_ADD, socket, &wanted) != 0) return;
    poller_ = &poller;
    newer_ = poller.first_;
    poller.first_ = this;
    if (newer_ != nullptr) newer_->older_ = this;
}

Task<Wait> Readiness::until_readable() {
    return asio::async_initiate<const Token, void(Wait)>(
        [this](Resume resume) { reader_.emplace(std::move(resume)); }, Token{});
}

Task<Wait> Readiness::until_writable() {
    if (!std::exchange(asked_for_room_, true) && poller_ != nullptr) {
        epoll_event wanted{.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {.ptr = this}};
        ::epoll_ctl(poller_->set_.native_handle(), EPOLL_CTL_MOD, socket_, &wanted);
    }
    return asio::async_initiate<const Token, void(Wait)>(
        [this](Resume resume) { writer_.emplace(std::move(resume)); }, Token{});
}

void Readiness::heard(std::uint32_t events) {
    if ((events & kToRead) != 0) readable_ = true;
    if ((events & kEnds) != 0) ended_ = true;
    if (on_news_) std::exchange(on_news_, nullptr)();
    const bool for_writer = (events & kToWrite) != 0 && writer_;
    const bool for_reader = (events & kToRead) != 0 && reader_;
    if (for_writer && for_reader) resume_soon(writer_, Wait::Ready);
    if (!for_writer && !for_reader) return;
    auto resume = take(for_reader ? reader_ : writer_);
    std::move (*resume)(Wait::Ready);    // and this object may be gone
}

void Readiness::resume_soon(std::optional<Resume>& waiting, Wait how) {
    if (!waiting || poller_ == nullptr) return;
    asio::post(poller_->context_,
               [resume = std::move(*take(waiting)), how]() mutable { std::move(resume)(how); });
}

void Readiness::stop_waits() {
    resume_soon(reader_, Wait::Stopped);
    resume_soon(writer_, Wait::Stopped);
}

void Readiness::leave() {
    if (poller_ == nullptr) return;
    stop_waits();
    on_news_ = nullptr;
    poller_->forget(*this);
    ::epoll_ctl(poller_->set_.native_handle(), EPOLL_CTL_DEL, socket_, nullptr);
    (older_ != nullptr ? older_->newer_ : poller_->first_) = newer_;
    if (newer_ != nullptr) newer_->older_ = older_;
    poller_ = nullptr;
}

}    // namespace opusclaw::net
