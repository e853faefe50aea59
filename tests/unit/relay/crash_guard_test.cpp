// Tests of what a client is told when a request ends in something that is none of the program's own errors (spec 04 section 14.2).
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "net/client.h"
#include "relay/pipeline.h"
#include "store/tokens.h"
#include "unit/net/client_server.h"
#include "unit/relay/gateway_parts.h"

namespace opusclaw::relay {
namespace {

/// Where something goes wrong for a reason that nobody thought of.
enum class Fault {
    InBody,         // the body cannot be read
    BehindPings,    // once, when the provider has gone: the client was pinged by then
};

class BrokenExchange : public net::Exchange {
public:
    BrokenExchange(net::Loop& loop, Fault fault) : loop_(loop), fault_(fault) {
        head_.method = "POST";
        head_.path = head_.target = "/v1/chat/completions";
        head_.headers.add({"Authorization", "Bearer sk-key"});
    }
    net::Loop& loop() override { return loop_; }
    const net::RequestHead& request() const override { return head_; }
    Task<PaddedBuffer*> body(net::BodyRules) override {
        if (fault_ == Fault::InBody) throw std::runtime_error("secret detail");
        co_return &body_;
    }
    Task<> respond(int status, const net::HeaderLines&, std::span<const std::string_view> body) override {
        told = std::to_string(status) + " ";
        co_await write(body);
    }
    void start_stream(int status, const net::HeaderLines&) override { told = std::to_string(status) + " "; }
    Task<> write(std::span<const std::string_view> body) override {
        for (const std::string_view piece : body) told += piece;
        written.store(true);
        co_return;
    }
    Task<> finish(std::span<const std::string_view> body) override { return write(body); }
    bool answered() const override { return !told.empty(); }
    bool body_started() const override { return written; }
    void watch_client(std::function<void()>) override {}
    bool client_gone() const override {
        if (fault_ == Fault::BehindPings && written && !thrown_.exchange(true))
            throw std::runtime_error("secret detail");
        return false;
    }

    std::string told;
    std::atomic<bool> written{false};

private:
    net::Loop& loop_;
    const Fault fault_;
    net::RequestHead head_;
    PaddedBuffer body_{R"({"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"hi"}]})"};
    mutable std::atomic<bool> thrown_{false};
};

class CrashGuard : public testing::Test {
protected:
    CrashGuard() {
        const std::int64_t root = parts_.add_root();
        parts_.database->write_now([root](store::Transaction& tx) {
            store::insert_token(tx, {.user_id = root, .key = "key", .status = 1, .unlimited_quota = true});
        });
    }
    /// What the client is told.
    void handle(BrokenExchange& exchange) { parts_.run(request(parts_, exchange)); }
    static Task<> request(GatewayParts& parts, BrokenExchange& exchange) {
        const auto shared = net::Client::share({}, parts.workers);
        net::Client client(parts.loops[0], shared), downloads(parts.loops[0], shared);
        Relay relay(parts.services, client, downloads);
        co_await relay.handle(exchange, "r1");
    }

    GatewayParts parts_;
};

TEST_F(CrashGuard, TellsThatSomethingWentWrongAndNothingElse) {
    BrokenExchange exchange(parts_.loops[0], Fault::InBody);
    handle(exchange);
    EXPECT_EQ(exchange.told,
              R"is(500 {"error":{"message":"internal error (request id: r1)","type":"new_api_panic",)is"
              R"("param":"","code":""}})");
}

TEST_F(CrashGuard, TellsItInTheStreamThatPingsBegan) {
    BrokenExchange exchange(parts_.loops[0], Fault::BehindPings);
    net::RawServer provider({[&exchange](net::RawPeer& peer) {
        peer.read_request();
        while (!exchange.written) std::this_thread::yield();
        peer.reset();
    }});
    parts_.add({.key = "k", .base_url = "http://127.0.0.1:" + std::to_string(provider.port())});
    parts_.put("general_setting.ping_interval_enabled", "true");
    parts_.put("general_setting.ping_interval_seconds", "1");
    parts_.database->write_now(
        [](store::Transaction& tx) { tx.execute(R"(UPDATE "users" SET "quota" = 1000000)", {}); });
    handle(exchange);
    EXPECT_EQ(exchange.told,
              "200 : PING\n\n"
              R"is(data: {"error":{"message":"internal error (request id: r1)","type":"new_api_panic",)is"
              R"("param":"","code":""}})"
              "\n\ndata: [DONE]\n\n");
}

}    // namespace
}    // namespace opusclaw::relay
