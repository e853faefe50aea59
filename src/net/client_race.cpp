// net/client_race.cpp: the race of connects of RFC 8305 section 5. Which addresses, in which order, is the resolver's to say.
#include "net/client_race.h"

#include <boost/asio/ip/address.hpp>

namespace opusclaw::net {
namespace {

constexpr std::chrono::milliseconds kStagger{250};

boost::asio::ip::tcp::endpoint endpoint_of(const IpAddress& address, std::uint16_t port) {
    namespace ip = boost::asio::ip;
    const std::array<std::uint8_t, 16>& bytes = address.bytes();
    if (address.is_v4()) return {ip::address_v4({bytes[12], bytes[13], bytes[14], bytes[15]}), port};
    return {ip::address_v6(bytes), port};
}

}    // namespace

Race::Race(Loop& loop, std::vector<IpAddress> addresses, std::uint16_t port)
    : loop_(loop), addresses_(std::move(addresses)), port_(port), wake_(loop) {}

Task<RaceResult> Race::run(Attempt& attempt) {
    const auto self = shared_from_this();
    start_next();
    {
        const Attempt::Holding holding(attempt, *this);
        co_await wake_.wait();
    }
    co_return std::move(result_);
}

void Race::stop() noexcept {
    decided_ = true;
    close_all();
    wake_.set();
}

void Race::close_all() noexcept {
    TimerWheel::disarm(*this);
    boost::system::error_code ignored;
    for (const std::unique_ptr<Socket>& socket : sockets_)
        if (socket) socket->close(ignored);
}

void Race::start_next() {
    while (!decided_ && sockets_.size() < addresses_.size()) {
        if (!start(sockets_.size())) continue;
        if (sockets_.size() < addresses_.size()) loop_.timers().arm(*this, kStagger);
        return;
    }
    if (pending_ == 0) wake_.set();
}

/// False when it failed on the spot.
bool Race::start(std::size_t index) {
    const auto endpoint = endpoint_of(addresses_[index], port_);
    Socket& socket = *sockets_.emplace_back(std::make_unique<Socket>(loop_.context()));
    boost::system::error_code problem;
    socket.open(endpoint.protocol(), problem);
    if (problem) {
        result_.failed.push_back(addresses_[index]);
        result_.why = problem.message();
        return false;
    }
    ++pending_;
    socket.async_connect(endpoint, [self = shared_from_this(), index](const boost::system::error_code& how) {
        self->ended(index, how);
    });
    return true;
}

void Race::ended(std::size_t index, const boost::system::error_code& problem) {
    --pending_;
    if (decided_) return;
    if (problem) {
        result_.failed.push_back(addresses_[index]);
        result_.why = problem.message();
        TimerWheel::disarm(*this);
        start_next();
        return;
    }
    decided_ = true;
    result_.socket.emplace(sockets_[index]->release());
    sockets_[index].reset();
    for (std::size_t i = 0; i < index; ++i)
        if (sockets_[i] && sockets_[i]->is_open() &&
            std::ranges::find(result_.failed, addresses_[i]) == result_.failed.end())
            result_.failed.push_back(addresses_[i]);
    close_all();
    wake_.set();
}

}    // namespace opusclaw::net
