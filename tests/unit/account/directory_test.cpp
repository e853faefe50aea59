// Tests of account/directory.h and of usable groups (account/caller.h): what is remembered, and what makes it forgotten.
#include "account/directory.h"

#include <gtest/gtest.h>

#include <map>

#include "account/caller.h"
#include "store/user_changes.h"
#include "unit/store/temp_database.h"

namespace opusclaw::account {
namespace {

using store::TempDatabase;
using store::Transaction;

std::int64_t add_user(store::Database& database, const std::string& name) {
    store::UserRow row;
    row.username = row.aff_code = name;
    return store::write_one(database, [&](Transaction& tx) { return store::insert_user(tx, row); });
}

void add_token(store::Database& database, std::int64_t user, const std::string& key) {
    database.write_now([&](Transaction& tx) { store::insert_token(tx, {.user_id = user, .key = key}); });
}

Task<> remember(Directory& directory, UserId user, std::vector<std::string> keys) {
    co_await directory.user(user);
    for (const std::string& key : keys) co_await directory.token_by_key(key);
}

TEST(Directory, ForgetsTheTokensOfOneUserAndNoOthers) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    const ManualClock clock;
    Directory directory(*database, clock, std::chrono::seconds{60});
    const std::int64_t ann = add_user(*database, "ann"), bob = add_user(*database, "bob");
    for (const char* const key : {"a1", "a2"}) add_token(*database, ann, key);
    add_token(*database, bob, "b1");
    store::run_on_loop(remember(directory, UserId{ann}, {"a1", "a2", "b1"}));
    ASSERT_NE(directory.cached_token("a1"), nullptr);
    directory.forget_tokens_of(UserId{ann});
    EXPECT_EQ(directory.cached_token("a1"), nullptr);
    EXPECT_EQ(directory.cached_token("a2"), nullptr);
    EXPECT_NE(directory.cached_token("b1"), nullptr);
    EXPECT_NE(directory.cached_user(UserId{ann}), nullptr) << "that is another call";
    directory.forget_user(UserId{ann});
    EXPECT_EQ(directory.cached_user(UserId{ann}), nullptr);
}

Task<> see_change(Directory& directory, store::Database& database, UserId user) {
    EXPECT_TRUE((co_await directory.user(user))->enabled);
    co_await database.write([user](Transaction& tx) { store::set_user_status(tx, user.value, 2); });
    EXPECT_TRUE((co_await directory.user(user))->enabled) << "nobody said so";
    directory.forget_user(user);
    EXPECT_FALSE((co_await directory.user(user))->enabled);
    co_await database.write([user](Transaction& tx) { store::hide_user(tx, user.value); });
    directory.forget_user(user);
    const auto gone = co_await directory.user(user);
    EXPECT_TRUE(gone->deleted);
    EXPECT_FALSE(gone->enabled);
    co_await database.write([user](Transaction& tx) {
        store::set_user_status(tx, user.value, 1);
        store::remove_user(tx, user.value);
    });
    EXPECT_NE(directory.cached_user(user), nullptr) << "deleted users are remembered";
    directory.forget_user(user);
    EXPECT_EQ(co_await directory.user(user), nullptr);
}

Task<> change_elsewhere(Directory& directory, store::Database& database, UserId user) {
    EXPECT_EQ((co_await directory.user_as_stored(user))->role, Role::Common);
    co_await database.write([user](Transaction& tx) { store::set_user_role(tx, user.value, 10); });
    const bool server = database.engine() != store::Engine::Sqlite;
    EXPECT_EQ((co_await directory.user(user))->role, Role::Common);
    EXPECT_EQ((co_await directory.user_as_stored(user))->role, server ? Role::Admin : Role::Common);
    EXPECT_EQ((co_await directory.user(user))->role, server ? Role::Admin : Role::Common);
}

TEST(Directory, AsksServersWhatAnotherNodeMayHaveChanged) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    const ManualClock clock;
    Directory directory(*database, clock, std::chrono::seconds{60});
    store::run_on_loop(change_elsewhere(directory, *database, UserId{add_user(*database, "ann")}));
}

TEST(Directory, ReadsAgainWhatWasForgotten) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    const ManualClock clock;
    Directory directory(*database, clock, std::chrono::seconds{60});
    store::run_on_loop(see_change(directory, *database, UserId{add_user(*database, "ann")}));
}

Task<> guess(Directory& directory, store::Database& database, ManualClock& clock) {
    EXPECT_EQ(co_await directory.token_by_key("late"), nullptr);
    co_await database.write([](Transaction& tx) { store::insert_token(tx, {.user_id = 1, .key = "late"}); });
    EXPECT_EQ(co_await directory.token_by_key("late"), nullptr) << "it was asked for a moment ago";
    clock.advance(Directory::kAbsent + std::chrono::seconds{1});
    EXPECT_NE(co_await directory.token_by_key("late"), nullptr);
    for (int i = 0; i < 1000; ++i) co_await directory.token_by_key(std::string(129, 'x'));
    EXPECT_EQ(co_await directory.user(UserId{7}), nullptr);
    co_await database.write([](Transaction& tx) {
        store::UserRow row;
        row.username = row.aff_code = "new";
        const std::int64_t id = store::insert_user(tx, row);
        tx.execute(R"(UPDATE "users" SET "id" = 7 WHERE "id" = :id)", {{"id", id}});
    });
    directory.forget_user(UserId{7});
    EXPECT_NE(co_await directory.user(UserId{7}), nullptr);
}

TEST(Directory, RemembersForAMomentThatThereIsNone) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    ManualClock clock;
    Directory directory(*database, clock, std::chrono::seconds{60});
    store::run_on_loop(guess(directory, *database, clock));
}

TEST(UsableGroups, StartFromTheOptionAndEndWithTheUsersOwn) {
    settings::Settings settings;
    settings.user_usable_groups = {{"default", "d"}, {"vip", "v"}};
    settings.group_special_usable_group["gold"] = {{"-:vip", ""}, {"+:silver", "s"}, {"plain", "p"}};
    using Groups = std::map<std::string, std::string>;
    EXPECT_EQ(usable_groups(settings, ""), (Groups{{"default", "d"}, {"vip", "v"}}));
    EXPECT_EQ(usable_groups(settings, "vip"), (Groups{{"default", "d"}, {"vip", "v"}}));
    EXPECT_EQ(usable_groups(settings, "other"),
              (Groups{{"default", "d"}, {"other", "用户分组"}, {"vip", "v"}}));
    EXPECT_EQ(usable_groups(settings, "gold"),
              (Groups{{"default", "d"}, {"gold", "用户分组"}, {"plain", "p"}, {"silver", "s"}}));
}

TEST(User, ReadsWhatHeSetForNotices) {
    const auto warning = [](std::string setting) {
        return User::of(store::UserRow{.setting = std::move(setting)}).quota_warning;
    };
    EXPECT_EQ(warning(R"({"quota_warning_threshold":500000})"), 500'000);
    EXPECT_EQ(warning(R"({"quota_warning_threshold":1.5e3})"), 1500);
    EXPECT_EQ(warning(R"({"quota_warning_threshold":1e300})"), 0);
    EXPECT_EQ(warning("{}"), 0);
}

}    // namespace
}    // namespace opusclaw::account
