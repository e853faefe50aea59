// Tests of relay/pings.h: comments between writes, never within; an answer may begin behind them (spec 04 sections 19.3, 19.6).
#include "relay/pings.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "unit/net/on_loop.h"

namespace opusclaw::relay {
namespace {

using net::on_loop;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

/// Writes down what it is told; a test may hold a write up.
class FakeClient : public net::Exchange {
public:
    explicit FakeClient(net::Loop& loop) : loop_(loop) {}
    net::Loop& loop() override { return loop_; }
    const net::RequestHead& request() const override { return head_; }
    Task<PaddedBuffer*> body(net::BodyRules) override { co_return nullptr; }
    Task<> respond(int status, const net::HeaderLines&, std::span<const std::string_view>) override {
        text += "respond " + std::to_string(status);
        begun_ = true;
        co_return;
    }
    void start_stream(int status, const net::HeaderLines&) override {
        text += "start " + std::to_string(status) + "|";
        begun_ = true;
    }
    Task<> write(std::span<const std::string_view> pieces) override {
        if (broken) throw Error(ErrorKind::ClientGone, "client_gone", Message::literal("gone"));
        text += "(";
        for (const std::string_view piece : pieces) text += piece;
        while (held) co_await loop_.sleep(1ms);
        text += ")";
        bytes_ = true;
    }
    Task<> finish(std::span<const std::string_view> last) override {
        text += "[";
        for (const std::string_view piece : last) text += piece;
        text += "]";
        co_return;
    }
    bool answered() const override { return begun_; }
    bool body_started() const override { return bytes_; }
    void watch_client(std::function<void()> told) override { on_gone = std::move(told); }
    bool client_gone() const override { return false; }

    std::string text;
    std::function<void()> on_gone;
    bool held = false, broken = false;

private:
    net::Loop& loop_;
    net::RequestHead head_;
    bool begun_ = false, bytes_ = false;
};

Pings::Options every_second(Trace& trace, const Clock& clock = system_clock()) {
    return {.interval = std::chrono::seconds(1), .headers = {}, .trace = trace, .clock = clock};
}

/// Time as the loop's timers see it: nobody waits for it.
void pass(net::Loop& loop, std::chrono::milliseconds time) {
    for (auto left = time / net::TimerWheel::kTick; left > 0; --left)
        loop.timers().advance_to(loop.timers().now() + 1);
}

std::size_t count(std::string_view text, std::string_view part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1))
        ++found;
    return found;
}

void until_pings(net::Loop& loop, const FakeClient& client, std::size_t number) {
    while (count(client.text, "(: PING") < number) pass(loop, net::TimerWheel::kTick);
}

constexpr std::string_view kEvent[] = {"data: x\n\n"};

Task<> wait_then_answer(net::Loop& loop) {
    FakeClient client(loop);
    Trace trace;
    Pings pings(client, every_second(trace));
    until_pings(loop, client, 2);
    EXPECT_TRUE(client.text.starts_with("start 200|(: PING\n\n)(: PING\n\n)")) << client.text;
    EXPECT_FALSE(pings.answered()) << "another channel may still answer";
    EXPECT_TRUE(pings.body_started());
    pings.start_stream(200, {});
    EXPECT_TRUE(pings.answered());
    co_await pings.write(kEvent);
    co_await pings.finish({});
    EXPECT_EQ(count(client.text, "start 200"), 1U);
    EXPECT_TRUE(client.text.ends_with("(data: x\n\n)[]")) << client.text;
    const std::string ended = client.text;
    pass(loop, 5s);
    EXPECT_EQ(client.text, ended) << "none behind the end";
}
TEST(Pings, BeginTheStreamAndLeaveTheAnswerOpen) { on_loop(wait_then_answer); }

Task<> held_write(Pings& pings, bool& done) {
    co_await pings.write(kEvent);
    done = true;
}

