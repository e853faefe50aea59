// tests/unit/store/columns_test.cpp: what happens at the limits of columns: 32-bit balances stop or refuse (spec 01 section 2.1), and
// texts that no database holds find nothing.
#include <gtest/gtest.h>

#include <limits>

#include "base/error.h"
#include "store/sql.h"
#include "store/tokens.h"
#include "store/users.h"
#include "unit/store/temp_database.h"

namespace opusclaw::store {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();

std::int64_t add_user(Database& database, std::int64_t quota) {
    UserRow user;
    user.username = "ann";
    user.quota = quota;
    return write_one(database, [&](Transaction& tx) { return insert_user(tx, user); });
}

TEST(Columns, OfSettlementsStopAtTheirLimitOnServers) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    const std::int64_t id = add_user(*database, kMost - 1);
    const bool sqlite = database->engine() == Engine::Sqlite;
    const UserUsage much[] = {{.id = id, .quota_delta = 5'000'000'000, .used = 5'000'000'000, .requests = 1}};
    database->write_now([&](Transaction& tx) { add_user_usage(tx, much); });
    database->read_now([&](Reader& db) {
        const auto user = find_user(db, id);
        EXPECT_EQ(user->quota, sqlite ? kMost - 1 + 5'000'000'000 : kMost);
        EXPECT_EQ(user->used_quota, sqlite ? 5'000'000'000 : kMost);
        EXPECT_EQ(user->request_count, 1);
    });
    const UserUsage less[] = {{.id = id, .quota_delta = -20'000'000'000}};
    database->write_now([&](Transaction& tx) { add_user_usage(tx, less); });
    const auto quota = read_one(*database, [&](Reader& db) { return find_user(db, id)->quota; });
    EXPECT_EQ(quota, sqlite ? kMost - 1 - 15'000'000'000 : -kMost - 1);
}

TEST(Columns, RefuseWhatAPersonAsksForOnServers) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    if (database->engine() == Engine::Sqlite) return;    // whose integers have 64 bits
    const std::int64_t id = add_user(*database, 100);
    const auto refused = [&](const std::string& assignment, std::int64_t value) {
        try {
            database->write_now([&](Transaction& tx) {
                tx.execute(
                    "UPDATE \"users\" SET \"remark\" = 'touched', " + assignment + " WHERE \"id\" = :id",
                    {{"value", value}, {"id", id}});
            });
        } catch (const Error& error) {
            EXPECT_EQ(error.message.text, "quota.exceed_max") << error.what();
            EXPECT_EQ(error.kind, ErrorKind::InvalidRequest);
            return true;
        }
        return false;
    };
    const std::string change = change_int32(database->engine(), "quota", "value");
    EXPECT_TRUE(refused(change, kMost));
    EXPECT_TRUE(refused(change, -kMost - 200));
    EXPECT_TRUE(refused("\"quota\" = :value", kMost + 1));
    const auto user = read_one(*database, [&](Reader& db) { return find_user(db, id); });
    EXPECT_EQ(user->quota, 100);
    EXPECT_EQ(user->remark, "") << "nothing else changed either";
    EXPECT_FALSE(refused(change, kMost - 100));
}

TEST(Columns, AreNotAskedForTextsThatNoneHolds) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    add_user(*database, 0);
    database->read_now([](Reader& db) {
        for (const std::string& odd :
             {std::string("ann\0", 4), std::string("ann\xFF"), std::string("\0ann", 4)}) {
            EXPECT_FALSE(find_token_by_key(db, odd));
            EXPECT_FALSE(find_user_for_login(db, odd));
            EXPECT_FALSE(find_user_by_access_token(db, odd));
        }
        EXPECT_TRUE(find_user_for_login(db, "ann"));
    });
}

TEST(Columns, TakeTextsOfEveryKindUnchanged) {
    const TempDatabase file;
    const auto database = file.open_migrated();
    const std::string texts[] = {
        R"('; DROP TABLE "users"; --)",        R"(\'\\"\`%_!)",   ":id :name ::text",  "{{x}} ${y} $1 ?",
        "emoji \xF0\x9F\x98\x80 \xE4\xB8\xAD", " blanks around ", "line\r\nbreak\ttab"};
    for (const std::string& text : texts) {
        TokenRow token;
        token.key = "key" + std::to_string(&text - texts);
        token.name = text;
        token.model_limits = text;
        const auto id = write_one(*database, [&](Transaction& tx) { return insert_token(tx, token); });
        const auto found = read_one(*database, [&](Reader& db) { return find_token(db, id, 0); });
        EXPECT_EQ(found->name, text);
        EXPECT_EQ(found->model_limits, text);
    }
}

}    // namespace
}    // namespace opusclaw::store
