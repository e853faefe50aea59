// Tests of the loop's epoll set: who gets which news, and what happens to news of sockets that are gone (net/readiness.h).
#include "net/readiness.h"

#include <sys/socket.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "on_loop.h"

namespace opusclaw::net {
namespace {

using Side = Readiness::Side;

/// A socket with a readiness of its own, and the far end to speak from.
struct Watched {
    explicit Watched(Loop& loop) : Watched(loop, connected_sockets(loop)) {}
    Watched(Loop& loop, std::pair<Descriptor, Descriptor> ends)
        : near(std::move(ends.first)), far(std::move(ends.second)), readiness(loop.poller(), near.get()) {}
    void say(const char* text) const {
        ::send(far.get(), text, std::char_traits<char>::length(text), MSG_NOSIGNAL);
    }
    Descriptor near;
    Descriptor far;
    Readiness readiness;
};

Task<> count_news(Readiness& readiness, int& news) {
    while (co_await readiness.until_readable(Side::Reader) == Wait::Ready) ++news;
}

TEST(Readiness, TellsOfEveryArrivalOnce) {
    on_loop([](Loop& loop) -> Task<> {
        Watched one(loop);
        EXPECT_FALSE(one.readiness.readable());
        int news = 0;
        TaskGroup tasks(loop);
        tasks.start(count_news(one.readiness, news));
        co_await loop.sleep(20ms);
        EXPECT_EQ(news, 0);
        one.say("a");
        co_await loop.sleep(20ms);
        EXPECT_EQ(news, 1);
        EXPECT_TRUE(one.readiness.readable());
        one.say("b");    // nobody has read the first
        co_await loop.sleep(20ms);
        EXPECT_EQ(news, 2);
        one.readiness.stop_waits();
        EXPECT_EQ(tasks.running(), 1U);    // soon, not now
        co_await tasks.join();
    });
}

TEST(Readiness, AnEndStaysAfterAShortRead) {
    on_loop([](Loop& loop) -> Task<> {
        Watched one(loop);
        one.say("x");
        EXPECT_EQ(co_await one.readiness.until_readable(Side::Reader), Wait::Ready);
        one.readiness.short_read();
        EXPECT_FALSE(one.readiness.readable());
        one.far.close();
        EXPECT_EQ(co_await one.readiness.until_readable(Side::Reader), Wait::Ready);
        one.readiness.short_read();
        EXPECT_TRUE(one.readiness.readable());
    });
}

TEST(Readiness, TellsMoreSocketsThanOneLookCanTake) {
    on_loop([](Loop& loop) -> Task<> {
        std::vector<std::unique_ptr<Watched>> many;
        std::array<int, 300> news{};
        TaskGroup tasks(loop);
        for (int& count : news) {
            many.push_back(std::make_unique<Watched>(loop));
            tasks.start(count_news(many.back()->readiness, count));
        }
        for (const auto& one : many) one->say("x");
        co_await loop.sleep(50ms);
        for (const auto& one : many) one->readiness.stop_waits();
        co_await tasks.join();
        for (const int count : news) EXPECT_EQ(count, 1);
    });
}

Task<> drop_with_first_news(Readiness& mine, std::unique_ptr<Watched>& other, int& dropped) {
    if (co_await mine.until_readable(Side::Reader) != Wait::Ready || !other) co_return;
    other.reset();
    ++dropped;
}

TEST(Readiness, ForgetsASocketThatGoesWhileItsNewsAreOnTheWay) {
    on_loop([](Loop& loop) -> Task<> {
        auto first = std::make_unique<Watched>(loop);
        auto second = std::make_unique<Watched>(loop);
        int dropped = 0;
        TaskGroup tasks(loop);
        // Whichever is told first destroys the other, which waits and has news in the same look.
        tasks.start(drop_with_first_news(first->readiness, second, dropped));
        tasks.start(drop_with_first_news(second->readiness, first, dropped));
        first->say("x");
        second->say("x");
        co_await tasks.join();
        EXPECT_EQ(dropped, 1);
    });
}

TEST(Readiness, AnExceptionKeepsNobodyElsesNews) {
    on_loop([](Loop& loop) -> Task<> {
        Watched one(loop);
        Watched two(loop);
        int told = 0;
        int news = 0;
        TaskGroup tasks(loop);
        tasks.start(count_news(one.readiness, news));
        for (Watched* socket : {&one, &two}) {
            socket->readiness.on_news([&told] {
                ++told;
                throw std::runtime_error("thrown by a test");
            });
            socket->say("x");
        }
        co_await loop.sleep(50ms);
        EXPECT_EQ(told, 2);
        EXPECT_EQ(loop.broken_invariants(), 2U);
        EXPECT_EQ(news, 1);    // the reader of the same socket
        one.say("y");
        co_await loop.sleep(20ms);
        EXPECT_EQ(news, 2);
        one.readiness.stop_waits();
        co_await tasks.join();
    });
}

Task<> wait_once(Readiness& readiness, Side side, int& ended) {
    EXPECT_EQ(co_await readiness.until_readable(side), Wait::Ready);
    ++ended;
}

TEST(Readiness, ReaderAndWriterMayWaitForTheSameNews) {
    on_loop([](Loop& loop) -> Task<> {
        Watched one(loop);
        int ended = 0;
        TaskGroup tasks(loop);
        tasks.start(wait_once(one.readiness, Side::Reader, ended));
        tasks.start(
            wait_once(one.readiness, Side::Writer, ended));    // as a write of TLS that has to read first
        co_await loop.sleep(1ms);
        one.say("x");
        co_await tasks.join();
        EXPECT_EQ(ended, 2);
    });
}

Task<> look_at_both(Readiness& mine, const Readiness& other, int& known) {
    if (co_await mine.until_readable(Side::Reader) == Wait::Ready && mine.readable() && other.readable())
        ++known;
}

TEST(Readiness, AllIsKnownBeforeAnybodyIsTold) {
    on_loop([](Loop& loop) -> Task<> {
        Watched one(loop);
        Watched two(loop);
        int known = 0;
        TaskGroup tasks(loop);
        tasks.start(look_at_both(one.readiness, two.readiness, known));
        tasks.start(look_at_both(two.readiness, one.readiness, known));
        const std::uint32_t before = one.readiness.looks();
        one.say("x");
        two.say("x");
        co_await tasks.join();
        EXPECT_EQ(known, 2);
        EXPECT_NE(one.readiness.looks(), before);
    });
}

TEST(Readiness, ObserversHearOnceAndReadersAllTheSame) {
    on_loop([](Loop& loop) -> Task<> {
        Watched one(loop);
        int told = 0;
        one.readiness.on_news([&told] { ++told; });
        for (int i = 0; i < 2; ++i) {
            one.say("x");
            EXPECT_EQ(co_await one.readiness.until_readable(Side::Reader), Wait::Ready);
        }
        EXPECT_EQ(told, 1);
    });
}

TEST(Readiness, WritersWaitForRoom) {
    on_loop([](Loop& loop) -> Task<> {
        Watched one(loop);
        const std::string much(1UL << 20, 'x');
        while (::send(one.near.get(), much.data(), much.size(), MSG_NOSIGNAL | MSG_DONTWAIT) > 0) continue;
        TaskGroup tasks(loop);
        bool stopped = false;
        tasks.start([](Readiness& readiness, bool& was_stopped) -> Task<> {
            was_stopped = co_await readiness.until_writable(Side::Writer) == Wait::Stopped;
        }(one.readiness, stopped));
        co_await loop.sleep(20ms);
        EXPECT_EQ(tasks.running(), 1U);
        std::string into(1UL << 20, '\0');
        while (tasks.running() == 1 && ::recv(one.far.get(), into.data(), into.size(), MSG_DONTWAIT) > 0)
            co_await loop.sleep(1ms);
        co_await tasks.join();
        EXPECT_FALSE(stopped);
    });
}

TEST(Readiness, WaitsMayDieWithTheLoop) {
    bool ended = false;
    struct Tell {
        bool& ended;
        ~Tell() { ended = true; }
    };
    {
        Loop loop(0);
        auto socket = std::make_shared<Watched>(loop);
        boost::asio::co_spawn(
            loop.context().get_executor(),
            [](std::shared_ptr<Watched> mine, std::unique_ptr<Tell>) -> Task<> {
                co_await mine->readiness.until_readable(Side::Reader);
            }(std::move(socket), std::unique_ptr<Tell>(new Tell{ended})),
            boost::asio::detached);
        loop.post([&loop] { loop.stop(); });
        loop.run();
        EXPECT_FALSE(ended);
    }
    EXPECT_TRUE(ended);
}

}    // namespace
}    // namespace opusclaw::net
