// Tests of deadlines, cancels, aborts and dropped calls (net/client.h): everything may be stopped at any time.
#include <arpa/inet.h>
#include <poll.h>

#include "client_server.h"

namespace opusclaw::net {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kShort{150};

/// Reads the request, sends `bytes` and nothing more.
RawServer::Script stalls_after(std::string bytes) {
    return [bytes = std::move(bytes)](RawPeer& peer) {
        peer.read_request();
        peer.send(bytes);
        peer.await_end();
    };
}

TEST(CallStops, ALateHeadTimesOut) {
    RawServer silent({stalls_after("")});
    RawServer half({stalls_after("HTTP/1.1 200 OK\r\nX: ")});
    on_loop(
        [](Loop& loop, RawServer& one, RawServer& two) -> Task<> {
            ClientUnderTest test(loop);
            for (RawServer* server : {&one, &two}) {
                const auto error = co_await error_of(get(test.client, server->target(), {.head = kShort}));
                EXPECT_TRUE(error && error->kind == ErrorKind::UpstreamTimeout &&
                            error->code == "do_request_failed");
            }
            EXPECT_EQ(test.client.idle(), 0U);
        },
        silent, half);
    EXPECT_EQ(silent.connections(), 1U);
}

TEST(CallStops, ALargeRequestThatNobodyTakesTimesOut) {
    RawServer deaf({[](RawPeer& peer) {
        peer.read_head();
        char byte = 0;
        // Sees the end only: MSG_PEEK leaves the rest unread, so the window closes.
        while (recv(peer.fd(), &byte, 1, MSG_PEEK) > 0) {
            pollfd end{peer.fd(), POLLRDHUP, 0};
            if (poll(&end, 1, -1) > 0) break;
        }
    }});
    on_loop(
        [](Loop& loop, RawServer& to) -> Task<> {
            ClientUnderTest test(loop);
            const std::string body(32 << 20, 'x');
            const auto error = co_await error_of(post(test.client, to.target(), body, {.head = kShort}));
            EXPECT_TRUE(error && error->kind == ErrorKind::UpstreamTimeout);
        },
        deaf);
}

TEST(CallStops, ASilentBodyTimesOutHoweverItIsRead) {
    for (const char* begin : {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
                              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
                              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4000\r\nhalf"}) {
        RawServer server({stalls_after(begin)});
        on_loop(
            [](Loop& loop, RawServer& to) -> Task<> {
                ClientUnderTest test(loop);
                Call piecewise = co_await get(test.client, to.target(), {.idle = kShort});
                EXPECT_EQ(co_await piecewise.read(), "half");
                const auto error = co_await error_of(piecewise.read());
                EXPECT_TRUE(error && error->kind == ErrorKind::UpstreamTimeout);
                const auto again = co_await error_of(piecewise.read());
                EXPECT_TRUE(again && again->kind == ErrorKind::UpstreamBroken);
                Call whole = co_await get(test.client, to.target(), {.idle = kShort});
                const auto other = co_await error_of(read_whole(whole));
                EXPECT_TRUE(other && other->kind == ErrorKind::UpstreamTimeout);
            },
            server);
    }
}

TEST(CallStops, TheCallersOwnTimeIsNoSilence) {
    RawServer server(
        {stalls_after("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhalf"
                      "ok")});
    on_loop(
        [](Loop& loop, RawServer& to) -> Task<> {
            ClientUnderTest test(loop);
            Call call = co_await get(test.client, to.target(), {.idle = kShort});
            co_await loop.sleep(4 * kShort);
            EXPECT_EQ(co_await drain(call), "halfok");
        },
        server);
}

/// A listener whose queue is full: connects to it stay silent.
class DeadListener {
public:
    DeadListener(std::string_view address, std::uint16_t port) {
        address_.sin_family = AF_INET;
        inet_pton(AF_INET, std::string(address).c_str(), &address_.sin_addr);
        address_.sin_port = htons(port);
        sockets_.push_back(socket(AF_INET, SOCK_STREAM, 0));
        socklen_t size = sizeof address_;
        if (bind(sockets_[0], generic(), size) != 0 || listen(sockets_[0], 0) != 0)
            throw std::runtime_error("bind");
        getsockname(sockets_[0], generic(), &size);
        for (int i = 0; i < 4; ++i) {
            sockets_.push_back(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
            connect(sockets_.back(), generic(), size);
        }
    }
    ~DeadListener() {
        for (const int fd : sockets_) close(fd);
    }
    std::uint16_t port() const { return ntohs(address_.sin_port); }

private:
    sockaddr* generic() { return reinterpret_cast<sockaddr*>(&address_); }
    sockaddr_in address_{};
    std::vector<int> sockets_;
};

TEST(CallStops, AConnectThatHangsTimesOut) {
    const DeadListener dead("127.0.0.1", 0);
    on_loop(
        [](Loop& loop, std::uint16_t port) -> Task<> {
            ClientUnderTest test(loop);
            const auto target = Target::make({.tls = false, .host = "127.0.0.1", .port = port, .proxy = {}});
            const auto error = co_await error_of(get(test.client, target, {.connect = kShort}));
            EXPECT_TRUE(error && error->kind == ErrorKind::UpstreamTimeout);
            if (error) EXPECT_NE(error->detail.find("connecting"), std::string::npos);
        },
        dead.port());
}

TEST(CallStops, ADeadAddressIsOvertakenByALiveOneAndTriedLastThen) {
    RawServer server({answers_once("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")});
    const DeadListener dead("127.0.0.2", server.port());
    on_loop(
        [](Loop& loop, std::uint16_t port) -> Task<> {
            ClientUnderTest test(loop, {}, [](const std::string&) {
                return Resolved{{*IpAddress::parse("127.0.0.2"), *IpAddress::parse("127.0.0.1")}, {}};
            });
            const auto target = Target::make({.tls = false, .host = "two.test", .port = port, .proxy = {}});
            const auto start = std::chrono::steady_clock::now();
            Call slow = co_await get(test.client, target);
            EXPECT_EQ(co_await drain(slow), "ok");
            const auto middle = std::chrono::steady_clock::now();
            Call quick = co_await get(test.client, target);
            EXPECT_EQ(co_await drain(quick), "ok");
            EXPECT_GE(middle - start, 250ms);
            EXPECT_LT(middle - start, 5s);    // the kernel would try the dead one for minutes
            EXPECT_LT(std::chrono::steady_clock::now() - middle, 250ms);
        },
        server.port());
}

void cancel_soon(Loop& loop, Cancel& cancel) {
    loop.post([&cancel] { cancel.request(); });
}

TEST(CallStops, CancelStopsASendWhereverItIs) {
    RawServer silent({stalls_after("")});
    const DeadListener dead("127.0.0.1", 0);
    std::atomic<bool> answered{false};
    on_loop(
        [](Loop& loop, RawServer& mute, std::uint16_t hanging, std::atomic<bool>& release) -> Task<> {
            ClientUnderTest test(loop, {}, [&release](const std::string&) {
                while (!release) std::this_thread::yield();
                return Resolved{};
            });
            for (const auto& target :
                 {mute.target(),
                  Target::make({.tls = false, .host = "127.0.0.1", .port = hanging, .proxy = {}}),
                  Target::make({.tls = false, .host = "name.test", .port = 80, .proxy = {}})}) {
                Cancel cancel;
                cancel_soon(loop, cancel);
                const auto error = co_await error_of(get(test.client, target, {}, &cancel));
                EXPECT_TRUE(error && error->kind == ErrorKind::ClientGone) << target->host_header();
                const auto again = co_await error_of(get(test.client, target, {}, &cancel));
                EXPECT_TRUE(again && again->kind == ErrorKind::ClientGone) << "cancelled before it began";
            }
            release = true;
        },
        silent, dead.port(), answered);
}

TEST(CallStops, ACancelAfterTheHeadTouchesNothing) {
    RawServer server({answers(std::string(kOk))});
    on_loop(
        [](Loop& loop, RawServer& to) -> Task<> {
            ClientUnderTest test(loop);
            Cancel cancel;
            Call call = co_await get(test.client, to.target(), {}, &cancel);
            cancel.request();
            EXPECT_EQ(co_await drain(call), "hello");
        },
        server);
}

TEST(CallStops, AbortEndsAPendingRead) {
    RawServer server({stalls_after("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")});
    on_loop(
        [](Loop& loop, RawServer& to) -> Task<> {
            ClientUnderTest test(loop);
            Call call = co_await get(test.client, to.target());
            EXPECT_EQ(co_await call.read(), "half");
            loop.post([&call] { call.abort(); });
            const auto error = co_await error_of(call.read());
            EXPECT_TRUE(error && error->kind == ErrorKind::ClientGone);
            const auto again = co_await error_of(call.read());
            EXPECT_TRUE(again && again->kind == ErrorKind::ClientGone);
            call.abort();
        },
        server);
}

TEST(CallStops, ACallMayBeDroppedWhileItIsRead) {
    RawServer server({stalls_after("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")});
    on_loop(
        [](Loop& loop, RawServer& to) -> Task<> {
            ClientUnderTest test(loop);
            std::optional<Call> call(co_await get(test.client, to.target()));
            EXPECT_EQ(co_await call->read(), "half");
            loop.post([&call] { call.reset(); });
            const auto error = co_await error_of(call->read());
            EXPECT_TRUE(error && error->kind == ErrorKind::ClientGone);
        },
        server);
}

TEST(CallStops, MovingACallKeepsItAndDropsTheOther) {
    RawServer server({answers(std::string(kOk))});
    on_loop(
        [](Loop& loop, RawServer& to) -> Task<> {
            ClientUnderTest test(loop);
            Call first = co_await get(test.client, to.target());
            Call second = co_await get(test.client, to.target());
            first = std::move(second);
            EXPECT_EQ(co_await drain(first), "hello");
            EXPECT_EQ(test.client.idle(), 2U);
        },
        server);
}

}    // namespace
}    // namespace opusclaw::net
