// Tests of what a client is told when a request ends in something that is none of the program's own errors (spec 04 section 14.2).
#include <gtest/gtest.h>

#include <stdexcept>

#include "net/client.h"
#include "relay/pipeline.h"
#include "store/tokens.h"
#include "unit/relay/gateway_parts.h"

namespace opusclaw::relay {
namespace {

/// Its body cannot be read for a reason that nobody thought of.
class BrokenExchange : public net::Exchange {
public:
    explicit BrokenExchange(net::Loop& loop) : loop_(loop) {
        head_.method = "POST";
        head_.path = head_.target = "/v1/chat/completions";
        head_.headers.add({"Authorization", "Bearer sk-key"});
    }
    net::Loop& loop() override { return loop_; }
    const net::RequestHead& request() const override { return head_; }
    Task<PaddedBuffer*> body(net::BodyRules) override {
        throw std::runtime_error("secret detail");
        co_return nullptr;
    }
    Task<> respond(int status, const net::HeaderLines&, std::span<const std::string_view> body) override {
        told = std::to_string(status) + " ";
        for (const std::string_view piece : body) told += piece;
        co_return;
    }
    void start_stream(int, const net::HeaderLines&) override {}
    Task<> write(std::span<const std::string_view>) override { co_return; }
    Task<> finish(std::span<const std::string_view>) override { co_return; }
    bool answered() const override { return !told.empty(); }
    bool body_started() const override { return false; }
    void watch_client(std::function<void()>) override {}
    bool client_gone() const override { return false; }

    std::string told;

private:
    net::Loop& loop_;
    net::RequestHead head_;
};

TEST(CrashGuard, TellsThatSomethingWentWrongAndNothingElse) {
    GatewayParts parts;
    const std::int64_t root = parts.add_root();
    parts.database->write_now([root](store::Transaction& tx) {
        store::insert_token(tx, {.user_id = root, .key = "key", .status = 1, .unlimited_quota = true});
    });
    BrokenExchange exchange(parts.loops[0]);
    struct Run {
        static Task<> request(GatewayParts& parts, BrokenExchange& exchange) {
            const auto shared = net::Client::share({}, parts.workers);
            net::Client client(parts.loops[0], shared), downloads(parts.loops[0], shared);
            Relay relay(parts.services, client, downloads);
            co_await relay.handle(exchange, "r1");
        }
    };
    parts.run(Run::request(parts, exchange));
    EXPECT_EQ(exchange.told,
              R"is(500 {"error":{"message":"internal error (request id: r1)","type":"new_api_panic",)is"
              R"("param":"","code":""}})");
}

}    // namespace
}    // namespace opusclaw::relay
