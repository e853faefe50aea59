// tests/unit/store/repositories_test.cpp: users, tokens, options and setups, on a real database with odd rows such as an older
// New API leaves.
#include <gtest/gtest.h>

#include "base/error.h"
#include "store/balances.h"
#include "store/options.h"
#include "store/setups.h"
#include "store/tokens.h"
#include "store/user_changes.h"
#include "store/users.h"
#include "unit/store/temp_database.h"

namespace opusclaw::store {
namespace {

std::int64_t add_user(Database& database, const UserRow& user) {
    return write_one(database, [&](Transaction& tx) { return insert_user(tx, user); });
}

UserRow named(std::string name) {
    UserRow user;
    user.username = name;
    user.email = name + "@example.com";
    user.aff_code = name;
    return user;
}

TEST(Users, AreFoundByNameMailAndAccessToken) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    UserRow ann = named("ann");
    ann.access_token = std::string(32, 'k');
    ann.quota = 1234;
    const std::int64_t id = add_user(*database, ann);
    database->read_now([&](Reader& db) {
        EXPECT_EQ(find_user(db, id)->quota, 1234);
        EXPECT_EQ(find_user_for_login(db, "ann")->id, id);
        EXPECT_EQ(find_user_for_login(db, "ann@example.com")->id, id);
        EXPECT_FALSE(find_user_for_login(db, "ANN"));
        EXPECT_FALSE(find_user_for_login(db, ""));
        EXPECT_EQ(find_user_by_access_token(db, std::string(32, 'k'))->id, id);
        EXPECT_FALSE(find_user_by_access_token(db, std::string(32, 'K')));
        EXPECT_FALSE(find_user_by_access_token(db, ""));
        EXPECT_FALSE(root_exists(db));
        EXPECT_FALSE(find_user(db, id + 1));
    });
}

TEST(Users, GetTheColumnDefaultsForZeros) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    UserRow user = named("bob");
    user.role = user.status = 0;
    user.group = "";
    const std::int64_t id = add_user(*database, user);
    database->read_now([&](Reader& db) {
        const auto found = find_user(db, id);
        EXPECT_EQ(found->role, 1);
        EXPECT_EQ(found->status, 1);
        EXPECT_EQ(found->group, "default");
        EXPECT_EQ(found->access_token, std::nullopt);
        EXPECT_EQ(db.integer(R"(SELECT COUNT(*) FROM "users" WHERE "github_id" = '' AND "aff_quota" = 0)"), 1)
            << "no NULL where New API writes none";
    });
}

TEST(Users, RefuseATakenNameAsAConflict) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    add_user(*database, named("ann"));
    UserRow again = named("ann");
    again.aff_code = "other";
    try {
        add_user(*database, again);
        FAIL() << "two users of one name";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind, ErrorKind::Conflict);
        EXPECT_EQ(error.message.text, "user.exists");
    }
    UserRow same_code = named("eve");
    same_code.aff_code = "ann";
    try {
        add_user(*database, same_code);
        FAIL() << "two users of one affiliate code";
    } catch (const Error& error) {
        EXPECT_EQ(error.code, "unique_violation") << "the caller may try another code";
    }
}

TEST(Users, ReadOddRowsAsDefaultsAndHideDeletedOnes) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    run_all(
        *database,
        {R"(INSERT INTO "users" ("id", "username", "password", "group", "role", "status", "quota", "access_token", "email") )"
         R"(VALUES (1, 'odd', '', NULL, NULL, NULL, NULL, 'short   ', NULL))",
         R"(INSERT INTO "users" ("id", "username", "password", "role", "deleted_at") )"
         R"(VALUES (2, 'gone', '', 100, '2026-01-01 00:00:00'))"});
    database->read_now([](Reader& db) {
        const auto odd = find_user(db, 1);
        EXPECT_EQ(odd->group, "default");
        EXPECT_EQ(odd->role, 1);
        EXPECT_EQ(odd->quota, 0);
        EXPECT_EQ(odd->email, "");
        EXPECT_EQ(odd->access_token, "short");
        const auto shown = find_user_profile(db, 1);
        EXPECT_EQ(shown->group, "default");
        EXPECT_EQ(shown->role, 1);
        EXPECT_EQ(shown->status, 1);
        EXPECT_EQ(shown->email, "");
        EXPECT_FALSE(odd->deleted_at);
        EXPECT_FALSE(find_user(db, 2));
        EXPECT_TRUE(find_any_user(db, 2)->deleted_at);
        EXPECT_FALSE(find_any_user(db, 3));
        EXPECT_FALSE(find_user_for_login(db, "gone"));
        EXPECT_FALSE(root_exists(db)) << "a deleted root is none";
    });
}

