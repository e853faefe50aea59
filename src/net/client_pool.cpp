// net/client_pool.cpp: keeping, handing out and ageing idle connections. Whether a connection may be kept is the call's to
// decide.
#include "net/client_pool.h"

#include <algorithm>

namespace opusclaw::net {
namespace {

constexpr std::size_t kEmptyBuckets = 64;    // as many may stay

}    // namespace

void Connection::expired() { pool_->evict(*this); }

ConnectionPool::~ConnectionPool() = default;

std::unique_ptr<Connection> ConnectionPool::take(const Target& target) {
    const auto found = buckets_.find(std::string_view(target.key()));
    if (found == buckets_.end()) return nullptr;
    Bucket& bucket = found->second;
    while (!bucket.empty()) {
        std::unique_ptr<Connection> connection = take_out(bucket, bucket.size() - 1);
        if (quiet(*connection)) return connection;
    }
    return nullptr;    // the bucket stays: the new connection will come back to it
}

/// The socket itself is asked only when the loop has not looked at it since it came, or has heard something.
bool ConnectionPool::quiet(Connection& connection) {
    Stream& stream = connection.stream;
    if (!stream.heard_something() && connection.idle_since_ != stream.looks()) return true;
    return stream.idle_state() == Stream::IdleState::Quiet;
}

void ConnectionPool::put(std::unique_ptr<Connection> connection, const PoolLimits& limits) {
    if (limits.total == 0 || limits.per_target == 0) return;
    const std::string& key = connection->target->key();
    auto found = buckets_.find(std::string_view(key));
    if (found == buckets_.end()) {
        // Targets come and go with channels: take() leaves empty buckets behind.
        if (buckets_.size() > 2 * size_ + kEmptyBuckets)
            std::erase_if(buckets_, [](const auto& bucket) { return bucket.second.empty(); });
        found = buckets_.try_emplace(key).first;
    }
    while (found->second.size() >= limits.per_target) take_out(found->second, 0);
    connection->stream.no_deadline();
    connection->pool_ = this;
    connection->idle_since_ = connection->stream.looks();
    link(*connection);
    loop_.timers().arm(*connection, limits.idle);
    found->second.push_back(std::move(connection));
    while (size_ > limits.total) evict(*oldest_);
}

std::unique_ptr<Connection> ConnectionPool::take_out(Bucket& bucket, std::size_t index) {
    const auto at = bucket.begin() + static_cast<std::ptrdiff_t>(index);
    std::unique_ptr<Connection> connection = std::move(*at);
    bucket.erase(at);
    unlink(*connection);
    TimerWheel::disarm(*connection);
    connection->pool_ = nullptr;
    return connection;
}

void ConnectionPool::evict(Connection& connection) {
    const auto found = buckets_.find(std::string_view(connection.target->key()));
    Bucket& bucket = found->second;
    const auto at = std::ranges::find_if(
        bucket, [&connection](const auto& held) { return held.get() == &connection; });
    const std::unique_ptr<Connection> out = take_out(bucket, static_cast<std::size_t>(at - bucket.begin()));
    if (bucket.empty()) buckets_.erase(found);
}

void ConnectionPool::link(Connection& connection) {
    connection.older_ = newest_;
    connection.newer_ = nullptr;
    (newest_ != nullptr ? newest_->newer_ : oldest_) = &connection;
    newest_ = &connection;
    ++size_;
}

void ConnectionPool::unlink(Connection& connection) {
    (connection.older_ != nullptr ? connection.older_->newer_ : oldest_) = connection.newer_;
    (connection.newer_ != nullptr ? connection.newer_->older_ : newest_) = connection.older_;
    --size_;
}

}    // namespace opusclaw::net