Task<> never_within(net::Loop& loop) {
    FakeClient client(loop);
    Trace trace;
    Pings pings(client, every_second(trace));
    pings.start_stream(200, {});
    client.held = true;
    bool done = false;
    net::TaskGroup writer(loop);
    writer.start(held_write(pings, done));
    pass(loop, 5s);
    EXPECT_EQ(client.text, "start 200|(data: x\n\n") << "the event is being written";
    client.held = false;
    co_await writer.join();
    EXPECT_TRUE(done);
    until_pings(loop, client, 1);
    EXPECT_TRUE(client.text.starts_with("start 200|(data: x\n\n)(: PING\n\n)")) << client.text;
    co_await pings.stop();
}
TEST(Pings, NeverSplitAnEvent) { on_loop(never_within); }

Task<> answer_waits(net::Loop& loop) {
    FakeClient client(loop);
    Trace trace;
    Pings pings(client, every_second(trace));
    client.held = true;
    until_pings(loop, client, 1);
    pings.start_stream(200, {});
    bool done = false;
    net::TaskGroup writer(loop);
    writer.start(held_write(pings, done));
    co_await loop.yield();
    EXPECT_FALSE(done);
    client.held = false;
    co_await writer.join();
    co_await pings.stop();
    EXPECT_TRUE(client.text.starts_with("start 200|(: PING\n\n)(data: x\n\n)")) << client.text;
}
TEST(Pings, AnEventWaitsForTheEndOfOne) { on_loop(answer_waits); }

Task<> failing(net::Loop& loop) {
    FakeClient client(loop);
    Trace trace;
    trace.stream.emplace();
    Pings pings(client, every_second(trace));
    bool told = false;
    pings.watch_client([&told] { told = true; });
    pings.start_stream(200, {});
    client.broken = true;
    pass(loop, 2s);
    EXPECT_TRUE(told);
    EXPECT_TRUE(pings.client_gone());
    EXPECT_EQ(trace.stream->reason(), StreamEnd::PingFail);
    trace.stream->end(StreamEnd::ClientGone);
    EXPECT_EQ(trace.stream->reason(), StreamEnd::PingFail) << "the first cause wins";
    client.broken = false;
    pass(loop, 5s);
    EXPECT_EQ(count(client.text, "PING"), 0U) << "pings stop";
    co_await pings.stop();
}
TEST(Pings, OneThatFailsEndsTheStream) { on_loop(failing); }

Task<> not_taken(net::Loop& loop) {
    FakeClient client(loop);
    Trace trace;
    Pings pings(client, every_second(trace));
    bool told = false;
    pings.watch_client([&told] { told = true; });
    client.held = true;
    until_pings(loop, client, 1);
    pass(loop, Pings::kLongestWrite / 2);
    EXPECT_FALSE(told);
    pass(loop, Pings::kLongestWrite);
    EXPECT_TRUE(told && pings.client_gone());
    client.held = false;
    co_await pings.stop();
}
TEST(Pings, OneThatNobodyTakesEndsTheStreamToo) { on_loop(not_taken); }

Task<> too_long(net::Loop& loop) {
    FakeClient client(loop);
    Trace trace;
    ManualClock clock;
    Pings pings(client, every_second(trace, clock));
    pings.start_stream(200, {});
    clock.advance(Pings::kLongestStream);
    pass(loop, 5s);
    EXPECT_EQ(client.text, "start 200|");
    co_await pings.stop();
}
TEST(Pings, EndAfterHalfAnHourOfStream) { on_loop(too_long); }

TEST(PingInterval, TakesSecondsAndTenForNone) {
    settings::Settings settings = settings::default_settings();
    EXPECT_EQ(ping_interval(settings), std::chrono::seconds(60));
    settings.ping_interval_seconds = 0;
    EXPECT_EQ(ping_interval(settings), std::chrono::seconds(10));
    settings.ping_interval_seconds = 3;
    EXPECT_EQ(ping_interval(settings), std::chrono::seconds(3));
}

}    // namespace
}    // namespace opusclaw::relay
