// net/readiness.cpp: the epoll set of a loop, and handing its news to whoever waits. What is done with a socket that has news is
// stream.cpp's.
#include "net/readiness.h"

#include <boost/asio/post.hpp>
#include <cassert>
#include <cerrno>
#include <system_error>

#include "base/descriptor.h"

namespace opusclaw::net {
namespace {

namespace asio = boost::asio;

Descriptor make_set() {
    Descriptor set(::epoll_create1(EPOLL_CLOEXEC));
    if (!set.open()) throw std::system_error(errno, std::generic_category(), "epoll_create1");
    return set;
}

}    // namespace

Poller::Poller(asio::io_context& context) : context_(context), set_(context) {
    Descriptor set = make_set();
    boost::system::error_code error;
    set_.assign(set.get(), error);
    if (error) throw std::system_error(error.value(), std::generic_category(), "epoll set");
    set.release();
    wait();
}

Poller::~Poller() {
    // Coroutines that die with the context leave nothing behind that would speak to us.
    while (first_ != nullptr) {
        first_->poller_ = nullptr;
        first_->reader_.resume.reset();
        first_->writer_.resume.reset();
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
    if (found >= 0 && count_ < news_.size()) ++looks_;
    note();
    deliver();
}

/// Before anybody is told: who is told first may ask about a socket that comes later.
void Poller::note() {
    for (std::size_t i = 0; i < count_; ++i)
        static_cast<Readiness*>(news_[i].data.ptr)->note(news_[i].events);
}

void Poller::deliver() {
    try {
        while (next_ < count_) {
            const epoll_event news = news_[next_++];
            if (news.data.ptr != nullptr) static_cast<Readiness*>(news.data.ptr)->tell(news.events);
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

bool Readiness::ask_for_room() {
    if (asked_for_room_ || poller_ == nullptr) return asked_for_room_;
    epoll_event wanted{.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {.ptr = this}};
    asked_for_room_ = ::epoll_ctl(poller_->set_.native_handle(), EPOLL_CTL_MOD, socket_, &wanted) == 0;
    return asked_for_room_;
}

Task<Wait> Readiness::until(Side side, std::uint32_t wanted) {
    return asio::async_initiate<const Token, void(Wait)>(
        [this, side, wanted](Resume resume) {
            Waiting& waiting = side == Side::Reader ? reader_ : writer_;
            assert(!waiting.resume);
            waiting.wanted = wanted;
            waiting.resume.emplace(std::move(resume));
            if ((wanted & EPOLLOUT) != 0 && !ask_for_room())
                resume_soon(take(waiting, wanted), Wait::Stopped);
        },
        Token{});
}

void Readiness::note(std::uint32_t events) {
    readable_ = readable_ || (events & kToRead) != 0;
    ended_ = ended_ || (events & kEnds) != 0;
}

void Readiness::tell(std::uint32_t events) {
    if (on_news_) {
        try {
            std::exchange(on_news_, nullptr)();
        } catch (...) {
            resume_soon(take(reader_, events), Wait::Ready);
            resume_soon(take(writer_, events), Wait::Ready);
            throw;
        }
    }
    auto reader = take(reader_, events);
    auto writer = take(writer_, events);
    if (reader && writer) {
        resume_soon(std::move(writer), Wait::Ready);
        writer.reset();
    }
    // This object may be gone when they return.
    if (reader) std::move (*reader)(Wait::Ready);
    if (writer) std::move (*writer)(Wait::Ready);
}

std::optional<Readiness::Resume> Readiness::take(Waiting& waiting, std::uint32_t events) {
    if (!waiting.resume || (waiting.wanted & events) == 0) return std::nullopt;
    std::optional<Resume> taken(std::move(waiting.resume));
    waiting.resume.reset();
    return taken;
}

void Readiness::resume_soon(std::optional<Resume> resume, Wait how) {
    if (!resume || poller_ == nullptr) return;
    asio::post(poller_->context_, [resume = std::move(*resume), how]() mutable { std::move(resume)(how); });
}

void Readiness::stop_waits() {
    resume_soon(take(reader_, reader_.wanted), Wait::Stopped);
    resume_soon(take(writer_, writer_.wanted), Wait::Stopped);
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
