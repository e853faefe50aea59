// Tests of net/stream.h over plain TCP on loopback: what arrives, partial writes, deadlines, closing while something is
// pending, how the other side's end is told. TLS is in stream_tls_test.cpp.
#include "net/stream.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "on_loop.h"

namespace opusclaw::net {
namespace {

std::string random_bytes(std::size_t size) {
    std::mt19937_64 random(7);
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
}

Task<> write_into(Stream& stream, std::string& text, IoResult& result) {
    iovec pieces[] = {{text.data(), 1}, {text.data(), 0}, {text.data() + 1, text.size() - 1}};
    result = co_await stream.write(pieces);
}

Task<> read_into(Stream& stream, IoResult& result) {
    char byte = 0;
    result = co_await stream.read_some(&byte, 1);
}

Task<> wait_into(Stream& stream, IoResult& result) { result = co_await stream.wait_readable(); }

/// Writes until the socket takes no more.
Task<> fill(Stream& stream, IoResult& result) {
    std::string text(64UL << 20, 'x');
    iovec pieces[] = {piece(text)};
    result = co_await stream.write(pieces);
}

TEST(Stream, CarriesTenMegabytesThroughPartialWrites) {
    on_loop([](Loop& loop) -> Task<> {
        Ends ends = connected_ends(loop);
        std::string sent = random_bytes(10'000'000);
        IoResult written;
        TaskGroup writer(loop);
        writer.start(write_into(*ends.near, sent, written));
        EXPECT_EQ(writer.running(), 1U) << "one write took everything: nothing was partial";
        const std::string got = co_await read_text(*ends.far, sent.size());
        co_await writer.join();
        EXPECT_TRUE(got == sent);
        EXPECT_EQ(written.status, IoStatus::Ok);
        EXPECT_EQ(written.bytes, sent.size());
    });
}

TEST(Stream, GathersMorePiecesThanOneSystemCallTakes) {
    on_loop([](Loop& loop) -> Task<> {
        Ends ends = connected_ends(loop);
        std::string sent = random_bytes(1000);
        std::vector<iovec> pieces;
        for (std::size_t i = 0; i < sent.size(); ++i) pieces.push_back({sent.data() + i, 1});
        const IoResult written = co_await ends.near->write(pieces);
        EXPECT_EQ(written.bytes, sent.size());
        EXPECT_EQ(co_await read_text(*ends.far, sent.size()), sent);
        EXPECT_TRUE(co_await ends.near->write({}));
    });
}

TEST(Stream, ReadsInPiecesOfAnySizeAfterWaiting) {
    on_loop([](Loop& loop) -> Task<> {
        Ends ends = connected_ends(loop);
        const std::string sent = random_bytes(5000);
        std::string got;
        for (std::size_t room = 1; got.size() < sent.size(); ++room) {
            if (got.size() % 500 == 0) co_await write_text(*ends.near, sent.substr(got.size(), 500));
            if (room % 3 == 0) EXPECT_TRUE(co_await ends.far->wait_readable());
            std::string part(std::min<std::size_t>(room % 40 + 1, 500 - got.size() % 500), '\0');
            const IoResult result = co_await ends.far->read_some(part.data(), part.size());
            EXPECT_TRUE(result);
            EXPECT_GT(result.bytes, 0U);
            got += part.substr(0, result.bytes);
        }
        EXPECT_EQ(got, sent);
    });
}

TEST(Stream, TellsAnOrderlyEndFromAReset) {
    on_loop([](Loop& loop) -> Task<> {
        char byte = 0;
        Ends ends = connected_ends(loop);
        co_await write_text(*ends.near, "x");
        ends.near->shutdown_send();
        EXPECT_EQ(co_await read_text(*ends.far, 1), "x");
        EXPECT_TRUE(co_await ends.far->wait_readable());
        EXPECT_EQ((co_await ends.far->read_some(&byte, 1)).status, IoStatus::Ended);
        EXPECT_EQ((co_await ends.far->read_some(&byte, 1)).status, IoStatus::Ended);
        co_await write_text(*ends.far, "y");    // the other direction is still open
        EXPECT_EQ(co_await read_text(*ends.near, 1), "y");

        Ends reset = connected_ends(loop);
        reset.near->reset();
        EXPECT_EQ((co_await reset.far->read_some(&byte, 1)).status, IoStatus::Broken);
    });
}

TEST(Stream, WritesToAGonePeerAreAValueAndNoSignal) {
    on_loop([](Loop& loop) -> Task<> {
        Ends ends = connected_ends(loop);
        ends.near->reset();
        co_await ends.far->wait_readable();
        IoResult result;
        for (int i = 0; i < 3 && result; ++i) result = co_await write_text(*ends.far, "x");
        EXPECT_EQ(result.status, IoStatus::Broken);
        EXPECT_EQ((co_await write_text(*ends.far, "x")).status, IoStatus::Broken);
    });
}

TEST(Stream, EndsPendingOperationsWhenItIsClosed) {
    on_loop([](Loop& loop) -> Task<> {
        Ends ends = connected_ends(loop);
        Ends waiting = connected_ends(loop);
        IoResult read;
        IoResult written;
        IoResult waited;
        TaskGroup pending(loop);
        pending.start(read_into(*ends.near, read));
        pending.start(fill(*ends.near, written));
        pending.start(wait_into(*waiting.near, waited));
        EXPECT_EQ(pending.running(), 3U);
        ends.near->close();
        waiting.near->close();
        co_await pending.join();
        EXPECT_EQ(read.status, IoStatus::Closed);
        EXPECT_EQ(written.status, IoStatus::Closed);
        EXPECT_GT(written.bytes, 0U);
        EXPECT_EQ(waited.status, IoStatus::Closed);
        EXPECT_FALSE(ends.near->open());
        ends.near->close();
        ends.near->shutdown_send();
    });
}

TEST(Stream, RefusesEveryOperationAfterItWasClosed) {
    on_loop([](Loop& loop) -> Task<> {
        Ends ends = connected_ends(loop);
        ends.near->close();
        char byte = 0;
        EXPECT_EQ((co_await ends.near->read_some(&byte, 1)).status, IoStatus::Closed);
        EXPECT_EQ((co_await write_text(*ends.near, "x")).status, IoStatus::Closed);
        EXPECT_EQ((co_await ends.near->wait_readable()).status, IoStatus::Closed);
        EXPECT_EQ(ends.near->idle_state(), Stream::IdleState::Gone);
    });
}

TEST(Stream, GivesTimedOutWhenTheDeadlinePasses) {
    on_loop([](Loop& loop) -> Task<> {
        Ends ends = connected_ends(loop);
        IoResult written;
        IoResult read;
        TaskGroup pending(loop);
        pending.start(fill(*ends.near, written));
        pending.start(read_into(*ends.near, read));
        const auto before = std::chrono::steady_clock::now();
        ends.near->deadline(150ms);
        co_await pending.join();
        EXPECT_GE(std::chrono::steady_clock::now() - before, 145ms);
        EXPECT_EQ(read.status, IoStatus::TimedOut);
        EXPECT_EQ(written.status, IoStatus::TimedOut);
        EXPECT_GT(written.bytes, 0U);
        EXPECT_EQ((co_await ends.near->wait_readable()).status, IoStatus::TimedOut)
            << "it holds for what comes next";
        ends.near->no_deadline();
        co_await write_text(*ends.far, "x");
        EXPECT_EQ(co_await read_text(*ends.near, 1), "x");
    });
}

TEST(Stream, MovesItsDeadlineAsLongAsSomethingHappens) {
    on_loop([](Loop& loop) -> Task<> {
        Ends ends = connected_ends(loop);
        const auto before = std::chrono::steady_clock::now();
        while (std::chrono::steady_clock::now() - before < 400ms) {
            ends.near->deadline(200ms);
            co_await loop.sleep(10ms);
            co_await write_text(*ends.far, "x");
            EXPECT_EQ(co_await read_text(*ends.near, 1), "x");
        }
    });
}

TEST(Stream, TellsWhatAnIdleConnectionDidMeanwhile) {
    on_loop([](Loop& loop) -> Task<> {
        Ends ends = connected_ends(loop);
        EXPECT_EQ(ends.near->idle_state(), Stream::IdleState::Quiet);
        co_await write_text(*ends.far, "x");
        co_await ends.near->wait_readable();
        EXPECT_EQ(ends.near->idle_state(), Stream::IdleState::HasBytes);
        EXPECT_EQ(co_await read_text(*ends.near, 1), "x") << "looking takes nothing away";
        EXPECT_EQ(ends.near->idle_state(), Stream::IdleState::Quiet);
        ends.far->close();
        co_await ends.near->wait_readable();
        EXPECT_EQ(ends.near->idle_state(), Stream::IdleState::Gone);
    });
}

TEST(Stream, ReadsAndWritesAtTheSameTime) {
    on_loop([](Loop& loop) -> Task<> {
        Ends ends = connected_ends(loop);
        std::string there = random_bytes(3'000'000);
        std::string back = there.substr(1'000'000) + there.substr(0, 1'000'000);
        IoResult first;
        IoResult second;
        TaskGroup writers(loop);
        writers.start(write_into(*ends.near, there, first));
        writers.start(write_into(*ends.far, back, second));
        const std::string got_there = co_await read_text(*ends.far, there.size());
        const std::string got_back = co_await read_text(*ends.near, back.size());
        co_await writers.join();
        EXPECT_TRUE(got_there == there);
        EXPECT_TRUE(got_back == back);
    });
}

}    // namespace
}    // namespace opusclaw::net
