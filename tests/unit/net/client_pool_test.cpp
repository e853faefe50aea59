// Tests of the pool of idle connections: order, limits, expiry, dead connections (net/client_pool.h).
#include "net/client_pool.h"

#include <thread>

#include "on_loop.h"

namespace opusclaw::net {
namespace {

struct PoolTest {
    explicit PoolTest(Loop& on) : loop(on), pool(on) {}
    /// An idle connection to `host`, whose far end stays open in `far`.
    Connection* put(const char* host, const PoolLimits& limits = {}) {
        auto [near_end, far_end] = connected_sockets(loop);
        const auto target = Target::make({.host = host});
        auto connection = std::make_unique<Connection>(loop, std::move(near_end), target);
        Connection* const place = connection.get();
        far.push_back(std::make_unique<Stream>(loop, std::move(far_end)));
        pool.put(std::move(connection), limits);
        return place;
    }
    Connection* take(const char* host) {
        taken.push_back(pool.take(*Target::make({.host = host})));
        return taken.back().get();
    }
    Loop& loop;
    ConnectionPool pool;
    std::vector<std::unique_ptr<Stream>> far;
    std::vector<std::unique_ptr<Connection>> taken;
};

void with_pool(void (*body)(PoolTest&)) {
    Loop loop(0);
    PoolTest test(loop);
    body(test);
}

TEST(ConnectionPool, HandsOutTheMostRecentlyUsedOfTheTarget) {
    with_pool([](PoolTest& test) {
        Connection* const first = test.put("a");
        Connection* const second = test.put("a");
        test.put("b");
        EXPECT_EQ(test.take("a"), second);
        EXPECT_EQ(test.take("a"), first);
        EXPECT_EQ(test.take("a"), nullptr);
        EXPECT_EQ(test.take("c"), nullptr);
        EXPECT_EQ(test.pool.size(), 1U);
    });
}

TEST(ConnectionPool, ClosesTheOldestAboveTheLimits) {
    with_pool([](PoolTest& test) {
        const PoolLimits limits{.total = 3, .per_target = 2};
        test.put("a", limits);
        Connection* const second = test.put("a", limits);
        Connection* const third = test.put("a", limits);
        EXPECT_EQ(test.pool.size(), 2U);
        test.put("b", limits);
        test.put("b", limits);
        EXPECT_EQ(test.pool.size(), 3U) << "the oldest of all went";
        EXPECT_EQ(test.take("a"), third);
        EXPECT_EQ(test.take("a"), nullptr) << second;
        test.put("c", {.total = 0});
        EXPECT_EQ(test.take("c"), nullptr);
    });
}

TEST(ConnectionPool, PassesOverWhatIsDeadOrHasSpoken) {
    with_pool([](PoolTest& test) {
        Connection* const quiet = test.put("a");
        test.put("a");
        test.far[1]->close();
        test.put("a");
        std::string text = "HTTP/1.1 408 Request Timeout\r\n\r\n";
        ::send(test.far[2]->socket(), text.data(), text.size(), 0);
        EXPECT_EQ(test.take("a"), quiet);
        EXPECT_EQ(test.pool.size(), 0U);
    });
}

TEST(ConnectionPool, ClosesWhatWasIdleForTooLong) {
    on_loop([](Loop& loop) -> Task<> {
        PoolTest test(loop);
        test.put("a", {.idle = std::chrono::milliseconds(100)});
        test.put("b", {.idle = std::chrono::minutes(10)});
        // The far end sees the close when the wheel has come around.
        char byte = 0;
        const IoResult got = co_await test.far[0]->read_some(&byte, 1);
        EXPECT_EQ(got.status, IoStatus::Ended);
        EXPECT_EQ(test.pool.size(), 1U);
        EXPECT_EQ(test.pool.targets(), 1U);
    });
}

TEST(ConnectionPool, ForgetsTargetsNobodyUsesAnyMore) {
    with_pool([](PoolTest& test) {
        for (int i = 0; i < 300; ++i) {
            const std::string host = "host" + std::to_string(i);
            test.put(host.c_str());
            EXPECT_NE(test.take(host.c_str()), nullptr);
            test.taken.clear();
            test.far.clear();
        }
        EXPECT_LT(test.pool.targets(), 100U);
    });
}

}    // namespace
}    // namespace opusclaw::net
