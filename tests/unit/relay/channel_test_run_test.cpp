// Tests of relay/channel_test_run.h that need providers which never answer: a round ends all the same, and others do not wait for them
// (spec 01 section 13.4; 03 section 4.4). What a round does to channels that answer is tested with the whole program.
#include "relay/channel_test_run.h"

#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <thread>

#include "base/log.h"
#include "catalog/status_note.h"
#include "unit/net/client_server.h"
#include "unit/relay/gateway_parts.h"

namespace opusclaw::relay {
namespace {

constexpr std::string_view kAnswer =
    R"({"choices":[{"message":{"content":"hi"}}],"usage":{"prompt_tokens":1,"completion_tokens":1}})";

std::string whole_answer() {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(kAnswer.size()) + "\r\n\r\n" + std::string(kAnswer);
}

/// Takes the request and says nothing until the other side has gone.
void hang(net::RawPeer& peer) {
    peer.read_request();
    peer.read_exactly(1);
}

class TestRun : public testing::Test {
protected:
    ChannelId add(const net::RawServer& provider, std::int64_t priority) {
        return parts_.add({.key = "k",
                           .base_url = "http://127.0.0.1:" + std::to_string(provider.port()),
                           .priority = priority});
    }
    void start() {
        auto user = std::make_shared<account::User>();
        user->username = "root";
        user->group = "default";
        EXPECT_TRUE(run_.start(std::move(user)));
    }
    template <class Condition>
    static void until(Condition condition) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(2);
        while (!condition()) {
            if (std::chrono::steady_clock::now() > end) throw std::runtime_error("waited in vain");
            std::this_thread::yield();
        }
    }
    ~TestRun() override {
        parts_.run(run_.stop());
        parts_.loops.stop();    // before the client goes, which belongs to the loop
    }

    GatewayParts parts_;
    ChannelTestRun run_{parts_.loops[0], net::Client::share({}, parts_.workers), parts_.services,
                        *parts_.database};
};

TEST_F(TestRun, DoesNotWaitForProvidersThatHang) {
    net::RawServer hanging({&hang});
    net::RawServer well({net::answers(whole_answer())});
    const ChannelId stuck = add(hanging, 9), fine = add(well, 1);
    start();
    until([&] { return parts_.row(fine).test_time > 0; });
    EXPECT_TRUE(run_.running());
    EXPECT_EQ(parts_.row(stuck).test_time, 0);
    EXPECT_FALSE(run_.start(nullptr)) << "one round at a time";
}

TEST_F(TestRun, EndsWhenATestTakesTooLong) {
    parts_.put("AutomaticDisableChannelEnabled", "true");
    parts_.put("AutomaticDisableStatusCodes", "500");
    parts_.put("ChannelDisableThreshold", "0");
    net::RawServer hanging({&hang});
    const ChannelId stuck = add(hanging, 1);
    run_.limit_tests(std::chrono::milliseconds{200});
    start();
    until([&] { return !run_.running(); });
    EXPECT_GT(parts_.row(stuck).test_time, 0);
    EXPECT_EQ(parts_.row(stuck).status, 3);
    EXPECT_EQ(catalog::status_reason(parts_.row(stuck).other_info),
              "status_code=500, upstream error: do request failed");
}

TEST_F(TestRun, TellsAKeyOfAChannelFromTheWholeOfIt) {
    parts_.put("AutomaticDisableChannelEnabled", "true");
    parts_.put("ChannelDisableThreshold", "0");
    net::RawServer refusing({net::answers("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")});
    const ChannelId id = parts_.add({.key = "k0\nk1",
                                     .base_url = "http://127.0.0.1:" + std::to_string(refusing.port()),
                                     .channel_info = R"({"is_multi_key":true,"multi_key_size":2})"});
    log::flush();
    testing::internal::CaptureStdout();
    start();
    until([&] { return !run_.running(); });
    log::flush();
    const std::string logged = testing::internal::GetCapturedStdout();
    const std::string channel = "channel #" + std::to_string(id.value);
    EXPECT_NE(logged.find("a key of " + channel + " is off after a test"), std::string::npos) << logged;
    EXPECT_EQ(parts_.row(id).status, 1);
}

}    // namespace
}    // namespace opusclaw::relay
