// net/client_pool.h: the idle upstream connections of one loop, by target (DESIGN section 5). The most recently used goes out
// first, so that spare ones age and leave. Only for the client.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "net/client.h"
#include "net/stream.h"

namespace opusclaw::net {

class ConnectionPool;

/// One connection to a target: held by one call, or by the pool.
class Connection : private TimerEntry {
public:
    Connection(Loop& loop, Descriptor socket, std::shared_ptr<const Target> to)
        : stream(loop, std::move(socket)), target(std::move(to)) {}

    Stream stream;
    std::shared_ptr<const Target> target;
    bool tls_in_tls = false;    // see client_connect.cpp

private:
    friend class ConnectionPool;
    void expired() override;
    ConnectionPool* pool_ = nullptr;    // while idle
    std::uint32_t idle_since_ = 0;      // Stream::looks() then
    Connection* older_ = nullptr;       // of all idle ones
    Connection* newer_ = nullptr;
};

struct PoolLimits {
    std::size_t total = 500;
    std::size_t per_target = 100;
    std::chrono::milliseconds idle{90'000};
};

/// Belongs to one loop, which outlives it.
class ConnectionPool {
public:
    explicit ConnectionPool(Loop& loop) : loop_(loop) {}
    ~ConnectionPool();
    ConnectionPool(const ConnectionPool&) = delete;
    ConnectionPool& operator=(const ConnectionPool&) = delete;

    /// The most recently used idle connection to the target that is still quiet, or null. Dead ones are closed on the way.
    std::unique_ptr<Connection> take(const Target& target);
    /// Keeps an unused connection that ended an exchange cleanly. Over a limit, the one idle longest is closed.
    void put(std::unique_ptr<Connection> connection, const PoolLimits& limits);
    std::size_t size() const { return size_; }
    std::size_t targets() const { return buckets_.size(); }

private:
    friend class Connection;
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>{}(key); }
    };
    using Bucket = std::vector<std::unique_ptr<Connection>>;    // the most recently used at the end

    std::unique_ptr<Connection> take_out(Bucket& bucket, std::size_t index);
    static bool quiet(Connection& connection);
    /// Closes an idle connection, wherever it is.
    void evict(Connection& connection);
    void link(Connection& connection);
    void unlink(Connection& connection);

    Loop& loop_;
    std::unordered_map<std::string, Bucket, Hash, std::equal_to<>> buckets_;
    Connection* oldest_ = nullptr;
    Connection* newest_ = nullptr;
    std::size_t size_ = 0;
};

}    // namespace opusclaw::net
