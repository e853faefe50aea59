// tests/unit/net/server_fairness_test.cpp: no connection keeps its loop to itself, however much it sends ahead.
#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>
#include <vector>

#include "net/server.h"
#include "server_harness.h"

namespace opusclaw::net {
namespace {

/// The targets in the order in which they were answered; each answer is made without a wait.
struct Order {
    std::mutex mutex;
    std::vector<std::string> targets;
    void add(std::string_view target) {
        const std::lock_guard lock(mutex);
        targets.emplace_back(target);
    }
    std::ptrdiff_t place_of(std::string_view target) {
        const std::lock_guard lock(mutex);
        return std::find(targets.begin(), targets.end(), target) - targets.begin();
    }
};

Task<> note(Exchange& exchange, Order& order) {
    order.add(exchange.request().target);
    co_await exchange.respond(200, HeaderLines(), "ok");
}

TEST(ServerFairness, PipelinedRequestsLetOthersThrough) {
    Order order;
    TestServer server([&order](Exchange& exchange) { return note(exchange, order); });
    constexpr int kAhead = 600;
    std::string flood;
    for (int i = 0; i < kAhead; ++i) flood += "GET /flood HTTP/1.1\r\nHost: a\r\n\r\n";
    RawClient greedy(server->port()), modest(server->port());
    // Both connections are known to the loop before it is held up.
    for (RawClient* client : {&greedy, &modest}) {
        client->send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
        EXPECT_EQ(client->answer().status, 200);
    }
    std::mutex held;
    held.lock();
    server.loop(0).post([&held] { const std::lock_guard wait(held); });
    greedy.send(flood);
    modest.send("GET /modest HTTP/1.1\r\nHost: a\r\n\r\n");
    held.unlock();
    EXPECT_EQ(modest.answer().status, 200);
    for (int i = 0; i < kAhead; ++i) ASSERT_EQ(greedy.answer().status, 200) << i;
    EXPECT_LT(order.place_of("/modest"), 50);
}

}    // namespace
}    // namespace opusclaw::net
