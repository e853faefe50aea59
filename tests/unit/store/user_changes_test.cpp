// Tests of store/user_changes.h and of the lists in store/users.h, on a real SQLite file: each change touches its columns alone.
#include "store/user_changes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "base/log.h"
#include "store/tokens.h"
#include "store/users.h"
#include "unit/store/temp_database.h"

namespace opusclaw::store {
namespace {

class UserChanges : public testing::Test {
protected:
    UserChanges() : database_(file_.open_migrated()) {}
    std::int64_t add(const std::string& name, const std::string& code = "") {
        UserRow user;
        user.username = name;
        user.display_name = "Name of " + name;
        user.email = name + "@example.com";
        user.aff_code = code.empty() ? name : code;
        user.quota = 100;
        return write_one(*database_, [&](Transaction& tx) { return insert_user(tx, user); });
    }
    template <class Job>
    auto write(Job job) {
        return write_one(*database_, job);
    }
    void run(const std::function<void(Transaction&)>& job) { database_->write_now(job); }
    UserProfile profile(std::int64_t id) {
        return read_one(*database_, [id](Reader& db) { return find_any_user_profile(db, id); }).value();
    }
    std::vector<std::string> names(const UserFilter& filter) {
        const UserPage page = read_one(*database_,
                                       [&](Reader& db) { return list_users(db, filter, 0, 100); });
        EXPECT_EQ(page.total, static_cast<std::int64_t>(page.rows.size()));
        std::vector<std::string> names;
        for (const UserProfile& row : page.rows) names.push_back(row.username);
        return names;
    }
    TempDatabase file_;
    std::unique_ptr<Database> database_;
};

using Names = std::vector<std::string>;

TEST_F(UserChanges, TouchNamedColumnsOnly) {
    const std::int64_t id = add("ann");
    run([&](Transaction& tx) {
        change_user(tx, id, {.display_name = "Ann", .remark = ""});
        change_user(tx, id, {});
        set_user_setting(tx, id, "{}");
        set_user_status(tx, id, 2);
        set_user_role(tx, id, 10);
        set_last_login(tx, id, 77);
        clear_identity(tx, id, Identity::Email);
    });
    const UserProfile ann = profile(id);
    EXPECT_EQ(ann.username, "ann");
    EXPECT_EQ(ann.display_name, "Ann");
    EXPECT_EQ(ann.email, "");
    EXPECT_EQ(ann.setting, "{}");
    EXPECT_EQ(ann.status, 2);
    EXPECT_EQ(ann.role, 10);
    EXPECT_EQ(ann.quota, 100);
    EXPECT_EQ(ann.group, "default");
    EXPECT_EQ(ann.last_login_at, 77);
}

TEST_F(UserChanges, RefuseATakenNameAlsoOfADeletedUser) {
    const std::int64_t ann = add("ann"), bob = add("bob");
    EXPECT_TRUE(write([&](Transaction& tx) { return hide_user(tx, ann); }));
    EXPECT_FALSE(write([&](Transaction& tx) { return hide_user(tx, ann); }));
    try {
        run([&](Transaction& tx) { change_user(tx, bob, {.username = "ann"}); });
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.message.text, "user.exists");
    }
    run([&](Transaction& tx) { change_user(tx, bob, {.username = "bob"}); });
    database_->read_now([&](Reader& db) {
        EXPECT_TRUE(username_taken(db, "ann"));
        EXPECT_FALSE(username_taken(db, "ann", ann));
        EXPECT_TRUE(email_taken(db, "ann@example.com"));
        EXPECT_FALSE(find_user_profile(db, ann));
        EXPECT_EQ(user_setting(db, ann), std::nullopt);
    });
    EXPECT_TRUE(profile(ann).deleted_at);
}

TEST_F(UserChanges, AddToABalanceOrRefuse) {
    const std::int64_t id = add("ann");
    EXPECT_TRUE(write([&](Transaction& tx) { return add_user_quota(tx, id, -150); }));
    EXPECT_EQ(profile(id).quota, -50);
    EXPECT_TRUE(write([&](Transaction& tx) { return set_user_quota(tx, id, 7); }));
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    EXPECT_FALSE(write([&](Transaction& tx) { return add_user_quota(tx, id, kMost); }));
    EXPECT_EQ(profile(id).quota, 7);
    EXPECT_FALSE(write([&](Transaction& tx) { return add_user_quota(tx, id + 1, 1); })) << "nobody";
}

TEST(QuotaFits, KnowsTheWidthOfTheColumn) {
    constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
    for (const Engine engine : {Engine::Mysql, Engine::Postgres}) {
        EXPECT_TRUE(quota_fits(engine, kMost));
        EXPECT_TRUE(quota_fits(engine, -kMost - 1));
        EXPECT_FALSE(quota_fits(engine, kMost + 1));
        EXPECT_FALSE(quota_fits(engine, -kMost - 2));
    }
    EXPECT_TRUE(quota_fits(Engine::Sqlite, kMost + 1));
}

TEST_F(UserChanges, MoveInvitationQuotaOnce) {
    const std::int64_t id = add("ann");
    run([&](Transaction& tx) {
        reward_inviter(tx, id, 30);
        reward_inviter(tx, id, 0);
    });
    EXPECT_EQ(profile(id).aff_count, 2);
    EXPECT_EQ(profile(id).aff_history, 30);
    EXPECT_EQ(write([&](Transaction& tx) { return transfer_invitation_quota(tx, id, 31); }),
              Transfer::NotEnough);
    EXPECT_EQ(write([&](Transaction& tx) { return transfer_invitation_quota(tx, id, 30); }), Transfer::Done);
    EXPECT_EQ(write([&](Transaction& tx) { return transfer_invitation_quota(tx, id, 30); }),
              Transfer::NotEnough);
    EXPECT_EQ(profile(id).quota, 130);
    EXPECT_EQ(profile(id).aff_quota, 0);
    EXPECT_EQ(profile(id).aff_history, 30);
}

TEST_F(UserChanges, TellWhichInvitationCounterStopsAtItsLimitAndWhen) {
    const std::int64_t id = add("ann");
    run_all(*database_, {R"(UPDATE "users" SET "aff_quota" = 2147483600, "aff_count" = 2147483646)"});
    const auto told = [&] {
        log::flush();
        testing::internal::CaptureStdout();
        run([&](Transaction& tx) { reward_inviter(tx, id, 50); });
        log::flush();
        return testing::internal::GetCapturedStdout();
    };
    const std::string first = told(), second = told();
    EXPECT_EQ(second.find("limit"), std::string::npos) << second;
    EXPECT_EQ(first.find("aff_history"), std::string::npos) << first;
    const bool narrow = tested_engine() != Engine::Sqlite;
    for (const std::string_view counter : {"aff_count", "aff_quota"})
        EXPECT_EQ(first.find(std::string(counter) + " of user") != std::string::npos, narrow) << first;
    EXPECT_EQ(profile(id).aff_history, 100);
    EXPECT_EQ(profile(id).aff_quota, narrow ? 2147483647 : 2147483700);
}

TEST_F(UserChanges, GiveTokensAndCodesOfTheirOwn) {
    const std::int64_t ann = add("ann"), bob = add("bob");
    const std::string token(32, 'k');
    run([&](Transaction& tx) { set_access_token(tx, ann, token); });
    EXPECT_THROW(run([&](Transaction& tx) { set_access_token(tx, bob, token); }), Error);
    run([&](Transaction& tx) { set_access_token(tx, ann, std::nullopt); });
    run([&](Transaction& tx) { set_access_token(tx, bob, token); });
    EXPECT_FALSE(write([&](Transaction& tx) { return give_invitation_code(tx, ann, "new1"); }));
    run_all(*database_, {R"(UPDATE "users" SET "aff_code" = NULL WHERE "username" = 'ann')"});
    EXPECT_THROW(run([&](Transaction& tx) { give_invitation_code(tx, ann, "bob"); }), Error);
    EXPECT_TRUE(write([&](Transaction& tx) { return give_invitation_code(tx, ann, "AbCd"); }));
    database_->read_now([&](Reader& db) {
        EXPECT_EQ(find_inviter(db, "AbCd"), ann);
        EXPECT_EQ(find_inviter(db, "abcd"), 0);
        EXPECT_EQ(find_inviter(db, ""), 0);
    });
}

TEST_F(UserChanges, RemoveAUserWithWhatIsHis) {
    const std::int64_t ann = add("ann"), bob = add("bob");
    for (const std::int64_t owner : {ann, bob}) {
        run([&](Transaction& tx) {
            insert_token(tx, {.user_id = owner, .key = "key of " + std::to_string(owner)});
        });
    }
    run([&](Transaction& tx) { remove_user(tx, ann); });
    database_->read_now([&](Reader& db) {
        EXPECT_FALSE(find_any_user_profile(db, ann));
        EXPECT_EQ(count_tokens(db, ann), 0);
        EXPECT_EQ(count_tokens(db, bob), 1);
    });
    EXPECT_FALSE(write([&](Transaction& tx) { return lock_user(tx, ann); }));
    EXPECT_TRUE(write([&](Transaction& tx) { return lock_user(tx, bob); }));
}

TEST_F(UserChanges, AreListedNewestFirstAndFoundByWhatTheyAre) {
    const std::int64_t ann = add("ann");
    add("a_n");
    add("100%");
    const std::int64_t gone = add("gone!");
    run([&](Transaction& tx) {
        hide_user(tx, gone);
        change_user(tx, ann, {.group = "vip"});
    });
    EXPECT_EQ(names({}), (Names{"gone!", "100%", "a_n", "ann"}));
    EXPECT_EQ(names({.keyword = "a_"}), Names{"a_n"});
    EXPECT_EQ(names({.keyword = "%"}), Names{"100%"});
    EXPECT_EQ(names({.keyword = "!"}), Names{"gone!"});
    EXPECT_EQ(names({.keyword = "Name of a"}), (Names{"a_n", "ann"}));
    EXPECT_EQ(names({.keyword = "n@example"}), (Names{"a_n", "ann"}));
    EXPECT_EQ(names({.keyword = std::to_string(ann)}), (Names{"100%", "ann"}));
    EXPECT_EQ(names({.keyword = "ann", .group = "default"}), Names{});
    EXPECT_EQ(names({.group = "vip"}), Names{"ann"});
    EXPECT_EQ(names({.keyword = "' OR 1=1 --"}), Names{});
    const UserPage page = read_one(*database_, [](Reader& db) { return list_users(db, {}, 1, 2); });
    EXPECT_EQ(page.total, 4);
    ASSERT_EQ(page.rows.size(), 2U);
    EXPECT_EQ(page.rows[0].username, "100%");
}

}    // namespace
}    // namespace opusclaw::store