TEST(Users, AddUsageInOneStatement) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    run_all(
        *database,
        {R"(INSERT INTO "users" ("id", "username", "password", "quota") VALUES (1, 'a', '', NULL), (2, 'b', '', 50))"});
    database->write_now([](Transaction& tx) {
        const UserUsage usage[] = {{.id = 1, .quota_delta = -30, .used = 30, .requests = 2},
                                   {.id = 2, .quota_delta = -60, .used = 60, .requests = 1},
                                   {.id = 3, .quota_delta = 1, .used = 1, .requests = 1}};
        add_user_usage(tx, usage);
        set_last_login(tx, 2, 99);
    });
    database->read_now([](Reader& db) {
        const std::int64_t ids[] = {1, 2, 3};
        const auto balances = find_balances(db, ids, {}).users;
        ASSERT_EQ(balances.size(), 2U);
        EXPECT_EQ(balances[0].quota, -30) << "NULL counts as 0";
        EXPECT_EQ(balances[1].quota, -10) << "balances may become negative";
        const bool counters = db.engine() != Engine::Sqlite;
        EXPECT_EQ(balances[1].used_quota, counters ? 60 : 0);
        EXPECT_EQ(balances[0].request_count, counters ? 2 : 0);
        EXPECT_EQ(find_balances(db, ids, {}).narrow, counters);
        const auto user = find_user(db, 2);
        EXPECT_EQ(user->used_quota, 60);
        EXPECT_EQ(user->request_count, 1);
        EXPECT_EQ(user->last_login_at, 99);
    });
}

TEST(Users, GiveTheBalancesOfMoreIdsThanOneStatementTakes) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    std::vector<std::int64_t> ids;
    database->write_now([&](Transaction& tx) {
        for (int i = 0; i < 600; ++i) ids.push_back(insert_user(tx, named("user" + std::to_string(i))));
    });
    EXPECT_EQ(read_one(*database, [&](Reader& db) { return find_balances(db, ids, {}).users; }).size(), 600U);
}

TEST(Tokens, AreFoundByTheirExactKey) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    TokenRow token;
    token.user_id = 7;
    token.key = "AbC";
    token.status = 0;
    token.expired_time = 0;
    token.remain_quota = 100;
    token.unlimited_quota = true;
    const std::int64_t id = write_one(*database, [&](Transaction& tx) { return insert_token(tx, token); });
    database->read_now([&](Reader& db) {
        const auto found = find_token_by_key(db, "AbC");
        ASSERT_TRUE(found);
        EXPECT_EQ(found->id, id);
        EXPECT_EQ(found->status, 1) << "zero becomes the column's default";
        EXPECT_EQ(found->expired_time, -1);
        EXPECT_TRUE(found->unlimited_quota);
        EXPECT_FALSE(found->model_limits_enabled);
        EXPECT_FALSE(find_token_by_key(db, "abc"));
        EXPECT_FALSE(find_token_by_key(db, ""));
        EXPECT_TRUE(find_token(db, id, 7));
        EXPECT_FALSE(find_token(db, id, 8)) << "not yours";
    });
}

TEST(Tokens, AreListedNewestFirstWithoutDeletedOnes) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    database->write_now([](Transaction& tx) {
        for (int i = 0; i < 5; ++i) {
            TokenRow token;
            token.user_id = i == 4 ? 2 : 1;
            token.key = "key" + std::to_string(i);
            insert_token(tx, token);
        }
        tx.execute(R"(UPDATE "tokens" SET "deleted_at" = '2026-01-01' WHERE "key" = 'key1')");
    });
    database->read_now([](Reader& db) {
        const TokenPage page = list_tokens(db, 1, 1, 10);
        EXPECT_EQ(page.total, 3);
        ASSERT_EQ(page.rows.size(), 2U);
        EXPECT_EQ(page.rows[0].key, "key2");
        EXPECT_EQ(page.rows[1].key, "key0");
        EXPECT_FALSE(find_token_by_key(db, "key1"));
    });
}

