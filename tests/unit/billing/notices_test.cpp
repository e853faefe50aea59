// Tests of billing/notices.h: who gets a row, that a row is claimed right before it is sent, and that a stop waits for no receiver (spec
// 03 section 21). Texts are in notice_test.cpp, the whole way in tests/integration/notices.test.ts.
#include "billing/notices.h"

#include <gtest/gtest.h>

#include <future>
#include <mutex>

#include "base/log.h"
#include "store/users.h"
#include "unit/net/client_server.h"
#include "unit/store/temp_database.h"

namespace opusclaw::billing {
namespace {

class NoticesTest : public testing::Test {
protected:
    NoticesTest() {
        settings_.load();
        loops_.start();
        run(settings_.put("fetch_setting.allow_private_ip", "true"));
        run(settings_.put("fetch_setting.allowed_ports", "[]"));
    }
    ~NoticesTest() override {
        run(notices_.stop());
        loops_.stop();
    }

    void run(Task<> task) { net::run_and_wait(loops_[0], std::move(task)); }
    UserId user(const std::string& name, const std::string& setting) {
        return UserId{store::write_one(*database_, [&](store::Transaction& tx) {
            return store::insert_user(
                tx, {.username = name, .email = name + "@example.com", .aff_code = name, .setting = setting});
        })};
    }
    UserId user_of(const std::string& name, const net::RawServer& receiver) {
        return user(name, R"({"notify_type":"webhook","webhook_url":"http://127.0.0.1:)" +
                              std::to_string(receiver.port()) + R"(/"})");
    }
    void add_row(UserId user) {
        const std::int64_t now = to_unix(clock_.unix_now());
        store::write_one(*database_, [&](store::Transaction& tx) {
            return store::insert_notice(
                tx, {.kind = "notice_webhook",
                     .user_id = user.value,
                     .payload = encode_notice({.type = "quota_exceed", .title = "T", .values = {}}),
                     .created_at = now,
                     .not_before = now});
        });
    }
    void tell(UserId user) { notices_.low_balance(user, Quota{5}); }
    void ask_to_stop() {
        loops_[0].post([this] { notices_.ask_to_stop(); });
    }
    /// Of every row, due or not.
    std::vector<store::NoticeRow> rows() {
        constexpr std::int64_t kNever = 1LL << 40;
        return store::read_one(*database_, [](store::Reader& db) {
            std::vector<store::NoticeRow> all;
            for (const NoticeWay way : kNoticeWays)
                for (store::NoticeRow& row : store::due_notices(db, notice_kind(way), kNever, 100))
                    all.push_back(std::move(row));
            return all;
        });
    }

    store::TempDatabase file_;
    std::unique_ptr<store::Database> database_ = file_.open_migrated();
    settings::SettingsStore settings_{*database_};
    settings::EnvironmentSettings environment_;
    ManualClock clock_;
    net::ThreadPool workers_{{.name = "worker", .threads = 1, .queue = 16}};
    net::Loops loops_{1};
    Notices notices_{loops_[0], net::Client::share({}, workers_),
                     Notices::Parts{*database_, settings_, environment_, workers_, clock_}};
};

constexpr std::chrono::minutes kPatience{5};

TEST_F(NoticesTest, KeepsNothingForMail) {
    ask_to_stop();    // what is told now is queued, and not sent
    tell(user("mail", ""));
    tell(user("hook", R"({"notify_type":"webhook","webhook_url":"http://127.0.0.1:9/"})"));
    run(notices_.stop());
    const auto kept = rows();
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept[0].kind, "notice_webhook");
    EXPECT_EQ(kept[0].attempts, 0);
}

TEST_F(NoticesTest, StopsBesideAReceiverThatNeverAnswers) {
    std::promise<void> asked;
    std::once_flag once;
    const net::RawServer receiver({[&](net::RawPeer& peer) {
        peer.read_request();
        std::call_once(once, [&asked] { asked.set_value(); });
        peer.await_end();
    }});
    const UserId ann = user_of("ann", receiver), bob = user_of("bob", receiver);
    tell(ann);
    ASSERT_EQ(asked.get_future().wait_for(kPatience), std::future_status::ready);
    tell(bob);
    ask_to_stop();
    run(notices_.stop());
    EXPECT_EQ(receiver.connections(), 1U) << "nothing more was sent";
    const auto kept = rows();
    ASSERT_EQ(kept.size(), 2U) << "the one that was cut comes again";
    EXPECT_EQ(kept[0].attempts, 1);
    EXPECT_EQ(kept[1].attempts, 0);
}

TEST_F(NoticesTest, ClaimsARowRightBeforeItIsSent) {
    bool taken = false;
    const net::RawServer receiver({[this, &taken](net::RawPeer& peer) {
        peer.read_request();
        // Another node takes the second row while the first is on its way.
        const store::NoticeRow second = rows().back();
        taken = store::write_one(*database_, [&](store::Transaction& tx) {
            return store::claim_notice(tx, second, second.not_before + 60);
        });
        peer.send(net::kOk);
        peer.await_end();
    }});
    const UserId ann = user_of("ann", receiver), bob = user_of("bob", receiver);
    add_row(ann);
    add_row(bob);
    run(notices_.step());
    EXPECT_TRUE(taken);
    EXPECT_EQ(receiver.connections(), 1U) << "the other node sends the second";
    const auto kept = rows();
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept[0].user_id, bob.value);
    EXPECT_EQ(kept[0].attempts, 1);
}

TEST_F(NoticesTest, LogsNoUrlThatCannotBeUsed) {
    add_row(user("ann", R"({"notify_type":"bark","bark_url":"no url, sk-token"})"));
    testing::internal::CaptureStdout();
    run(notices_.step());
    log::flush();
    const std::string logged = testing::internal::GetCapturedStdout();
    EXPECT_NE(logged.find("invalid URL format"), std::string::npos) << logged;
    EXPECT_EQ(logged.find("sk-token"), std::string::npos) << logged;
    EXPECT_TRUE(rows().empty());
}

}    // namespace
}    // namespace opusclaw::billing
