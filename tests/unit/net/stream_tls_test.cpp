// Tests of net/stream.h over TLS: partial writes, records, ends and cuts, deadlines, closing while something is pending.
// Certificates and sessions are in tls_test.cpp.
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <random>
#include <vector>

#include "certificates.h"
#include "net/stream.h"
#include "tls_ends.h"

namespace opusclaw::net {
namespace {

class StreamTls : public testing::Test {
protected:
    static void SetUpTestSuite() { certificate = std::make_unique<TestCertificate>(); }
    static void TearDownTestSuite() { certificate.reset(); }
    static std::unique_ptr<TestCertificate> certificate;

    /// Runs `body(loop, ends)` on connected ends.
    template <class Body>
    void with_ends(Body body) {
        on_loop(
            [](Loop& loop, Body inner, const TlsServer& server, TlsClient& client) -> Task<> {
                Ends ends = co_await tls_ends(loop, server, client);
                co_await inner(loop, ends);
            },
            body, server_, client_);
    }

private:
    TlsServer server_{certificate->certificate(), certificate->key()};
    TlsClient client_{certificate->certificate()};
};
std::unique_ptr<TestCertificate> StreamTls::certificate;

std::string random_bytes(std::size_t size) {
    std::mt19937_64 random(7);
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
}

Task<> write_into(Stream& stream, std::string& text, IoResult& result) {
    iovec pieces[] = {{text.data(), 1},
                      {text.data(), 0},
                      {text.data() + 1, 5000},
                      {text.data() + 5001, text.size() - 5001}};
    result = co_await stream.write(pieces);
}

Task<> read_into(Stream& stream, IoResult& result) {
    char byte = 0;
    result = co_await stream.read_some(&byte, 1);
}

Task<> wait_into(Stream& stream, IoResult& result) { result = co_await stream.wait_readable(); }

Task<> fill(Stream& stream, IoResult& result) {
    std::string text(64UL << 20, 'x');
    iovec pieces[] = {piece(text)};
    result = co_await stream.write(pieces);
}

TEST_F(StreamTls, CarriesTenMegabytesThroughPartialWritesBothWays) {
    with_ends([](Loop& loop, Ends& ends) -> Task<> {
        std::string there = random_bytes(10'000'000);
        std::string back = there.substr(0, 5'000'000);
        IoResult first;
        IoResult second;
        TaskGroup writers(loop);
        writers.start(write_into(*ends.near, there, first));
        writers.start(write_into(*ends.far, back, second));
        EXPECT_EQ(writers.running(), 2U) << "nothing was partial";
        const std::string got_there = co_await read_text(*ends.far, there.size());
        const std::string got_back = co_await read_text(*ends.near, back.size());
        co_await writers.join();
        EXPECT_TRUE(got_there == there);
        EXPECT_TRUE(got_back == back);
        EXPECT_EQ(first.bytes, there.size());
        EXPECT_EQ(second.bytes, back.size());
    });
}

/// Counts the records of application data that a connection sends.
void count_records(Stream& stream, int& records) {
    SSL_set_msg_callback_arg(stream.ssl(), &records);
    SSL_set_msg_callback(stream.ssl(),
                         [](int sent, int, int type, const void*, std::size_t, SSL*, void* count) {
                             if (sent == 1 && type == SSL3_RT_HEADER) ++*static_cast<int*>(count);
                         });
}

TEST_F(StreamTls, PacksSmallPiecesIntoOneRecord) {
    with_ends([](Loop&, Ends& ends) -> Task<> {
        int records = 0;
        count_records(*ends.near, records);
        std::string head = random_bytes(300);
        std::string body = random_bytes(2000);
        std::string empty;
        iovec pieces[] = {piece(empty), piece(head), piece(empty), piece(body), piece(empty)};
        const IoResult written = co_await ends.near->write(pieces);
        EXPECT_EQ(written.bytes, 2300U);
        EXPECT_EQ(records, 1);
        EXPECT_EQ(co_await read_text(*ends.far, 2300), head + body);
    });
}

TEST_F(StreamTls, FillsRecordsWhenAHeadPrecedesALargeBody) {
    with_ends([](Loop& loop, Ends& ends) -> Task<> {
        int records = 0;
        count_records(*ends.near, records);
        std::string text = random_bytes(5001 + 4 * 16'384);
        IoResult written;
        TaskGroup writer(loop);
        writer.start(write_into(*ends.near, text, written));
        EXPECT_TRUE(co_await read_text(*ends.far, text.size()) == text);
        co_await writer.join();
        EXPECT_EQ(records, 5);
    });
}

TEST_F(StreamTls, ReadsWhatOpensslHasAlreadyTaken) {
    with_ends([](Loop&, Ends& ends) -> Task<> {
        // All of it is taken from the socket with the first byte: waiting for the socket would hang.
        const std::string sent = random_bytes(1000);
        co_await write_text(*ends.far, sent);
        std::string got;
        while (got.size() < sent.size()) {
            EXPECT_TRUE(co_await ends.near->wait_readable());
            EXPECT_EQ(ends.near->idle_state(), Stream::IdleState::HasBytes);
            got += co_await read_text(*ends.near, std::min<std::size_t>(7, sent.size() - got.size()));
        }
        EXPECT_EQ(got, sent);
    });
}

TEST_F(StreamTls, DoesNotTakeTicketsForBytes) {
    with_ends([](Loop& loop, Ends& ends) -> Task<> {
        // The server's tickets are on their way, or here: only what follows counts.
        EXPECT_EQ(ends.near->idle_state(), Stream::IdleState::Quiet);
        IoResult waited;
        TaskGroup waiter(loop);
        waiter.start(wait_into(*ends.near, waited));
        co_await loop.sleep(20ms);
        EXPECT_EQ(waiter.running(), 1U);
        co_await write_text(*ends.far, "x");
        co_await waiter.join();
        EXPECT_TRUE(waited);
        EXPECT_EQ(co_await read_text(*ends.near, 1), "x");
    });
}

TEST_F(StreamTls, TellsAnOrderlyEndFromACut) {
    with_ends([](Loop&, Ends& ends) -> Task<> {
        char byte = 0;
        co_await write_text(*ends.near, "x");
        ends.near->shutdown_send();
        EXPECT_EQ(co_await read_text(*ends.far, 1), "x");
        EXPECT_TRUE(co_await ends.far->wait_readable());
        EXPECT_EQ((co_await ends.far->read_some(&byte, 1)).status, IoStatus::Ended);
        EXPECT_EQ(ends.far->idle_state(), Stream::IdleState::Gone);
    });
    with_ends([](Loop&, Ends& ends) -> Task<> {
        char byte = 0;
        ends.near->close();    // no close_notify
        EXPECT_EQ((co_await ends.far->read_some(&byte, 1)).status, IoStatus::Broken);
        EXPECT_EQ(ends.far->idle_state(), Stream::IdleState::Gone);
    });
}

TEST_F(StreamTls, WritesToAGonePeerAreAValueAndNoSignal) {
    with_ends([](Loop&, Ends& ends) -> Task<> {
        ends.near->reset();
        co_await ends.far->wait_readable();
        IoResult result;
        for (int i = 0; i < 3 && result; ++i) result = co_await write_text(*ends.far, "x");
        EXPECT_EQ(result.status, IoStatus::Broken);
        EXPECT_EQ((co_await write_text(*ends.far, "x")).status, IoStatus::Broken);
        ends.far->shutdown_send();
    });
}

TEST_F(StreamTls, EndsPendingOperationsWhenItIsClosed) {
    with_ends([](Loop& loop, Ends& ends) -> Task<> {
        IoResult read;
        IoResult written;
        TaskGroup pending(loop);
        pending.start(fill(*ends.near, written));
        pending.start(read_into(*ends.near, read));
        EXPECT_EQ(pending.running(), 2U);
        ends.near->close();
        co_await pending.join();
        EXPECT_EQ(read.status, IoStatus::Closed);
        EXPECT_EQ(written.status, IoStatus::Closed);
        EXPECT_EQ(ends.near->idle_state(), Stream::IdleState::Gone);
        EXPECT_EQ((co_await ends.near->wait_readable()).status, IoStatus::Closed);
    });
}

TEST_F(StreamTls, GivesTimedOutWhenTheDeadlinePasses) {
    with_ends([](Loop& loop, Ends& ends) -> Task<> {
        IoResult read;
        IoResult written;
        TaskGroup pending(loop);
        ends.near->deadline(100ms);
        pending.start(fill(*ends.near, written));
        pending.start(read_into(*ends.near, read));
        co_await pending.join();
        EXPECT_EQ(read.status, IoStatus::TimedOut);
        EXPECT_EQ(written.status, IoStatus::TimedOut);
        ends.near->no_deadline();
        co_await write_text(*ends.far, "x");
        EXPECT_EQ(co_await read_text(*ends.near, 1), "x") << "the connection itself is whole";
    });
}

TEST_F(StreamTls, HandshakeGivesUpAtItsDeadlineAndOnGarbage) {
    on_loop(
        [](Loop& loop, const TlsServer& server) -> Task<> {
            Ends silent = connected_ends(loop);
            silent.far->deadline(100ms);
            const IoResult slow = co_await silent.far->handshake(server.make(silent.far->socket()));
            EXPECT_EQ(slow.status, IoStatus::TimedOut);

            Ends plain = connected_ends(loop);
            co_await write_text(*plain.near, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            const IoResult broken = co_await plain.far->handshake(server.make(plain.far->socket()));
            EXPECT_EQ(broken.status, IoStatus::Broken);
            EXPECT_NE(tls_error(plain.far->ssl()).find("http request"), std::string::npos);
            plain.far->shutdown_send();
        },
        TlsServer(certificate->certificate(), certificate->key()));
}

}    // namespace
}    // namespace opusclaw::net