TEST(Tokens, AreExpiredOnlyWhenTheyAreNow) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    run_all(
        *database,
        {R"(INSERT INTO "tokens" ("id", "key", "status", "expired_time") VALUES (1, 'past', 1, 100))",
         R"(INSERT INTO "tokens" ("id", "key", "status", "expired_time") VALUES (2, 'prolonged', 1, 900))",
         R"(INSERT INTO "tokens" ("id", "key", "status", "expired_time") VALUES (3, 'never', 1, -1))",
         R"(INSERT INTO "tokens" ("id", "key", "status", "expired_time") VALUES (4, 'disabled', 2, 100))"});
    database->write_now([](Transaction& tx) {
        EXPECT_TRUE(set_token_expired(tx, 1, 3, 500));
        for (const std::int64_t id : {2, 3, 4}) EXPECT_FALSE(set_token_expired(tx, id, 3, 500)) << id;
    });
    database->read_now([](Reader& db) {
        EXPECT_EQ(find_token_by_key(db, "past")->status, 3);
        EXPECT_EQ(find_token_by_key(db, "prolonged")->status, 1);
        EXPECT_EQ(find_token_by_key(db, "disabled")->status, 2);
    });
}

TEST(Tokens, AreUsedUpOnlyWhenTheyAreNow) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    constexpr std::string_view kRow =
        R"(INSERT INTO "tokens" ("id", "key", "status", "remain_quota", "unlimited_quota") VALUES )";
    database->write_now([kRow](Transaction& tx) {
        for (const std::string_view values :
             {"(1, 'empty', 1, 0, FALSE)", "(2, 'owing', 1, -5, NULL)", "(3, 'filled up', 1, 1, FALSE)",
              "(4, 'without limit', 1, -5, TRUE)", "(5, 'disabled', 2, 0, FALSE)"})
            tx.execute(std::string(kRow).append(values));
    });
    database->write_now([](Transaction& tx) {
        for (const std::int64_t id : {1, 2}) EXPECT_TRUE(set_token_exhausted(tx, id, 4)) << id;
        for (const std::int64_t id : {3, 4, 5}) EXPECT_FALSE(set_token_exhausted(tx, id, 4)) << id;
    });
    database->read_now([](Reader& db) {
        EXPECT_EQ(find_token_by_key(db, "empty")->status, 4);
        EXPECT_EQ(find_token_by_key(db, "filled up")->status, 1);
        EXPECT_EQ(find_token_by_key(db, "disabled")->status, 2);
    });
}

TEST(Tokens, AddUsageAndStatus) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    run_all(
        *database,
        {R"(INSERT INTO "tokens" ("id", "user_id", "key", "remain_quota", "used_quota") VALUES (1, 1, 'k', 10, NULL))"});
    database->write_now([](Transaction& tx) {
        const TokenUsage usage[] = {{.id = 1, .used = 30}};
        add_token_usage(tx, usage, 1234);
        set_token_status(tx, 1, 4);
    });
    database->read_now([](Reader& db) {
        const auto token = find_token_by_key(db, "k");
        EXPECT_EQ(token->remain_quota, -20);
        EXPECT_EQ(token->used_quota, 30);
        EXPECT_EQ(token->accessed_time, 1234);
        EXPECT_EQ(token->status, 4);
        const std::int64_t ids[] = {1, 1};
        EXPECT_EQ(find_balances(db, {}, ids).tokens.at(0).remain_quota, -20);
    });
}

TEST(Options, AreInsertedOrOverwritten) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    run_all(*database, {R"(INSERT INTO "options" ("key", "value") VALUES ('odd', NULL))"});
    database->write_now([](Transaction& tx) {
        put_option(tx, "a", "1");
        put_option(tx, "a", "2");
        put_option(tx, "odd", "filled");
    });
    const auto rows = read_one(*database, [](Reader& db) { return all_options(db); });
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].value, "2");
    EXPECT_EQ(rows[1].value, "filled");
}

TEST(Setups, AreDoneOnceARowIsThere) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    EXPECT_FALSE(read_one(*database, [](Reader& db) { return setup_done(db); }));
    database->write_now([](Transaction& tx) { insert_setup(tx, "v1", 5); });
    EXPECT_TRUE(read_one(*database, [](Reader& db) { return setup_done(db); }));
}

}    // namespace
}    // namespace opusclaw::store
